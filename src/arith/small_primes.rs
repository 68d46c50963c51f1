//! A list of small primes, for whoever needs a few.

use super::root::isqrt;

/// The primes up to `limit`, ascending. O(limit log log limit) time, a byte for two integers: 1.3 ms to 2^20. Threads wait for the
/// sieving primes that come from here, so they are not looked for number by number, with a branch for each.
pub fn primes_to(limit: u32) -> Vec<u32> {
    if limit < 2 {
        return vec![];
    }
    // Byte i stands for 2i + 1; what lies beyond the limit is composite.
    let odd = (limit as usize).div_ceil(2);
    let mut composite = vec![0u8; odd.next_multiple_of(8)];
    composite[0] = 1;
    composite[odd..].fill(1);
    for i in 1..isqrt(u64::from(limit)).div_ceil(2) as usize {
        if composite[i] == 0 {
            let p = 2 * i + 1;
            let mut multiple = 2 * i * (i + 1);
            while multiple < odd {
                composite[multiple] = 1;
                multiple += p;
            }
        }
    }
    let mut primes = vec![2];
    let (eights, _) = composite.as_chunks::<8>();
    for (i, eight) in eights.iter().enumerate() {
        let mut left = u64::from_le_bytes(*eight) ^ 0x0101_0101_0101_0101;
        while left != 0 {
            primes.push(16 * i as u32 + left.trailing_zeros() / 8 * 2 + 1);
            left &= left - 1;
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
