/// The inverse functions of sine, cosine and tangent in double precision.
///
/// arctan |y|/|x| is a multiple of π/4 plus arctan t with |t| ≤ 1/2, where t is a quotient kept as a pair; arcsin a for
/// a > 1/2 is π/2 - 2 arcsin √((1-a)/2). The rests are minimax polynomials in the square. Errors stay under 0.8 ulp.
#pragma once
#include "coefficients.h"
#include "vector.h"

/// arctan a/b for a, b ≥ 0, or π minus it where `turned` is set.
INLINE vd arctan_quotient(vd a, vd b, vl turned) {
    vl low = a < 0.5 * b, high = a > 2.0 * b;
    pair sum = two_sum(a, b);
    pair n = {low ? a : high ? -b : a - b, all(0)};  // the difference is exact
    pair d = {low ? b : high ? a : sum.hi, (low | high) ? all(0) : sum.lo};
    pair t = quotient(n, d);
    vd z = t.hi * t.hi;
    vd rest = fma_(t.hi * z, POLYNOMIAL(z, ATAN_FULL), t.lo);
    vd base = low ? (turned ? all(PI_1) : all(0)) : high ? all(PI_HALF_1) : turned ? all(PI_3_QUARTERS_1) : all(PI_QUARTER_1);
    vd tail = low ? (turned ? all(PI_2) : all(0)) : high ? all(PI_HALF_2) : turned ? all(PI_3_QUARTERS_2) : all(PI_QUARTER_2);
    vl sign = turned & INT64_MIN;
    pair r = fast_sum(base, with_sign(t.hi, sign));
    return r.hi + (r.lo + (with_sign(rest, sign) + tail));
}

INLINE vd varctan(vd x) {
    vd a = magnitude(x);
    vd r = arctan_quotient(a > 0x1p60 ? all(0x1p60) : a, all(1), (vl){0});
    return with_sign(r, sign_of(x));
}

/// The angle of operands with zeros, infinities, NaN or extreme exponents among them.
static __attribute__((noinline)) vd arctan2_special(vd y, vd x) {
    const vd infinity = all(__builtin_inf());
    vd a = magnitude(y), b = magnitude(x);
    vl high = a == infinity, wide = b == infinity;
    vl both = (high & wide) | ((a == 0.0) & (b == 0.0));
    vd most = a < b ? b : a, scale = most > 0x1p500 ? all(0x1p-100) : most < 0x1p-400 ? all(0x1p600) : all(1);
    a = high ? all(1) : wide ? all(0) : a * scale;
    b = (wide | both) ? all(1) : high ? all(0) : b * scale;
    vd r = with_sign(arctan_quotient(a, b, bits(x) < 0), sign_of(y));
    return x != x ? x : y != y ? y : r;
}

INLINE vd varctan2(vd y, vd x) {
    vd a = magnitude(y), b = magnitude(x);
    vd r = with_sign(arctan_quotient(a, b, bits(x) < 0), sign_of(y));
    vl usual = ((a >= 0x1p-500) | (a == 0.0)) & (a <= 0x1p500) & (b >= 0x1p-500) & (b <= 0x1p500);
    if (UNLIKELY(any(~usual))) return usual ? r : arctan2_special(y, x);
    return r;
}

/// With s the number whose arcsine the polynomial gives: arcsin s = s + rest.
typedef struct { vl big; vd s, rest; } arc;

INLINE arc arc_of(vd x) {
    vd a = magnitude(x);
    vl big = a > 0.5;
    vd z = big ? 0.5 - 0.5 * a : x * x;
    vd s = big ? root(z) : x;
    vd below = (big & (s > 0.0)) ? fma_(-s, s, z) / (s + s) : all(0);
    return (arc){big, s, fma_(s * z, POLYNOMIAL(z, ASIN_FULL), below)};
}

INLINE vd varcsin(vd x) {
    arc a = arc_of(x);
    pair b = fast_sum(all(PI_HALF_1), -2.0 * a.s);
    vd big = with_sign(b.hi + (b.lo + fma_(all(-2.0), a.rest, all(PI_HALF_2))), sign_of(x));
    vd r = keeping_zero(x, a.big ? big : a.s + a.rest);
    return magnitude(x) > 1.0 ? all(__builtin_nan("")) : r;
}

INLINE vd varccos(vd x) {
    arc a = arc_of(x);
    vl left = a.big & (x < 0.0), right = a.big & (x > 0.0);
    // π/2 - (s + rest), π - 2 (s + rest) or 2 (s + rest)
    vd base = left ? all(PI_1) : right ? all(0) : all(PI_HALF_1), tail = left ? all(PI_2) : right ? all(0) : all(PI_HALF_2);
    vd factor = left ? all(-2.0) : right ? all(2.0) : all(-1.0);
    pair b = fast_sum(base, factor * a.s);
    vd r = b.hi + (b.lo + fma_(factor, a.rest, tail));
    return magnitude(x) > 1.0 ? all(__builtin_nan("")) : r;
}
