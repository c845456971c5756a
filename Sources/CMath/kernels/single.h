/// The functions in single precision, computed in double with shorter polynomials and rounded once: errors stay just
/// above half an ulp. A vector of floats is two of doubles. Single precision's subnormals are ordinary doubles, and its
/// squares neither overflow nor vanish, so that few operands are special.
#pragma once
#include "exponentials.h"
#include "inverse.h"
#include "logarithms.h"
#include "powers.h"
#include "trigonometric.h"

typedef union { vf whole; vh half[2]; } halves;

/// A function of doubles applied to a vector of floats.
#define ON_SINGLE(name, value)                                                                                        \
    INLINE vf name(vf x) {                                                                                            \
        halves a = {.whole = x}, r;                                                                                   \
        for (int i = 0; i < 2; i++)                                                                                   \
            r.half[i] = __builtin_convertvector(value(__builtin_convertvector(a.half[i], vd)), vh);                   \
        return r.whole;                                                                                               \
    }
#define ON_SINGLES(name, value)                                                                                       \
    INLINE vf name(vf x, vf y) {                                                                                      \
        halves a = {.whole = x}, b = {.whole = y}, r;                                                                 \
        for (int i = 0; i < 2; i++)                                                                                   \
            r.half[i] = __builtin_convertvector(                                                                      \
                value(__builtin_convertvector(a.half[i], vd), __builtin_convertvector(b.half[i], vd)), vh);           \
        return r.whole;                                                                                               \
    }

INLINE vd not_a_number(void) { return all(__builtin_nan("")); }

// MARK: - Exponentials

/// 2^t = scale + scale·rest
typedef struct { vd scale, rest; } binary_exponent;

INLINE binary_exponent exp2_parts(vd t) {
    vd k = (t + WHOLE) - WHOLE, r = t - k;
    return (binary_exponent){power_of_two(k), r * POLYNOMIAL(r, EXP2_SINGLE)};
}
INLINE vd exp2_single(vd t) {
    binary_exponent e = exp2_parts(within(t, 300));
    return fma_(e.scale, e.rest, e.scale);
}
/// 2^t - 1
INLINE vd exp2m1_single(vd t) {
    binary_exponent e = exp2_parts(within(t, 300));
    return fma_(e.scale, e.rest, e.scale - 1.0);
}

INLINE vd exp_of_single(vd x) { return exp2_single(x * LOG2E_1); }
INLINE vd exp2_of_single(vd x) { return exp2_single(x); }
INLINE vd expm1_of_single(vd x) {
    return keeping_zero(x, exp2m1_single(x * LOG2E_1));
}
INLINE vd sinh_of_single(vd x) {
    vd e = exp2m1_single(magnitude(x) * LOG2E_1);
    return with_sign(0.5 * (e + e / (1.0 + e)), sign_of(x));
}
INLINE vd cosh_of_single(vd x) {
    vd e = exp2_single(magnitude(x) * LOG2E_1);
    return 0.5 * (e + 1.0 / e);
}
INLINE vd tanh_of_single(vd x) {
    vd e = exp2m1_single(within(magnitude(x) * (2 * LOG2E_1), 60));
    return with_sign(e / (2.0 + e), sign_of(x));
}

// MARK: - Logarithms

/// log(1 + f) of a fraction
INLINE vd log_fraction(vd f) {
    vd s = reduced_fraction(f), z = s * s;
    return s * fma_(z, POLYNOMIAL(z, LOG_SINGLE), all(2.0));
}
INLINE vd log_checked(vd r, vd x) {
    vl usual = (x > 0.0) & (x < INFINITY_);
    return usual ? r : log_special(r, x);
}
INLINE vd log_of_single(vd x) {
    split n = split_of(x);
    return log_checked(fma_(n.k, all(LN2_WHOLE_1), log_fraction(n.f)), x);
}
INLINE vd log2_of_single(vd x) {
    split n = split_of(x);
    return log_checked(fma_(log_fraction(n.f), all(LOG2E_1), n.k), x);
}
INLINE vd log10_of_single(vd x) {
    split n = split_of(x);
    return log_checked(fma_(n.k, all(LOG10_2_WHOLE_1), log_fraction(n.f) * LOG10E_1), x);
}
INLINE vd log1p_single(vd x) {
    vd u = 1.0 + x;
    split n = split_of(u);
    vd f = n.k == 0.0 ? x : n.f;
    return log_checked(fma_(n.k, all(LN2_WHOLE_1), log_fraction(f)), u);
}
INLINE vd log1p_of_single(vd x) {
    return keeping_zero(x, log1p_single(x));
}
INLINE vd arcsinh_of_single(vd x) {
    vd a = magnitude(x), square = a * a;
    vd r = log1p_single(a + square / (1.0 + root(1.0 + square)));
    r = a < INFINITY_ ? r : a;
    return with_sign(r, sign_of(x));
}
INLINE vd arccosh_of_single(vd x) {
    vd t = x - 1.0;
    vd r = log1p_single(t + root(t * (x + 1.0)));
    return x >= 1.0 ? r : x < 1.0 ? not_a_number() : x;
}
INLINE vd arctanh_of_single(vd x) {
    vd a = magnitude(x);
    vd r = 0.5 * log1p_single(2.0 * a / (1.0 - a));
    r = a <= 1.0 ? r : a > 1.0 ? not_a_number() : a;
    return with_sign(r, sign_of(x));
}

