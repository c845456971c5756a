/// Comparisons of reals by blocks: of two blocks, and of a block with one number. Results are bytes, 0 or 1.
#pragma once
#include <stdint.h>
#include "arithmetic.h"

// The compiler splits what is wider than the processor's; no function takes or returns vectors.
typedef double c16_float64 __attribute__((ext_vector_type(16)));
typedef double c4_float64 __attribute__((ext_vector_type(4)));
typedef float c16_float32 __attribute__((ext_vector_type(16)));
typedef float c4_float32 __attribute__((ext_vector_type(4)));
typedef uint8_t c16_bytes __attribute__((ext_vector_type(16)));
typedef uint8_t c4_bytes __attribute__((ext_vector_type(4)));

#define COMPARISON_STEP(lanes, type, OP, READ_X, READ_Y)                                                              \
    {                                                                                                                 \
        c##lanes##_##type a_, b_;                                                                                     \
        READ_X(c##lanes##_##type, a_, x, i);                                                                          \
        READ_Y(c##lanes##_##type, b_, y, i);                                                                          \
        c##lanes##_bytes r_ = __builtin_convertvector(a_ OP b_, c##lanes##_bytes) & 1;                                \
        __builtin_memcpy(r + i, &r_, sizeof r_);                                                                      \
        i += lanes;                                                                                                   \
    }
#define COMPARISON_BLOCK(name, T, type, OP, READ_X, READ_Y)                                                           \
    static __attribute__((swiftcall)) void name##_##type(                                                             \
        const void *const *inputs, void *const *outputs, intptr_t n) {                                                \
        const T *x = inputs[0], *y = inputs[1];                                                                       \
        uint8_t *r = outputs[0];                                                                                      \
        if (n <= 0) return;                                                                                           \
        const T x_number = *x, y_number = *y;                                                                         \
        (void)x_number, (void)y_number;                                                                               \
        intptr_t i = 0;                                                                                               \
        while (i + 16 <= n) COMPARISON_STEP(16, type, OP, READ_X, READ_Y)                                             \
        _Pragma("clang loop vectorize(disable) unroll(disable)") while (i + 4 <= n)                                   \
            COMPARISON_STEP(4, type, OP, READ_X, READ_Y)                                                              \
        _Pragma("clang loop vectorize(disable) unroll(disable)") for (; i < n; i++) {                                 \
            T a_, b_;                                                                                                 \
            READ_X(T, a_, x, i);                                                                                      \
            READ_Y(T, b_, y, i);                                                                                      \
            r[i] = a_ OP b_;                                                                                          \
        }                                                                                                             \
    }
#define COMPARISON_FORMS(name, OP)                                                                                    \
    COMPARISON_BLOCK(name##_blocks, double, float64, OP, ARITHMETIC_READ_BLOCK, ARITHMETIC_READ_BLOCK)                \
    COMPARISON_BLOCK(name##_blocks, float, float32, OP, ARITHMETIC_READ_BLOCK, ARITHMETIC_READ_BLOCK)                 \
    COMPARISON_BLOCK(name##_number, double, float64, OP, ARITHMETIC_READ_BLOCK, ARITHMETIC_READ_NUMBER)               \
    COMPARISON_BLOCK(name##_number, float, float32, OP, ARITHMETIC_READ_BLOCK, ARITHMETIC_READ_NUMBER)                \
    COMPARISON_BLOCK(number_##name, double, float64, OP, ARITHMETIC_READ_NUMBER, ARITHMETIC_READ_BLOCK)               \
    COMPARISON_BLOCK(number_##name, float, float32, OP, ARITHMETIC_READ_NUMBER, ARITHMETIC_READ_BLOCK)

COMPARISON_FORMS(equal, ==)
COMPARISON_FORMS(not_equal, !=)
COMPARISON_FORMS(less, <)
COMPARISON_FORMS(less_equal, <=)
COMPARISON_FORMS(greater, >)
COMPARISON_FORMS(greater_equal, >=)
#define COMPARISON_KERNELS                                                                                            \
    ARITHMETIC_ENTRY(equal) ARITHMETIC_ENTRY(not_equal) ARITHMETIC_ENTRY(less) ARITHMETIC_ENTRY(less_equal)           \
    ARITHMETIC_ENTRY(greater) ARITHMETIC_ENTRY(greater_equal)
