/// The functions in single precision, computed in double with shorter polynomials and rounded once: errors stay just
/// above half an ulp. A vector of floats is two of doubles.
#pragma once
#include "exponentials.h"
#include "logarithms.h"

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

/// 2^t, t limited to what single precision can show and more.
INLINE vd exp2_single(vd t) {
    vd k = (t + WHOLE) - WHOLE;
    vd r = t - k;
    vd p = fma_(r, POLYNOMIAL(r, EXP2_SINGLE), all(1));
    return p * power_of_two(k);
}
INLINE vd limited(vd t, double bound) { return t > bound ? all(bound) : t < -bound ? all(-bound) : t; }

INLINE vd exp_of_single(vd x) { return exp2_single(limited(x * LOG2E_1, 300)); }
INLINE vd exp2_of_single(vd x) { return exp2_single(limited(x, 300)); }

INLINE vd log_of_single(vd x) {
    split n = split_of(x);
    vd s = n.f / (2.0 + n.f), z = s * s;
    vd r = fma_(n.k, all(LN2_WHOLE_1), fma_(s, z * POLYNOMIAL(z, LOG_SINGLE), 2.0 * s));
    vl usual = (x > 0.0) & (x < INFINITY_);
    return usual ? r : log_special(r, x);
}

ON_SINGLE(fexp, exp_of_single)
ON_SINGLE(fexp2, exp2_of_single)
ON_SINGLE(flog, log_of_single)
