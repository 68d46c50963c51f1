//! A list of small primes, for whoever needs a few.

/// The primes up to `limit`, ascending. O(limit log log limit) time, a byte for two integers.
pub fn primes_to(limit: u32) -> Vec<u32> {
    if limit < 2 {
        return vec![];
    }
    // Index i stands for 2i + 1.
    let mut composite = vec![false; (limit as usize).div_ceil(2)];
    let mut primes = vec![2];
    for i in 1..composite.len() {
        if composite[i] {
            continue;
        }
        let p = 2 * i + 1;
        primes.push(p as u32);
        let mut multiple = 2 * i * (i + 1);
        while multiple < composite.len() {
            composite[multiple] = true;
            multiple += p;
        }
    }
    primes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arith::primality::is_prime;

    #[test]
    fn the_list_is_that_of_the_primality_test_for_every_limit() {
        let all: Vec<u32> = (0..3000).filter(|&n| is_prime(u64::from(n))).collect();
        for limit in 0..3000 {
            let to = all.partition_point(|&p| p <= limit);
            assert_eq!(primes_to(limit), all[..to], "{limit}");
        }
    }
}