// MARK: - Trigonometric functions

INLINE angle reduced_single(vd x) {
    vd shifted = fma_(x, all(TWO_OVER_PI_1), all(WHOLE)), n = shifted - WHOLE;
    angle a = {bits(shifted), {fma_(-n, all(PI_HALF_2), fma_(-n, all(PI_HALF_1), x)), all(0)}};
    vl far = ~(magnitude(x) <= 0x1p28);
    if (UNLIKELY(any(far))) a = reduced_far(far, x, a);
    return a;
}
INLINE vd sine_single(vd r) {
    vd z = r * r;
    return fma_(r * z, POLYNOMIAL(z, SIN_SINGLE), r);
}
INLINE vd cosine_single(vd r) {
    vd z = r * r;
    return fma_(z, fma_(z, POLYNOMIAL(z, COS_SINGLE), all(-0.5)), all(1));
}
INLINE vd turned_sine_single(angle a, vl n) {
    vl odd = -(n & 1);
    return with_sign(pick(odd, cosine_single(a.r.hi), sine_single(a.r.hi)), (n & 2) << 62);
}
INLINE vd sin_of_single(vd x) {
    angle a = reduced_single(x);
    return keeping_zero(x, finite_only(turned_sine_single(a, a.n), x));
}
INLINE vd cos_of_single(vd x) {
    angle a = reduced_single(x);
    return finite_only(turned_sine_single(a, a.n + 1), x);
}
INLINE vd tan_of_single(vd x) {
    angle a = reduced_single(x);
    vd s = sine_single(a.r.hi), c = cosine_single(a.r.hi);
    vl odd = -(a.n & 1);
    return keeping_zero(x, finite_only(pick(odd, c, s) / pick(odd, -s, c), x));
}

INLINE vd arctan_quotient_single(vd a, vd b) {
    vl low = a < 0.5 * b, high = a > 2.0 * b;
    vd t = (low ? a : high ? -b : a - b) / (low ? b : high ? a : a + b), z = t * t;
    vd base = low ? all(0) : high ? all(PI_HALF_1) : all(PI_QUARTER_1);
    return base + fma_(t * z, POLYNOMIAL(z, ATAN_SINGLE), t);
}
INLINE vd arctan_of_single(vd x) {
    return with_sign(arctan_quotient_single(magnitude(x), all(1)), sign_of(x));
}
INLINE vd arctan2_of_singles(vd y, vd x) {
    vd a = magnitude(y), b = magnitude(x);
    vd r = arctan_quotient_single(a, b);
    r = with_sign(bits(x) < 0 ? PI_1 - r : r, sign_of(y));
    vl special = ((a == 0.0) & (b == 0.0)) | ~(a < INFINITY_) | ~(b < INFINITY_);
    if (UNLIKELY(any(special))) return special ? arctan2_special(y, x) : r;
    return r;
}

/// arcsin s = s + s³ A(s²) for s up to 1/2, or for √((1 - |x|) / 2) where |x| is above.
typedef struct { vl big; vd value; } arc_single;

