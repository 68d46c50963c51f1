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
            let mut table = vec![1; period as usize];
            // 0 is no integer from 1 on.
            table[0] = 0;
            for &p in &PRIMES[1..=a] {
                table.iter_mut().step_by(p as usize).for_each(|coprime| *coprime = 0);
            }
            let mut count = 0;
            for entry in &mut table {
                count += *entry;
                *entry = count;
            }
            table
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

    /// phi(n, 8) for n < 2^53, without a division of integers: with `phi` that would be nine of them.
    ///
    /// A quotient of such integers is exact when it is cut off: rounding does not carry it up to an integer, from which it is 1/d away.
    #[inline(always)]
    pub fn phi8(&self, n: f64) -> u64 {
        let whole = f64::from(*self.tables[TABLES].last().unwrap_or(&0));
        let phi6 = |n: f64| {
            let periods = (n / PERIOD).floor();
            // SAFETY: it lies between 0 and the period.
            let place = unsafe { (n - periods * PERIOD).to_int_unchecked::<i32>() } as usize;
            periods * whole + f64::from(self.tables[TABLES][place])
        };
        let without = |n: f64| phi6(n) - phi6((n / 17.0).floor());
        (without(n) - without((n / 19.0).floor())) as u64
    }
}

/// Of the largest table.
const PERIOD: f64 = 30_030.0;

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
    fn phi8_is_phi_up_to_2_to_the_53() {
        let tiny = PhiTiny::new();
        let period = 30_030 * 17 * 19;
        // About multiples of all divisors, where a quotient could be rounded to the wrong side.
        let multiples = (0..54).map(|bits| ((1u64 << bits) - 1) / period * period);
        let near = multiples.flat_map(|n| n.saturating_sub(2)..(n + 1000).min(1 << 53));
        for n in (0..100_000).chain(near).chain((1 << 53) - 1000..1 << 53) {
            assert_eq!(tiny.phi8(n as f64), tiny.phi(n, 8), "{n}");
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
