//! Mertens' function M(x), the sum of mu(n) for n = 1 to x, in time O(x^(2/3)).
//!
//! For 1 <= u <= x: M(x) = M(u) - sum over m <= u of mu(m) times the sum over u/m < n <= x/m of M(x/(mn)), quotients rounded down.
//! Source: Deleglise and Rivat, Experimental Mathematics 5 (1996).
//!
//! With u about the cube root all arguments on the right lie below x^(2/3). They are sieved chunk by chunk, and a chunk adds up the
//! terms whose arguments lie in it. It does not know M at its beginning: it counts how often it would be wanted, and what is
//! missing is added when chunks are merged. Where n exceeds the root of x/m many n have one argument, and arguments are gone
//! through instead of n.

use super::moebius_sieve::{END, MoebiusSieve};
use crate::arith::root::isqrt;
use crate::arith::small_primes::primes_to;
use crate::error::Result;
use crate::kernel::Interrupt;
use crate::kernels::integers::{Buffers, IntegerKernel};
use std::sync::OnceLock;

/// Quotients below are right in f64, which divides much faster: no rounding reaches the next integer.
const EXACT: u64 = 1 << 52;

/// Computes M(x). Work is counted in integers sieved.
///
/// Memory: 9 MB a thread, and O(x^(1/3)). Result: M(x) mod 2^64, that is, in two's complement.
pub struct Mertens {
    x: u64,
    u: u64,
    /// What is sieved ends here.
    last: u64,
    length: u64,
    tables: OnceLock<Tables>,
}

struct Tables {
    sieve: MoebiusSieve,
    outer: Vec<Outer>,
}

/// A term of the outer sum, for an m with mu(m) != 0.
struct Outer {
    /// x / m and its root.
    y: u64,
    root: u64,
    /// n is greater than u / m.
    from: u64,
    /// -mu(m).
    sign: i64,
}

/// About the cube root: `f64::cbrt` would be two kilobytes more of wasm.
fn cube_root(x: u64) -> u64 {
    let x = x as f64;
    // Newton's iteration, from above.
    let mut root = x.sqrt();
    for _ in 0..40 {
        root -= (root - x / (root * root)) / 3.0;
    }
    root as u64
}

impl Mertens {
    pub fn new(x: u64) -> Mertens {
        // Small x need no splitting.
        let u = if x < 1000 { x.max(1) } else { cube_root(x) };
        let last = (x / u).max(u).min(x.max(1));
        debug_assert!(last < END, "7 * 10^12 for the largest x");
        let length = (8 * u).clamp(1 << 18, 1 << 21);
        Mertens { x, u, last, length, tables: OnceLock::new() }
    }

    fn tables(&self) -> &Tables {
        self.tables.get_or_init(|| {
            let sieve = MoebiusSieve::new(self.last, &primes_to(isqrt(self.last)));
            let mut signs = vec![0; self.u as usize];
            let never = Interrupt::new();
            let outcome = sieve.sieve(1, &mut signs, &never);
            debug_assert!(outcome.is_ok(), "nobody can interrupt it");
            let square_free = (1..).zip(signs).filter(|(_, sign)| *sign != 0);
            let outer = square_free.map(|(m, sign)| {
                let y = self.x / m;
                let root = u64::from(isqrt(y));
                Outer { y, root, from: self.u / m, sign: -i64::from(sign) }
            });
            Tables { sieve, outer: outer.collect() }
        })
    }
}

/// What a stretch adds: terms by M counted from its beginning, and how often M before it is wanted.
struct Sums<'a> {
    first: u64,
    /// Of first, first + 1, ...
    sums: &'a [i32],
    terms: i64,
    wanted: i64,
}

impl Sums<'_> {
    #[inline(always)]
    fn add(&mut self, argument: u64, times: i64) {
        self.terms += times * i64::from(self.sums[(argument - self.first) as usize]);
        self.wanted += times;
    }

    /// Adds the sum of M(y / n) for all n up to y, more than `from` and with y / n in the stretch.
    fn add_quotients(&mut self, &Outer { y, root, from, sign }: &Outer) {
        let end = self.first + self.sums.len() as u64;
        // By n where those are few.
        let (least, most) = ((y / end).max(from) + 1, (y / self.first).min(root));
        let (terms, wanted) = (self.terms, self.wanted);
        (self.terms, self.wanted) = (0, 0);
        if least <= most {
            if y < EXACT {
                let y = y as f64;
                let mut sum = 0;
                for n in least as u32..=most as u32 {
                    let argument = (y / f64::from(n)) as u64;
                    sum += i64::from(self.sums[(argument - self.first) as usize]);
                }
                self.terms = sum;
                self.wanted = (most - least + 1) as i64;
            } else {
                (least..=most).for_each(|n| self.add(y / n, 1));
            }
        }
        // By arguments where those are few.
        let last = (y / (root + 1)).min(end - 1);
        if self.first <= last {
            let from = from.max(root);
            let quotient = |v| {
                if y < EXACT { (y as f64 / v as f64) as u64 } else { y / v }
            };
            let mut above = quotient(self.first);
            for argument in self.first..=last {
                let below = quotient(argument + 1).max(from);
                self.add(argument, above.saturating_sub(below) as i64);
                above = below;
            }
        }
        self.terms = terms.wrapping_add(self.terms.wrapping_mul(sign));
        self.wanted = wanted.wrapping_add(self.wanted.wrapping_mul(sign));
    }
}

/// A partial result is M over the chunk, its terms, and how often M before it is wanted, all mod 2^64.
impl IntegerKernel for Mertens {
    fn chunks(&self) -> u64 {
        (self.last - 1) / self.length + 1
    }

    fn work_before(&self, chunks: u64) -> u64 {
        (chunks * self.length).min(self.last)
    }

    fn run(&self, chunk: u64, buffers: &mut Buffers, interrupt: &Interrupt) -> Result<Vec<u64>> {
        if self.x == 0 {
            return Ok(self.empty());
        }
        let first = chunk * self.length + 1;
        let Tables { sieve, outer } = self.tables();
        let Buffers { signs, sums, .. } = buffers;
        let length = self.work_before(chunk + 1) - self.work_before(chunk);
        signs.resize(length as usize, 0);
        sieve.sieve(first, signs, interrupt)?;
        let mut sum = 0;
        sums.clear();
        sums.extend(signs.iter().map(|&sign| {
            sum += i32::from(sign);
            sum
        }));
        let mut found = Sums { first, sums, terms: 0, wanted: 0 };
        if (first..first + found.sums.len() as u64).contains(&self.u) {
            found.add(self.u, 1);
        }
        if self.u < self.x {
            for outer in outer {
                interrupt.check()?;
                found.add_quotients(outer);
            }
        }
        Ok(vec![i64::from(sum) as u64, found.terms as u64, found.wanted as u64])
    }

    fn empty(&self) -> Vec<u64> {
        vec![0; 3]
    }

    fn merge(&self, into: &mut Vec<u64>, next: Vec<u64>) {
        if let ([all, terms, _], [sum, more, wanted]) = (&mut into[..], &next[..]) {
            *terms = terms.wrapping_add(*more).wrapping_add(wanted.wrapping_mul(*all));
            *all = all.wrapping_add(*sum);
        }
    }

    fn finish(&self, merged: Vec<u64>, _interrupt: &Interrupt) -> Result<Vec<u64>> {
        Ok(merged[1..2].to_vec())
    }
}
