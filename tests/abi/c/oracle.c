/* The oracles: slow, obvious, and nothing of the library's. */
#include "suites.h"

/* a * b mod m by doubling: slow and obvious. */
static uint64_t mul_mod(uint64_t a, uint64_t b, uint64_t m)
{
    uint64_t r = 0;
    for (a %= m; b > 0; b >>= 1) {
        if (b & 1) r = r >= m - a ? r - (m - a) : r + a;
        a = a >= m - a ? a - (m - a) : a + a;
    }
    return r;
}

static uint64_t pow_mod(uint64_t a, uint64_t e, uint64_t m)
{
    uint64_t r = 1;
    for (; e > 0; e >>= 1) {
        if (e & 1) r = mul_mod(r, a, m);
        a = mul_mod(a, a, m);
    }
    return r;
}

/* Strong probable primes to the first 12 prime bases: exact below 3.3 * 10^24
 * (Sorenson and Webster, Math. Comp. 86 (2017)). */
int oracle_is_prime(uint64_t n)
{
    static const uint64_t bases[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
    uint64_t d = n - 1, x;
    int i, r, k;
    if (n < 2) return 0;
    for (i = 0; i < 12; i++)
        if (n % bases[i] == 0) return n == bases[i];
    for (r = 0; d % 2 == 0; r++) d /= 2;
    for (i = 0; i < 12; i++) {
        x = pow_mod(bases[i], d, n);
        for (k = 0; x != 1 && x != n - 1 && k < r; k++) x = mul_mod(x, x, n);
        if (x != n - 1 && !(x == 1 && k == 0)) return 0;
    }
    return 1;
}

/* The sieve of Eratosthenes as it is taught. */
const uint64_t *oracle_primes(size_t *count)
{
    static uint8_t composite[ORACLE_LIMIT];
    static uint64_t primes[82025]; /* A007053(20) */
    static size_t found;
    size_t n, m;
    for (n = 2; found < 82025 && n < ORACLE_LIMIT; n++) {
        if (composite[n]) continue;
        primes[found++] = n;
        for (m = 2 * n; m < ORACLE_LIMIT; m += n) composite[m] = 1;
    }
    *count = found;
    return primes;
}
