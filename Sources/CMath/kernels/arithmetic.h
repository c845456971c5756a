/// Sums, differences, products and quotients of reals by blocks: of two blocks, and of a block with one number.
///
///     29 numbers of 8 bytes     seven vectors of 32 bytes, one number
///
/// Each result is one rounding of IEEE 754, so that neither the width of the vectors nor where a block begins shows.
/// Every vector is read before its results are written: a result may be one of the operands.
#pragma once
#include <math.h>
#include <stdint.h>
#include "include/legate_math.h"

// Vectors of 64 bytes take longer where a row does not begin at a multiple of 64: each of them then lies in two lines of the
// cache (1,000 sums of doubles in the first cache: 150 ns by 32 bytes, 250 by 64). The compiler splits what is wider than the
// processor's; no function takes or returns vectors.
typedef double a4_float64 __attribute__((ext_vector_type(4)));
typedef double a2_float64 __attribute__((ext_vector_type(2)));
typedef double a1_float64;
typedef float a4_float32 __attribute__((ext_vector_type(8)));
typedef float a2_float32 __attribute__((ext_vector_type(4)));
typedef float a1_float32 __attribute__((ext_vector_type(2)));

#define ARITHMETIC_READ_BLOCK(V, to, from, at) __builtin_memcpy(&to, from + (at), sizeof to)
#define ARITHMETIC_READ_NUMBER(V, to, from, at) to = (V)(from##_number)
#define ARITHMETIC_STEP(T, V, OP, READ_X, READ_Y)                                                                     \
    {                                                                                                                 \
        V a_, b_, r_;                                                                                                 \
        READ_X(V, a_, x, i);                                                                                          \
        READ_Y(V, b_, y, i);                                                                                          \
        r_ = a_ OP b_;                                                                                                \
        __builtin_memcpy(r + i, &r_, sizeof r_);                                                                      \
        i += sizeof(V) / sizeof(T);                                                                                   \
    }
