/// Vectors of `LEGATE_VECTOR_BYTES` bytes and the few operations the functions are written in.
///
/// Every operation here gives the same bits for every width: one rounding of IEEE 754 each, or a selection. A pair of
/// vectors (`hi`, `lo`) stands for their exact sum.
#pragma once
#include <stdint.h>
#pragma STDC FP_CONTRACT OFF

#define LANES (LEGATE_VECTOR_BYTES / 8)
typedef double vd __attribute__((ext_vector_type(LANES)));
typedef int64_t vl __attribute__((ext_vector_type(LANES)));
typedef uint64_t vu __attribute__((ext_vector_type(LANES)));
typedef _Bool vb __attribute__((ext_vector_type(LANES)));
typedef float vh __attribute__((ext_vector_type(LANES)));
typedef float vf __attribute__((ext_vector_type(LANES * 2)));
typedef int32_t vi __attribute__((ext_vector_type(LANES * 2)));
typedef _Bool vbf __attribute__((ext_vector_type(LANES * 2)));
typedef struct { vd hi, lo; } pair;
typedef struct { vf hi, lo; } pairf;

#define INLINE static inline __attribute__((always_inline, overloadable))
#define UNLIKELY(x) __builtin_expect(x, 0)

#define V vd
#define I vl
#define SIGN INT64_MIN
#define PAIR pair
#define ALL_WHOLE 0x1p52
#include "forms.h"
#undef V
#undef I
#undef SIGN
#undef PAIR
#undef ALL_WHOLE
#define V vf
#define I vi
#define SIGN INT32_MIN
#define PAIR pairf
#define ALL_WHOLE 0x1p23f
#include "forms.h"
#undef V
#undef I
#undef SIGN
#undef PAIR
#undef ALL_WHOLE

INLINE vd all(double c) { return (vd)(c); }
INLINE _Bool any(vl mask) { return __builtin_reduce_or(__builtin_convertvector(mask, vb)); }
INLINE _Bool any(vi mask) { return __builtin_reduce_or(__builtin_convertvector(mask, vbf)); }

/// a + b exactly.
INLINE pair two_sum(vd a, vd b) {
    vd s = a + b, t = s - a;
    return (pair){s, (a - (s - t)) + (b - t)};
}
/// a · b exactly.
INLINE pair two_product(vd a, vd b) {
    vd p = a * b;
    return (pair){p, fma_(a, b, -p)};
}
/// (n.hi + n.lo) / (d.hi + d.lo), to about 2^-100 of it.
INLINE pair quotient(pair n, pair d) {
    vd y = 1.0 / d.hi, q = n.hi * y;
    vd rest = fma_(-q, d.hi, n.hi) + fma_(-q, d.lo, n.lo);
    return (pair){q, rest * y};
}

/// The polynomial Σ cᵢ xⁱ by even and odd powers, which halves the chain of dependent steps.
#define POLYNOMIAL(x, ...)                                                                                            \
    ({                                                                                                                \
        static const double c_[] = {__VA_ARGS__};                                                                     \
        enum { n_ = sizeof c_ / sizeof *c_ };                                                                         \
        vd x_ = (x), z_ = x_ * x_;                                                                                    \
        vd even_ = all(c_[(n_ - 1) & ~1]), odd_ = all(c_[((n_ - 2) & ~1) + 1]);                                       \
        _Pragma("clang loop unroll(full)") for (int i_ = ((n_ - 1) & ~1) - 2; i_ >= 0; i_ -= 2) even_ =              \
            fma_(even_, z_, all(c_[i_]));                                                                             \
        _Pragma("clang loop unroll(full)") for (int i_ = ((n_ - 2) & ~1) - 1; i_ >= 1; i_ -= 2) odd_ =               \
            fma_(odd_, z_, all(c_[i_]));                                                                              \
        fma_(odd_, x_, even_);                                                                                        \
    })

/// x to the nearest whole number, |x| < 2^50; `bits` of the sum before the subtraction hold it in their lowest part.
#define WHOLE 0x1.8p52
/// 2^k for whole k (as a double) in -1022 ... 1023.
INLINE vd power_of_two(vd k) { return real((bits(k + (WHOLE + 1023)) << 52)); }
