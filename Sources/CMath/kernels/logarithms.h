/// Logarithms in double precision.
///
/// x = 2^k m with m in [√½, √2); f = m - 1; s = f / (2 + f); log(1 + f) = f - f²/2 + s (f²/2 + s² R(s²)) with a minimax R
/// (Tang 1990; Muller, chapter 4). Errors stay under 1 ulp.
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

/// log(1 + f) = f + rest, given s and what is to be added to the rest.
INLINE vd log_rest(vd f, vd s, vd more) { return log_rest_of(f, s, POLYNOMIAL(s * s, LOG_FULL), more); }
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

/// log(1 + f) times a constant in two parts, and what is to be added.
INLINE vd log_times(vd f, double hi, double lo, vd more) {
    return times_constant(f, log_rest(f, reduced_fraction(f), all(0)), hi, lo, more);
}

/// k·log 2 + log(1 + f)
INLINE vd log_split(split n) { return fma_(n.k, all(LN2_1), n.f + log_rest(n.f, reduced_fraction(n.f), n.k * LN2_2)); }
INLINE vd log2_split(split n) { return n.k + log_times(n.f, LOG2E_1, LOG2E_2, all(0)); }
INLINE vd log10_split(split n) {
    // LOG10_2_1 has 40 bits.
    return fma_(n.k, all(LOG10_2_1), log_times(n.f, LOG10E_1, LOG10E_2, n.k * LOG10_2_2));
}

/// A logarithm of any number, given that of one in parts.
#define LOGARITHM(name, of_split)                                                                                     \
    INLINE vd name(vd x) {                                                                                            \
        vl usual = ordinary(x);                                                                                       \
        if (UNLIKELY(any(~usual))) {                                                                                  \
            vd r = of_split(split_any(x, usual));                                                                     \
            return usual ? r : log_special(r, x);                                                                     \
        }                                                                                                             \
        return of_split(split_of(x));                                                                                 \
    }
LOGARITHM(vlog, log_split)
LOGARITHM(vlog2, log2_split)
LOGARITHM(vlog10, log10_split)

/// log(1 + x + tail), -1 < x, not above 2^1000, with a tail far below the last bit of 1 + x: what is lost when 1 is added,
/// divided by the sum, goes into the rest.
INLINE vd log1p_middle(vd x, vd tail) {
    pair u = two_sum(all(1), x);
    split n = split_of(u.hi);
    vd s = reduced_fraction(n.f), lost = (u.lo + tail) * power_of_two(-n.k);
    vd more = fma_(n.k, all(LN2_2), fma_(-2.0 * s, lost, lost));
    return fma_(n.k, all(LN2_1), n.f + log_rest(n.f, s, more));
}
INLINE vd vlog1p(vd x) {
    vd r = keeping_zero(x, log1p_middle(x, all(0)));
    vl usual = (x > -1.0) & (x < 0x1p1000);
    if (UNLIKELY(any(~usual))) return usual ? r : x > 0.0 ? vlog(x) : log_special(r, x + 1.0);
    return r;
}
