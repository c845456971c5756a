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
typedef struct { vd hi, lo; } pair;

#define INLINE static inline __attribute__((always_inline))

INLINE vd all(double c) { return (vd)(c); }
INLINE vl bits(vd x) { return (vl)x; }
INLINE vd real(vl x) { return (vd)x; }
INLINE vd fma_(vd a, vd b, vd c) { return __builtin_elementwise_fma(a, b, c); }
INLINE vd root(vd x) { return __builtin_elementwise_sqrt(x); }
INLINE vd magnitude(vd x) { return real(bits(x) & INT64_MAX); }
INLINE vl sign_of(vd x) { return bits(x) & INT64_MIN; }
INLINE vd with_sign(vd x, vl sign) { return real(bits(x) ^ sign); }
/// The lanes of `a` where the mask (0 or -1) is set, else those of `b`.
INLINE vd pick(vl mask, vd a, vd b) { return mask ? a : b; }
INLINE _Bool any(vl mask) { return __builtin_reduce_or(__builtin_convertvector(mask, vb)); }
#define UNLIKELY(x) __builtin_expect(x, 0)

/// a + b exactly.
INLINE pair two_sum(vd a, vd b) {
    vd s = a + b, t = s - a;
    return (pair){s, (a - (s - t)) + (b - t)};
}
/// a + b exactly, where |a| ≥ |b| or a = 0.
INLINE pair fast_sum(vd a, vd b) {
    vd s = a + b;
    return (pair){s, b - (s - a)};
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
