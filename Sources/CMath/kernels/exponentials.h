/// e^x, 2^x and e^x - 1 in double precision.
///
/// x = k·ln 2 + r with |r| ≤ ln 2 / 2 (Cody and Waite, in two parts with fused multiply-add), e^r = 1 + r + r²/2 + r³ Q(r)
/// with a minimax Q, and the factor 2^k goes into the exponent. Errors stay under 0.6 ulp.
#pragma once
#include "coefficients.h"
#include "vector.h"

/// A number as 2^k e^(r + tail).
typedef struct { vd k, r, tail; } exponent;

INLINE exponent reduce_exp(vd x) {
    vd k = fma_(x, all(LOG2E_1), all(WHOLE)) - WHOLE;
    vd a = fma_(-k, all(LN2_1), x);  // exact: LN2_1 has 40 bits
    vd b = k * LN2_2;
    vd r = a - b;
    return (exponent){k, r, (a - r) - b};
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
/// p·2^k with k in -2000 ... 2000, rounded as the processor rounds subnormals.
INLINE vd scaled(vd p, vd k) {
    vd half = (k * 0.5 + WHOLE) - WHOLE;
    return p * power_of_two(half) * power_of_two(k - half);
}

INLINE vd exp_far(vd p, vd k, vd x) {
    vd r = scaled(p, k);
    return x != x ? x : r;
}

INLINE vd vexp(vd x) {
    vd limited = x > 800.0 ? all(800.0) : x < -800.0 ? all(-800.0) : x;
    exponent e = reduce_exp(limited);
    vd p = one_plus(e.r, exp_rest(e));
    vl far = ~(magnitude(x) <= 707.0);
    if (UNLIKELY(any(far))) return exp_far(p, e.k, x);
    return real(bits(p) + (bits(e.k + WHOLE) << 52));
}

INLINE vd vexp2(vd x) {
    vd limited = x > 1200.0 ? all(1200.0) : x < -1200.0 ? all(-1200.0) : x;
    vd k = (limited + WHOLE) - WHOLE;
    vd f = limited - k;
    pair r = two_product(f, all(LN2_WHOLE_1));
    exponent e = {k, r.hi, fma_(f, all(LN2_WHOLE_2), r.lo)};
    vd p = one_plus(e.r, exp_rest(e));
    vl far = ~(magnitude(x) <= 1020.0);
    if (UNLIKELY(any(far))) return exp_far(p, k, x);
    return real(bits(p) + (bits(k + WHOLE) << 52));
}

/// e^x - 1 as a pair, for |x| ≤ 700.
INLINE pair expm1_pair(vd x) {
    exponent e = reduce_exp(x);
    vd half = 0.5 * e.r, square = half * e.r;
    pair p = fast_sum(e.r, square);
    vd rest = fma_(e.r * e.r, e.r * POLYNOMIAL(e.r, EXP_REST), fma_(half, e.r, -square)) + e.tail;
    p = fast_sum(p.hi, p.lo + rest);
    vd scale = power_of_two(e.k);
    pair s = two_sum(scale, all(-1));
    pair t = two_sum(s.hi, p.hi * scale);
    pair u = {t.hi, t.lo + fma_(p.lo, scale, s.lo)};
    vl near = e.k == 0.0;
    return (pair){pick(near, p.hi, u.hi), pick(near, p.lo, u.lo)};
}

INLINE vd vexpm1(vd x) {
    pair p = expm1_pair(x);
    vd r = p.hi + p.lo;
    r = x == 0.0 ? x : r;
    vl far = ~(magnitude(x) <= 700.0);
    if (UNLIKELY(any(far))) return !far ? r : x < 0.0 ? all(-1) : vexp(x);
    return r;
}
