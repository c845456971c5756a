/// The hyperbolic functions and their inverses in double precision, from e^x - 1 and log(1 + x) kept as pairs.
#pragma once
#include "exponentials.h"
#include "logarithms.h"

/// 1 + e as a pair.
INLINE pair plus(pair e, double c) {
    pair s = two_sum(e.hi, all(c));
    return fast_sum(s.hi, s.lo + e.lo);
}
INLINE vd half_sum(pair a, pair b) {
    pair s = fast_sum(a.hi, b.hi);
    return 0.5 * (s.hi + (s.lo + (a.lo + b.lo)));
}

/// e^a / 2 for a beyond the reach of the pairs; the factor comes in before the result can overflow.
static __attribute__((noinline)) vd half_exp(vd a) {
    exponent e = reduce_exp(within(a, 800));
    return a != a ? a : scaled(exp_of(e), e.k - 1.0);
}

INLINE vd vsinh(vd x) {
    vd a = magnitude(x);
    pair e = expm1_pair(a);
    vd r = with_sign(half_sum(e, quotient(e, plus(e, 1))), sign_of(x));
    r = x == 0.0 ? x : r;
    vl far = ~(a <= 700.0);
    if (UNLIKELY(any(far))) return far ? with_sign(half_exp(a), sign_of(x)) : r;
    return r;
}
INLINE vd vcosh(vd x) {
    vd a = magnitude(x);
    pair e = plus(expm1_pair(a), 1);
    vd r = half_sum(e, quotient((pair){all(1), all(0)}, e));
    vl far = ~(a <= 700.0);
    if (UNLIKELY(any(far))) return far ? half_exp(a) : r;
    return r;
}
INLINE vd vtanh(vd x) {
    vd a = magnitude(x);
    pair e = expm1_pair(2.0 * (a > 22.0 ? all(22.0) : a));
    pair q = quotient(e, plus(e, 2));
    return with_sign(q.hi + q.lo, sign_of(x));
}

/// √(w.hi + w.lo) as a pair; w.hi ≥ 0.
INLINE pair root_pair(pair w) {
    vd s = root(w.hi);
    vd rest = (fma_(-s, s, w.hi) + w.lo) / (s + s);
    return (pair){s, s > 0.0 ? rest : all(0)};
}
INLINE pair pair_sum(pair a, pair b) {
    pair s = two_sum(a.hi, b.hi);
    return fast_sum(s.hi, s.lo + (a.lo + b.lo));
}

/// log(2a) for large a, infinity and NaN.
static __attribute__((noinline)) vd log_of_twice(vd a) {
    split n = split_of(a);
    pair p = log_pair(n.k + 1.0, n.f, all(0));
    return a < INFINITY_ ? p.hi + p.lo : a;
}

/// log(|x| + √(x² + 1)) = log(1 + |x| + x² / (1 + √(x² + 1)))
INLINE vd varcsinh(vd x) {
    vd a = magnitude(x);
    pair square = two_product(a, a);
    pair g = quotient(square, plus(root_pair(plus(square, 1)), 1));
    pair p = log1p_pair(pair_sum((pair){a, all(0)}, g));
    vd r = with_sign(p.hi + p.lo, sign_of(x));
    r = a < 0x1p-30 ? x : r;
    vl far = ~(a <= 0x1p500);
    if (UNLIKELY(any(far))) return far ? with_sign(log_of_twice(a), sign_of(x)) : r;
    return r;
}
/// log(1 + t + √(t (t + 2))) with t = x - 1
INLINE vd varccosh(vd x) {
    pair t = two_sum(x, all(-1)), u = two_sum(x, all(1));
    pair w = two_product(t.hi, u.hi);
    w = fast_sum(w.hi, fma_(t.hi, u.lo, fma_(t.lo, u.hi, w.lo)));
    pair p = log1p_pair(pair_sum(t, root_pair(w)));
    vd r = p.hi + p.lo;
    vl far = ~((x >= 1.0) & (x <= 0x1p500));
    if (UNLIKELY(any(far))) return !far ? r : x < 1.0 ? all(__builtin_nan("")) : log_of_twice(x);
    return r;
}
/// log(1 + 2a / (1 - a)) / 2
INLINE vd varctanh(vd x) {
    vd a = magnitude(x);
    pair q = quotient((pair){2.0 * a, all(0)}, two_sum(all(1), -a));
    pair p = log1p_pair(q);
    vd r = with_sign(0.5 * (p.hi + p.lo), sign_of(x));
    r = a < 0x1p-30 ? x : r;
    vl far = ~(a < 1.0);
    if (UNLIKELY(any(far)))
        return !far ? r : a == 1.0 ? with_sign(all(INFINITY_), sign_of(x)) : a > 1.0 ? all(__builtin_nan("")) : x;
    return r;
}
