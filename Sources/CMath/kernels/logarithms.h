/// Logarithms in double precision.
///
/// x = 2^k m with m in [√½, √2); f = m - 1; s = f / (2 + f); log(1 + f) = f - f²/2 + s (f²/2 + s² R(s²)) with a minimax R
/// (Tang 1990; Muller, chapter 4). The two leading terms are kept as a pair, so that errors stay under 0.6 ulp.
#pragma once
#include "coefficients.h"
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

/// log(1 + f) of a number's fraction as a pair times a constant pair.
INLINE pair times_constant(pair l, double hi, double lo) {
    pair p = two_product(l.hi, all(hi));
    p.lo += fma_(l.hi, all(lo), l.lo * hi);
    return p;
}

INLINE vd log2_split(split n) {
    pair p = times_constant(log_pair(all(0), n.f, all(0)), LOG2E_1, LOG2E_2);
    pair sum = fast_sum(n.k, p.hi);
    return sum.hi + (sum.lo + p.lo);
}
INLINE vd vlog2(vd x) {
    vl usual = ordinary(x);
    if (UNLIKELY(any(~usual))) {
        vd r = log2_split(split_any(x, usual));
        return usual ? r : log_special(r, x);
    }
    return log2_split(split_of(x));
}

INLINE vd log10_split(split n) {
    pair p = times_constant(log_pair(all(0), n.f, all(0)), LOG10E_1, LOG10E_2);
    pair sum = fast_sum(n.k * LOG10_2_1, p.hi);  // LOG10_2_1 has 40 bits
    return sum.hi + (sum.lo + fma_(n.k, all(LOG10_2_2), p.lo));
}
INLINE vd vlog10(vd x) {
    vl usual = ordinary(x);
    if (UNLIKELY(any(~usual))) {
        vd r = log10_split(split_any(x, usual));
        return usual ? r : log_special(r, x);
    }
    return log10_split(split_of(x));
}

/// log(1 + a) of a pair a > -1, not above 2^1000.
INLINE pair log1p_pair(pair a) {
    pair u = two_sum(all(1), a.hi);
    split n = split_of(u.hi);
    pair f = fast_sum(n.f, (u.lo + a.lo) * power_of_two(-n.k));
    vl small = magnitude(a.hi) < 0.25;
    return log_pair(n.k, small ? a.hi : f.hi, small ? a.lo : f.lo);
}

INLINE vd vlog1p(vd x) {
    vl usual = (x > -1.0) & (x < 0x1p1000);
    pair p = log1p_pair((pair){x, all(0)});
    vd r = p.hi + p.lo;
    r = x == 0.0 ? x : r;
    if (UNLIKELY(any(~usual))) return usual ? r : x > 0.0 ? vlog(x) : log_special(r, x + 1.0);
    return r;
}
