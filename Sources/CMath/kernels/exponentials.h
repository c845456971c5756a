/// e^x, 2^x and e^x - 1 in double precision.
///
/// x = k·ln 2 + r with |r| ≤ ln 2 / 2 (Cody and Waite, in two parts with fused multiply-add), e^r = 1 + r + r²/2 + r³ Q(r)
/// with a minimax Q, and the factor 2^k goes into the exponent. Errors stay under 0.6 ulp.
#pragma once
#include "coefficients.h"
#include "vector.h"

/// A number as 2^k e^(r + tail); `bits` of `shifted` hold k in their lowest part.
typedef struct { vd k, r, tail, shifted; } exponent;

INLINE exponent reduce_exp(vd x) {
    vd shifted = fma_(x, all(LOG2E_1), all(WHOLE)), k = shifted - WHOLE;
    vd a = fma_(-k, all(LN2_1), x);  // exact: LN2_1 has 40 bits
    vd b = k * LN2_2;
    vd r = a - b;
    return (exponent){k, r, (a - r) - b, shifted};
}
INLINE exponent reduce_exp2(vd x) {
    vd shifted = x + WHOLE, k = shifted - WHOLE, f = x - k;
    pair r = two_product(f, all(LN2_WHOLE_1));
    return (exponent){k, r.hi, fma_(f, all(LN2_WHOLE_2), r.lo), shifted};
}
/// q with e^(r + tail) - 1 = r + q.
INLINE vd exp_rest(exponent e) {
    return fma_(e.r * e.r, fma_(e.r, POLYNOMIAL(e.r, EXP_REST), all(0.5)), e.tail);
}

/// 1 + r + q, rounded once but for the error of q.
INLINE vd one_plus(vd r, vd q) {
    pair s = fast_sum(all(1), r);
    return s.hi + (s.lo + q);
}
INLINE vd exp_of(exponent e) { return one_plus(e.r, exp_rest(e)); }
/// p·2^k for results that are normal numbers.
INLINE vd times_power(vd p, exponent e) { return real(bits(p) + (bits(e.shifted) << 52)); }
/// p·2^k with k in -2000 ... 2000, rounded as the processor rounds subnormals.
INLINE vd scaled(vd p, vd k) {
    vd half = (k * 0.5 + WHOLE) - WHOLE;
    return p * power_of_two(half) * power_of_two(k - half);
}
INLINE vd within(vd x, double bound) { return x > bound ? all(bound) : x < -bound ? all(-bound) : x; }

static __attribute__((noinline)) vd exp_far(vd x) {
    exponent e = reduce_exp(within(x, 800));
    return x != x ? x : scaled(exp_of(e), e.k);
}
INLINE vd vexp(vd x) {
    exponent e = reduce_exp(x);
    vd r = times_power(exp_of(e), e);
    vl far = ~(magnitude(x) <= 707.0);
    if (UNLIKELY(any(far))) return far ? exp_far(x) : r;
    return r;
}

static __attribute__((noinline)) vd exp2_far(vd x) {
    exponent e = reduce_exp2(within(x, 1200));
    return x != x ? x : scaled(exp_of(e), e.k);
}
INLINE vd vexp2(vd x) {
    exponent e = reduce_exp2(x);
    vd r = times_power(exp_of(e), e);
    vl far = ~(magnitude(x) <= 1020.0);
    if (UNLIKELY(any(far))) return far ? exp2_far(x) : r;
    return r;
}

/// e^x - 1 for |x| ≤ 700.
INLINE vd expm1_middle(vd x) {
    exponent e = reduce_exp(x);
    return scaled_less_one(power_of_two(e.k), e.r, exp_rest(e));
}

INLINE vd vexpm1(vd x) {
    vd r = keeping_zero(x, expm1_middle(x));
    vl far = ~(magnitude(x) <= 700.0);
    if (UNLIKELY(any(far))) return !far ? r : x < 0.0 ? all(-1) : vexp(x);
    return r;
}