INLINE arc_single arc_of_single(vd x) {
    vd a = magnitude(x);
    vl big = a > 0.5;
    vd z = big ? 0.5 - 0.5 * a : x * x, s = big ? root(z) : x;
    return (arc_single){big, fma_(s * z, POLYNOMIAL(z, ASIN_SINGLE), s)};
}
INLINE vd arcsin_of_single(vd x) {
    arc_single a = arc_of_single(x);
    vd r = a.big ? with_sign(fma_(all(-2.0), a.value, all(PI_HALF_1)), sign_of(x)) : a.value;
    return magnitude(x) > 1.0 ? not_a_number() : r;
}
INLINE vd arccos_of_single(vd x) {
    arc_single a = arc_of_single(x);
    vd twice = 2.0 * a.value;
    vd r = a.big ? (x < 0.0 ? PI_1 - twice : twice) : PI_HALF_1 - a.value;
    return magnitude(x) > 1.0 ? not_a_number() : r;
}

// MARK: - Powers

INLINE vd power_of_singles(vd x, vd y) {
    vd a = magnitude(x);
    vl usual = (a > 0.0) & (a < INFINITY_) & (magnitude(y) < 0x1p52);
    split n = split_of(a);
    vd s = reduced_fraction(n.f), z = s * s;
    vd l = fma_(fma_(s * z, POLYNOMIAL(z, LOG_MIDDLE), 2.0 * s), all(LOG2E_1), n.k);
    vd t = within(y * l, 300), k = (t + WHOLE) - WHOLE, r = t - k;
    vd p = fma_(r, POLYNOMIAL(r, EXP2_SINGLE), all(1)) * power_of_two(k);
    p = with_sign(p, power_sign(x, y));
    p = ((x < 0.0) & ~is_whole(y)) ? not_a_number() : p;
    if (UNLIKELY(any(~usual))) return usual ? p : power_special(x, y);
    return p;
}
INLINE vd cbrt_of_single(vd x) {
    vd a = magnitude(x);
    cube c = cube_of(a);
    vd t = halley(c.start, c.m, halley_inverse(c.start, c.m));
    vl usual = (a > 0.0) & (a < INFINITY_);
    return usual ? with_sign(t * power_of_two(c.k), sign_of(x)) : x;
}
INLINE vd hypot_of_singles(vd x, vd y) {
    vd r = root(fma_(x, x, y * y));
    return ((magnitude(x) == INFINITY_) | (magnitude(y) == INFINITY_)) ? all(INFINITY_) : r;
}
INLINE vd logaddexp_of_singles(vd x, vd y) {
    vd difference = magnitude(x - y);
    vd r = (x > y ? x : y) + log1p_single(exp_of_single(-difference));
    r = difference == difference ? r : x - y;
    return x == y ? x + LN2_WHOLE_1 : r;
}
INLINE vd logaddexp2_of_singles(vd x, vd y) {
    vd difference = magnitude(x - y);
    vd r = fma_(log1p_single(exp2_single(-difference)), all(LOG2E_1), x > y ? x : y);
    r = difference == difference ? r : x - y;
    return x == y ? x + 1.0 : r;
}

// MARK: - By vectors of floats

ON_SINGLE(fexp_double, exp_of_single)
ON_SINGLE(fexp2_double, exp2_of_single)
ON_SINGLE(fexpm1_double, expm1_of_single)
ON_SINGLE(flog_double, log_of_single)
ON_SINGLE(flog2_double, log2_of_single)
ON_SINGLE(flog10_double, log10_of_single)
ON_SINGLE(flog1p_double, log1p_of_single)
ON_SINGLE(fsin_double, sin_of_single)
ON_SINGLE(fcos_double, cos_of_single)
ON_SINGLE(ftan_double, tan_of_single)
ON_SINGLE(farcsin_double, arcsin_of_single)
ON_SINGLE(farccos_double, arccos_of_single)
ON_SINGLE(farctan_double, arctan_of_single)
ON_SINGLE(fsinh_double, sinh_of_single)
ON_SINGLE(fcosh_double, cosh_of_single)
ON_SINGLE(ftanh_double, tanh_of_single)
ON_SINGLE(farcsinh_double, arcsinh_of_single)
ON_SINGLE(farccosh_double, arccosh_of_single)
ON_SINGLE(farctanh_double, arctanh_of_single)
ON_SINGLE(fcbrt_double, cbrt_of_single)
ON_SINGLES(farctan2, arctan2_of_singles)
ON_SINGLES(fhypot, hypot_of_singles)
ON_SINGLES(fpower, power_of_singles)
ON_SINGLES(flogaddexp, logaddexp_of_singles)
ON_SINGLES(flogaddexp2, logaddexp2_of_singles)