#define ARITHMETIC_LOOP(T, type, OP, READ_X, READ_Y)                                                                  \
    const T x_number = *x, y_number = *y;                                                                             \
    (void)x_number, (void)y_number;                                                                                   \
    intptr_t i = 0;                                                                                                   \
    for (const intptr_t whole_ = n & -(intptr_t)(128 / sizeof(T)); i != whole_; i += 128 / sizeof(T)) {               \
        enum { k_ = 32 / sizeof(T) };                                                                                 \
        a4_##type a0_, a1_, a2_, a3_, b0_, b1_, b2_, b3_;                                                             \
        READ_X(a4_##type, a0_, x, i), READ_Y(a4_##type, b0_, y, i), a0_ = a0_ OP b0_;                                 \
        READ_X(a4_##type, a1_, x, i + k_), READ_Y(a4_##type, b1_, y, i + k_), a1_ = a1_ OP b1_;                       \
        READ_X(a4_##type, a2_, x, i + 2 * k_), READ_Y(a4_##type, b2_, y, i + 2 * k_), a2_ = a2_ OP b2_;               \
        READ_X(a4_##type, a3_, x, i + 3 * k_), READ_Y(a4_##type, b3_, y, i + 3 * k_), a3_ = a3_ OP b3_;               \
        __builtin_memcpy(r + i, &a0_, sizeof a0_), __builtin_memcpy(r + i + k_, &a1_, sizeof a1_);                    \
        __builtin_memcpy(r + i + 2 * k_, &a2_, sizeof a2_), __builtin_memcpy(r + i + 3 * k_, &a3_, sizeof a3_);       \
    }                                                                                                                 \
    _Pragma("clang loop vectorize(disable) unroll(disable)") while (i + (intptr_t)(32 / sizeof(T)) <= n)              \
        ARITHMETIC_STEP(T, a4_##type, OP, READ_X, READ_Y)                                                             \
    if (i + (intptr_t)(16 / sizeof(T)) <= n) ARITHMETIC_STEP(T, a2_##type, OP, READ_X, READ_Y)                        \
    if (i + (intptr_t)(8 / sizeof(T)) <= n) ARITHMETIC_STEP(T, a1_##type, OP, READ_X, READ_Y)                         \
    if (i < n) ARITHMETIC_STEP(T, T, OP, READ_X, READ_Y)

/// The convention of the tables of kernels: an array of inputs, an array of outputs, a count.
#define ARITHMETIC_BLOCK(name, T, type, OP, READ_X, READ_Y, PREPARE)                                                  \
    static __attribute__((swiftcall)) void name##_##type(                                                             \
        const void *const *inputs, void *const *outputs, intptr_t n) {                                                \
        const T *x = inputs[0], *y = inputs[1];                                                                       \
        T *r = outputs[0];                                                                                            \
        if (n <= 0) return;                                                                                           \
        PREPARE(T, type)                                                                                              \
        ARITHMETIC_LOOP(T, type, OP, READ_X, READ_Y)                                                                  \
    }
/// The same for many rows, which begin so many bytes apart; the number of a row is that row's own.
#define ARITHMETIC_ROWS(name, T, type, OP, READ_X, READ_Y)                                                            \
    static void name##_rows_##type(                                                                                   \
        const void *xs, intptr_t x_step, const void *ys, intptr_t y_step, void *rs, intptr_t r_step, intptr_t n,      \
        intptr_t rows) {                                                                                              \
        if (n <= 0) return;                                                                                           \
        for (; rows > 0; rows--, xs = (const char *)xs + x_step, ys = (const char *)ys + y_step,                      \
                         rs = (char *)rs + r_step) {                                                                  \
            const T *x = xs, *y = ys;                                                                                 \
            T *r = rs;                                                                                                \
            ARITHMETIC_LOOP(T, type, OP, READ_X, READ_Y)                                                              \
        }                                                                                                             \
    }
#define ARITHMETIC_NO_CHANGE(T, type)
/// x / 2^k is x · 2^-k to the last bit, and a division takes several times as long.
#define ARITHMETIC_BY_RECIPROCAL(T, type)                                                                             \
    if (has_exact_reciprocal_##type(*y)) {                                                                            \
        const T reciprocal = 1 / *y;                                                                                  \
        y = &reciprocal;                                                                                              \
        ARITHMETIC_LOOP(T, type, *, ARITHMETIC_READ_BLOCK, ARITHMETIC_READ_NUMBER)                                    \
        return;                                                                                                       \
    }

/// Whether a number is ±2^k with k in the range where both it and its reciprocal are normal.
static inline int has_exact_reciprocal_float64(double x) {
    uint64_t bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    const uint64_t exponent = bits >> 52 & 0x7FF;
    return !(bits << 12) && exponent > 0 && exponent < 0x7FD;
}
static inline int has_exact_reciprocal_float32(float x) {
    uint32_t bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    const uint32_t exponent = bits >> 23 & 0xFF;
    return !(bits << 9) && exponent > 0 && exponent < 0xFD;
}

#define ARITHMETIC_FORMS(name, OP, PREPARE)                                                                           \
    ARITHMETIC_BLOCK(name##_blocks, double, float64, OP, ARITHMETIC_READ_BLOCK, ARITHMETIC_READ_BLOCK,                \
                     ARITHMETIC_NO_CHANGE)                                                                            \
    ARITHMETIC_BLOCK(name##_blocks, float, float32, OP, ARITHMETIC_READ_BLOCK, ARITHMETIC_READ_BLOCK,                 \
                     ARITHMETIC_NO_CHANGE)                                                                            \
    ARITHMETIC_BLOCK(name##_number, double, float64, OP, ARITHMETIC_READ_BLOCK, ARITHMETIC_READ_NUMBER, PREPARE)      \
    ARITHMETIC_BLOCK(name##_number, float, float32, OP, ARITHMETIC_READ_BLOCK, ARITHMETIC_READ_NUMBER, PREPARE)       \
    ARITHMETIC_BLOCK(number_##name, double, float64, OP, ARITHMETIC_READ_NUMBER, ARITHMETIC_READ_BLOCK,               \
                     ARITHMETIC_NO_CHANGE)                                                                            \
    ARITHMETIC_BLOCK(number_##name, float, float32, OP, ARITHMETIC_READ_NUMBER, ARITHMETIC_READ_BLOCK,                \
                     ARITHMETIC_NO_CHANGE)                                                                            \
    ARITHMETIC_ROWS(name##_blocks, double, float64, OP, ARITHMETIC_READ_BLOCK, ARITHMETIC_READ_BLOCK)                 \
    ARITHMETIC_ROWS(name##_blocks, float, float32, OP, ARITHMETIC_READ_BLOCK, ARITHMETIC_READ_BLOCK)                  \
    ARITHMETIC_ROWS(name##_number, double, float64, OP, ARITHMETIC_READ_BLOCK, ARITHMETIC_READ_NUMBER)                \
    ARITHMETIC_ROWS(name##_number, float, float32, OP, ARITHMETIC_READ_BLOCK, ARITHMETIC_READ_NUMBER)                 \
    ARITHMETIC_ROWS(number_##name, double, float64, OP, ARITHMETIC_READ_NUMBER, ARITHMETIC_READ_BLOCK)                \
    ARITHMETIC_ROWS(number_##name, float, float32, OP, ARITHMETIC_READ_NUMBER, ARITHMETIC_READ_BLOCK)
#define ARITHMETIC_ENTRY(name)                                                                                        \
    {{(const void *)name##_blocks_float32, (const void *)name##_blocks_float64},                                      \
     {(const void *)name##_number_float32, (const void *)name##_number_float64},                                      \
     {(const void *)number_##name##_float32, (const void *)number_##name##_float64}},

#define ARITHMETIC_ROWS_ENTRY(name)                                                                                   \
    {{name##_blocks_rows_float32, name##_blocks_rows_float64},                                                        \
     {name##_number_rows_float32, name##_number_rows_float64},                                                        \
     {number_##name##_rows_float32, number_##name##_rows_float64}},

ARITHMETIC_FORMS(sum, +, ARITHMETIC_NO_CHANGE)
ARITHMETIC_FORMS(difference, -, ARITHMETIC_NO_CHANGE)
ARITHMETIC_FORMS(product, *, ARITHMETIC_NO_CHANGE)
ARITHMETIC_FORMS(ratio, /, ARITHMETIC_BY_RECIPROCAL)
#define ARITHMETIC_KERNELS ARITHMETIC_ENTRY(sum) ARITHMETIC_ENTRY(difference) ARITHMETIC_ENTRY(product) ARITHMETIC_ENTRY(ratio)
#define ARITHMETIC_ROWS_KERNELS                                                                                       \
    {ARITHMETIC_ROWS_ENTRY(sum) ARITHMETIC_ROWS_ENTRY(difference) ARITHMETIC_ROWS_ENTRY(product)                      \
     ARITHMETIC_ROWS_ENTRY(ratio)}
