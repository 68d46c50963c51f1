//! phi(n, a) for the first few primes, by a table: how many integers from 1 to n are divisible by none of the
//! first a primes.
//!
//! The pattern repeats after the product of these primes. A table up to 13 has 30,030 entries; 17 and 19 are taken
//! by phi(n, a) = phi(n, a - 1) - phi(n / p_a, a - 1), which is four look-ups instead of a table 323 times as long.

/// The largest a.
pub const MAX: usize = 8;

/// The first primes, 1-based.
pub const PRIMES: [u64; MAX + 1] = [0, 2, 3, 5, 7, 11, 13, 17, 19];

/// The largest a that has a table of its own.
const TABLES: usize = 6;

/// 80 KB of tables.
pub struct PhiTiny {
    tables: [Vec<u16>; TABLES + 1],
}

impl PhiTiny {
    pub fn new() -> PhiTiny {
        let tables = std::array::from_fn(|a| {
            let period: u64 = PRIMES[1..=a].iter().product();
            let mut count = 0;
            let coprime = |n: u64| !PRIMES[1..=a].iter().any(|&p| n.is_multiple_of(p));
            let next = |n| {
                count += u16::from(n > 0 && coprime(n));
                count
            };
            (0..period).map(next).collect()
        });
        PhiTiny { tables }
    }

    /// Time O(1). `a` is at most `MAX`.
    #[inline]
    pub fn phi(&self, n: u64, a: usize) -> u64 {
        if a > TABLES {
            return self.phi(n, a - 1) - self.phi(n / PRIMES[a], a - 1);
        }
        let table = &self.tables[a];
        let period = table.len() as u64;
        // All residues coprime to the period but the last, period - 1 itself, are below it; the last entry counts it.
        let whole = if a == 0 { 1 } else { u64::from(table[table.len() - 1]) };
        n / period * whole + u64::from(table[(n % period) as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phi_counts_what_trial_division_counts() {
        let tiny = PhiTiny::new();
        for a in 0..=MAX {
            let mut count = 0;
            for n in 0..100_000 {
                count += u64::from(n > 0 && PRIMES[1..=a].iter().all(|p| n % p != 0));
                if n < 1000 || n % 97 == 0 || n % 30_030 < 2 {
                    assert_eq!(tiny.phi(n, a), count, "phi({n}, {a})");
                }
            }
        }
    }

    #[test]
    fn phi_is_exact_at_the_end_of_64_bits() {
        let tiny = PhiTiny::new();
        assert_eq!(tiny.phi(u64::MAX, 0), u64::MAX);
        assert_eq!(tiny.phi(u64::MAX, 1), 1 << 63);
        // 2^64 - 1 = 1 mod 2, 0 mod 3, 0 mod 5: the last of a period of 30, of which 8 are coprime.
        assert_eq!(tiny.phi(u64::MAX, 3), (u64::MAX / 30) * 8 + tiny.phi(u64::MAX % 30, 3));
    }
}
