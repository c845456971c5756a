/// Angles beyond the reach of three parts of π/2.
#include "kernels/rare.h"

#include <math.h>
#include <stdint.h>

#include "kernels/coefficients.h"
#pragma STDC FP_CONTRACT OFF

/// 2/π in binary after a word of zeros: bit 2^-i of it is bit i of what follows, counted from the top from 1.
static const uint64_t two_over_pi[] = {
    0,
#include "kernels/two_over_pi.h"
};

/// Payne and Hanek. |x| = m 2^e; the bits of 2/π above 2^(2-e) give whole turns, and of the others 256 are enough: no
/// double comes nearer to a multiple of π/2 than 2^-61 (Muller, section 11.3).
int64_t legate_rare_quarter_turns(double x, double *hi, double *lo) {
    *hi = NAN;
    *lo = 0;
    if (!isfinite(x)) return 0;
    int exponent;
    uint64_t m = (uint64_t)(frexp(fabs(x), &exponent) * 0x1p53), p[4];
    unsigned __int128 carry = 0;
    for (int i = 3; i >= 0; i--) {  // p = m (2/π 2^(e-2) modulo 1), modulo 1
        int at = exponent - 53 - 2 + 64 + 64 * i, word = at / 64, shift = at % 64;
        uint64_t w = two_over_pi[word] << shift;
        if (shift) w |= two_over_pi[word + 1] >> (64 - shift);
        carry += (unsigned __int128)m * w;
        p[i] = (uint64_t)carry;
        carry >>= 64;
    }
    int64_t n = (int64_t)(p[0] >> 62);
    p[0] = p[0] << 2 | p[1] >> 62;
    p[1] = p[1] << 2 | p[2] >> 62;
    p[2] = p[2] << 2 | p[3] >> 62;
    int beyond = p[0] >> 63;  // nearer to the next quarter turn
    if (beyond) {
        n++;
        for (int i = 0; i < 3; i++) p[i] = ~p[i];
    }
    int zeros = __builtin_clzll(p[0] | 1);
    if (zeros) {
        p[0] = p[0] << zeros | p[1] >> (64 - zeros);
        p[1] = p[1] << zeros | p[2] >> (64 - zeros);
    }
    double a = ldexp((double)(p[0] >> 11), -53 - zeros);
    double b = ldexp((double)(p[0] << 53 >> 1 | p[1] >> 12), -116 - zeros);
    double h = a * PI_HALF_1, l = fma(a, PI_HALF_1, -h) + (a * PI_HALF_2 + b * PI_HALF_1);
    int negative = beyond ^ (x < 0);
    *hi = negative ? -(h + l) : h + l;
    l = l - ((h + l) - h);
    *lo = negative ? -l : l;
    return x < 0 ? -n : n;
}
