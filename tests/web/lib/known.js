// @ts-check
// Published values, for the tests in Node and in browsers alike.

/** pi(10^n) from n = 0. Source: OEIS A006880. */
export const PI = [
  0n, 4n, 25n, 168n, 1229n, 9592n, 78498n, 664579n, 5761455n, 50847534n, 455052511n, 4118054813n, 37607912018n, 346065536839n,
];

/** The 10^n-th prime from n = 0. Source: OEIS A006988. */
export const NTH = [
  2n, 29n, 541n, 7919n, 104729n, 1299709n, 15485863n, 179424673n, 2038074743n, 22801763489n, 252097800623n, 2760727302517n,
  29996224275833n,
];

/** Pairs of twins up to 10^n from n = 0. Source: OEIS A007508, which begins at n = 1. */
export const TWINS = [0n, 2n, 8n, 35n, 205n, 1224n, 8169n, 58980n, 440312n, 3424506n, 27412679n];

/** Quadruplets whose largest member is below 10^n, from n = 0. Source: OEIS A050258. */
export const QUADRUPLETS = [0n, 0n, 2n, 5n, 12n, 38n, 166n, 899n, 4768n];

/** The product of the first n primes, from n = 0. Source: OEIS A002110. */
export const PRIMORIALS = [
  1n, 2n, 6n, 30n, 210n, 2310n, 30030n, 510510n, 9699690n, 223092870n, 6469693230n, 200560490130n, 7420738134810n, 304250263527210n,
  13082761331670030n, 614889782588491410n, 32589158477190044730n, 1922760350154212639070n,
];

/** Gaps between primes that are larger than all before, and the prime before each. Source: OEIS A005250 and A002386. */
export const MAXIMAL_GAPS = [
  [1, 2], [2, 3], [4, 7], [6, 23], [8, 89], [14, 113], [18, 523], [20, 887], [22, 1129], [34, 1327], [36, 9551], [44, 15683], [52, 19609],
  [72, 31397], [86, 155921], [96, 360653], [112, 370261], [114, 492113], [118, 1349533], [132, 1357201], [148, 2010733], [154, 4652353],
  [180, 17051707], [210, 20831323], [220, 47326693], [222, 122164747], [234, 189695659], [248, 191912783], [250, 387096133], [282, 436273009],
].map(([length, prime]) => ({ length: BigInt(length), prime: BigInt(prime) }));

/** Mertens' function of 10^n from n = 0. Source: OEIS A084237. */
export const MERTENS = [1n, -1n, 1n, 2n, -23n, -48n, 212n, 1037n, 1928n, -222n, -33722n];

/** The sum of the primes up to 10^n from n = 0. Source: OEIS A046731. */
export const SUMS = [
  0n, 17n, 1060n, 76127n, 5736396n, 454396537n, 37550402023n, 3203324994356n, 279209790387276n, 24739512092254535n, 2220822432581729238n,
];

/** 2^64 - k is prime for these k, the smallest there are. Source: C. Caldwell, "Primes just less than a power of two". */
export const BELOW_2_64 = [59n, 83n, 95n, 179n, 189n, 257n, 279n, 323n, 353n, 363n];
