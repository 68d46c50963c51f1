//! The elliptic curve method: finds a factor p of n by chance, in a time that depends on p.
//!
//! A curve over the integers mod n is one mod p, too, and a group. If the order of that group is smooth, multiples of a point
//! reach its neutral element mod p, which shows as a common divisor. Each curve is another chance.
//!
//! Montgomery's curves by Suyama's parameter, whose order is a multiple of 12; stage 1 multiplies by all prime powers up to
//! a bound, stage 2 allows for one larger prime. Sources: H. Lenstra, Ann. of Math. 126 (1987); P. Montgomery, Math. Comp. 48 (1987).

use super::montgomery::{Ring, gcd};
use crate::error::Result;
use crate::kernel::Interrupt;

/// Giant steps of stage 2 are as long as this, baby steps lead to what is coprime to it.
const GIANT: u64 = 210;

/// What is coprime to `GIANT`, up to half of it.
const BABIES: [u8; 24] = [
    1, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
];

/// How far the two stages go.
pub struct Effort {
    /// Their product is that of all prime powers up to the bound of stage 1.
    scalars: Vec<u64>,
    /// Stage 2 covers what lies within half a giant step of these multiples of `GIANT`.
    giants: std::ops::Range<u64>,
}

impl Effort {
    /// Stage 1 to `bound`, stage 2 to about `reach`.
    pub fn new(bound: u64, reach: u64) -> Effort {
        let mut scalars = vec![];
        let mut product = 1u64;
        for p in (2..=bound).filter(|&p| (2..).take_while(|d| d * d <= p).all(|d| p % d != 0)) {
            let power = p.pow(bound.ilog(p));
            match product.checked_mul(power) {
                Some(larger) => product = larger,
                None => scalars.push(std::mem::replace(&mut product, power)),
            }
        }
        scalars.push(product);
        let first = ((bound + GIANT / 2) / GIANT).max(1);
        Effort { scalars, giants: first..reach / GIANT + 1 }
    }
}

/// x : z, the neutral element being 0 : 0 mod p.
#[derive(Clone, Copy)]
struct Point<I> {
    x: I,
    z: I,
}

struct Curve<'a, R: Ring> {
    ring: &'a R,
    /// (A + 2) / 4 of B y^2 = x^3 + A x^2 + x.
    a24: R::Int,
}

impl<R: Ring> Curve<'_, R> {
    #[inline(always)]
    fn twice(&self, p: Point<R::Int>) -> Point<R::Int> {
        let ring = self.ring;
        let sum = ring.square(ring.sum(p.x, p.z));
        let difference = ring.square(ring.difference(p.x, p.z));
        let t = ring.difference(sum, difference);
        Point {
            x: ring.product(sum, difference),
            z: ring.product(t, ring.sum(difference, ring.product(self.a24, t))),
        }
    }

    /// p + q, given p - q.
    #[inline(always)]
    fn add(&self, p: Point<R::Int>, q: Point<R::Int>, difference: Point<R::Int>) -> Point<R::Int> {
        let ring = self.ring;
        let u = ring.product(ring.difference(p.x, p.z), ring.sum(q.x, q.z));
        let v = ring.product(ring.sum(p.x, p.z), ring.difference(q.x, q.z));
        Point {
            x: ring.product(difference.z, ring.square(ring.sum(u, v))),
            z: ring.product(difference.x, ring.square(ring.difference(u, v))),
        }
    }

    /// Montgomery's ladder.
    #[inline(never)]
    fn multiple(&self, scalar: u64, p: Point<R::Int>) -> Point<R::Int> {
        if scalar <= 1 {
            return p;
        }
        let (mut low, mut high) = (p, self.twice(p));
        for bit in (0..scalar.ilog2()).rev() {
            let between = self.add(high, low, p);
            if scalar >> bit & 1 == 1 {
                (low, high) = (between, self.twice(high));
            } else {
                (low, high) = (self.twice(low), between);
            }
        }
        low
    }

    /// Multiplies up z times the differences of x / z between giants and babies: 0 mod p where the two are the same point or its
    /// inverse. All babies take part, also those that lead to no prime: leaving them out would want a table.
    #[inline(never)]
    fn stage_2(
        &self,
        q: Point<R::Int>,
        giants: &std::ops::Range<u64>,
        interrupt: &Interrupt,
    ) -> Result<R::Int> {
        let ring = self.ring;
        // The odd multiples of q, each with its x * z.
        let two = self.twice(q);
        let mut odd = [q; 52];
        odd[1] = self.add(two, q, q);
        for i in 2..odd.len() {
            odd[i] = self.add(odd[i - 1], two, odd[i - 2]);
        }
        let babies = BABIES.map(|j| {
            let baby = odd[usize::from(j / 2)];
            (baby, ring.product(baby.x, baby.z))
        });
        let step = self.multiple(GIANT, q);
        // For the first multiple, `last` would be the neutral element, which `add` takes for no difference.
        let mut giant = self.multiple(giants.start, step);
        let mut last = self.multiple(giants.start - 1, step);
        let mut product = q.z;
        for k in giants.clone() {
            if k % 64 == 0 {
                interrupt.check()?;
            }
            let giant_xz = ring.product(giant.x, giant.z);
            for (baby, baby_xz) in babies {
                let cross =
                    ring.product(ring.difference(giant.x, baby.x), ring.sum(giant.z, baby.z));
                let difference = ring.sum(ring.difference(cross, giant_xz), baby_xz);
                product = ring.product(product, difference);
            }
            let next = if k == 1 { self.twice(step) } else { self.add(giant, step, last) };
            (last, giant) = (giant, next);
        }
        Ok(product)
    }
}

/// Tries curve `number` on the ring's n, which must be odd. Some: a proper divisor. The same for the same arguments, always.
/// Errors: Cancelled.
pub fn try_curve<R: Ring>(
    ring: &R,
    number: u64,
    effort: &Effort,
    interrupt: &Interrupt,
) -> Result<Option<R::Int>> {
    let n = ring.modulus();
    let (zero, one) = (R::Int::from(0), R::Int::from(1));
    let proper = |divisor: R::Int| (divisor > one && divisor < n).then_some(divisor);
    // Suyama's parameter: 6 and up give curves that are none of the degenerate ones.
    let sigma = ring.element(number + 6);
    let u = ring.difference(ring.square(sigma), ring.element(5));
    let v = ring.product(sigma, ring.element(4));
    let cube = |x| ring.product(x, ring.square(x));
    let (u3, v3) = (cube(u), cube(v));
    let below = ring.product(ring.product(u3, v), ring.element(16));
    let above = ring.product(cube(ring.difference(v, u)), ring.sum(ring.sum(u, u), ring.sum(u, v)));
    let a24 = match ring.inverse(below) {
        Ok(inverse) => ring.product(above, inverse),
        Err(divisor) => return Ok(proper(divisor)),
    };
    let curve = Curve { ring, a24 };
    let mut q = Point { x: u3, z: v3 };
    for &scalar in &effort.scalars {
        interrupt.check()?;
        q = curve.multiple(scalar, q);
    }
    let product = curve.stage_2(q, &effort.giants, interrupt)?;
    if product == zero {
        // All factors at once; perhaps not yet after stage 1.
        return Ok(proper(gcd(n, ring.leave(q.z))));
    }
    Ok(proper(gcd(n, ring.leave(product))))
}
