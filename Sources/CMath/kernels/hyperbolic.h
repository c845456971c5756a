/// The hyperbolic functions and their inverses in double precision, from e^x - 1 and log(1 + x): errors stay under 2 ulp.
#pragma once
#include "exponentials.h"
#include "logarithms.h"

/// e^a / 2 for a beyond the reach of the pairs; the factor comes in before the result can overflow.
static __attribute__((noinline)) vd half_exp(vd a) {
    exponent e = reduce_exp(within(a, 800));
    return a != a ? a : scaled(exp_of(e), e.k - 1.0);
}

INLINE vd vsinh(vd x) {
    vd a = magnitude(x), r = with_sign(sinh_of(expm1_middle(a)), sign_of(x));
    vl far = ~(a <= 700.0);
    if (UNLIKELY(any(far))) return far ? with_sign(half_exp(a), sign_of(x)) : r;
    return r;
}
INLINE vd vcosh(vd x) {
    vd a = magnitude(x);
    exponent part = reduce_exp(a);
    vd r = cosh_of(times_power(exp_of(part), part));
    vl far = ~(a <= 700.0);
    if (UNLIKELY(any(far))) return far ? half_exp(a) : r;
    return r;
}
INLINE vd vtanh(vd x) {
    vd a = magnitude(x), e = expm1_middle(2.0 * (a > 22.0 ? all(22.0) : a));
    return with_sign(tanh_of(e), sign_of(x));
}

/// log(2a) for large a, infinity and NaN.
static __attribute__((noinline)) vd log_of_twice(vd a) {
    split n = split_of(a);
    n.k += 1.0;
    return a < INFINITY_ ? log_split(n) : a;
}

/// log(|x| + √(x² + 1)) = log(1 + |x| + x² / (1 + √(x² + 1)))
INLINE vd varcsinh(vd x) {
    vd a = magnitude(x), square = a * a;
    pair sum = two_sum(a, square / (1.0 + root(1.0 + square)));
    vd r = with_sign(log1p_middle(sum.hi, sum.lo), sign_of(x));
    r = a < 0x1p-30 ? x : r;
    vl far = ~(a <= 0x1p500);
    if (UNLIKELY(any(far))) return far ? with_sign(log_of_twice(a), sign_of(x)) : r;
    return r;
}
/// log(1 + t + √(t (t + 2))) with t = x - 1
INLINE vd varccosh(vd x) {
    vd t = x - 1.0;
    pair sum = two_sum(t, root(fma_(t, t, t + t)));
    vd r = log1p_middle(sum.hi, sum.lo);
    vl far = ~((x >= 1.0) & (x <= 0x1p500));
    if (UNLIKELY(any(far))) return !far ? r : x < 1.0 ? all(__builtin_nan("")) : log_of_twice(x);
    return r;
}
/// log(1 + 2a / (1 - a)) / 2
INLINE vd varctanh(vd x) {
    vd a = magnitude(x);
    pair q = quotient((pair){2.0 * a, all(0)}, fast_sum(all(1), -a));
    vd r = with_sign(0.5 * log1p_middle(q.hi, q.lo), sign_of(x));
    r = a < 0x1p-30 ? x : r;
    vl far = ~(a < 1.0);
    if (UNLIKELY(any(far)))
        return !far ? r : a == 1.0 ? with_sign(all(INFINITY_), sign_of(x)) : a > 1.0 ? all(__builtin_nan("")) : x;
    return r;
}
