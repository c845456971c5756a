/// Logarithms in double precision.
///
/// x = 2^k m with m in [√½, √2); f = m - 1; s = f / (2 + f); log(1 + f) = f - f²/2 + s (f²/2 + s² R(s²)) with a minimax R
/// (Tang 1990; Muller, chapter 4). The two leading terms are kept as a pair, so that errors stay under 0.6 ulp.
#pragma once
#include "coefficients.h"
#include "rare.h"
#include "vector.h"

#define LEAST_NORMAL 0x1p-1022
#define INFINITY_ __builtin_inf()

/// A positive normal number as 2^k (1 + f).
typedef struct { vd k, f; } split;

INLINE split split_of(vd x) {
    const int64_t root_half = 0x3fe6a09e667f3bcd, one = 0x3ff0000000000000;
    vl t = bits(x) + (one - root_half);
    vd k = real((vl)((vu)t >> 52) | (int64_t)0x4330000000000000) - (0x1p52 + 1023);
    return (split){k, real((t & (int64_t)0x000fffffffffffff) + root_half) - 1.0};
}

/// log(2^k (1 + f + tail)) as a pair; the tail is far below the last bit of f.
INLINE pair log_pair(vd k, vd f, vd tail) {
    vd s = f / (2.0 + f), z = s * s;
    vd half = 0.5 * f, square = half * f;
    vd h = f - square;
    vd l = (f - h) - square;
    l = l - fma_(half, f, -square);
    l = l + fma_(s, fma_(z, POLYNOMIAL(z, LOG_FULL), square), tail * (1.0 - 2.0 * s));
    pair sum = fast_sum(k * LN2_1, h);
    return fast_sum(sum.hi, sum.lo + fma_(k, all(LN2_2), l));
}

INLINE vl ordinary(vd x) { return (x >= LEAST_NORMAL) & (x < INFINITY_); }

/// The logarithm of what is not positive and normal, given that of x·2^54 for subnormal x (else of anything).
INLINE vd log_special(vd r, vd x) {
    r = x == INFINITY_ ? x : r;
    r = x == 0.0 ? all(-INFINITY_) : r;
    return x >= 0.0 ? r : x < 0.0 ? all(__builtin_nan("")) : x;
}

INLINE split split_any(vd x, vl usual) {
    vd y = usual ? x : x * 0x1p54;
    split n = split_of(y);
    n.k = usual ? n.k : n.k - 54.0;
    return n;
}

INLINE vd vlog(vd x) {
    vl usual = ordinary(x);
    if (UNLIKELY(any(~usual))) {
        split n = split_any(x, usual);
        pair p = log_pair(n.k, n.f, all(0));
        return usual ? p.hi + p.lo : log_special(p.hi + p.lo, x);
    }
    split n = split_of(x);
    pair p = log_pair(n.k, n.f, all(0));
    return p.hi + p.lo;
}
