/// Sums in the fixed tree: of numbers side by side, or of the products of two rows of numbers.
///
///     up to 128 terms    eight lanes, term i to lane i mod 8; then ((0+1)+(2+3))+((4+5)+(6+7)), then the rest one by one
///     more               halves, the left one rounded down to a multiple of 8
///
/// A product is rounded before it is added. Up to four leaves are walked at once, so that no lane waits for itself; what is
/// added to what is the tree's business alone, and the bits are the same at every level.
#pragma once
#include "include/legate_math.h"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"

typedef double legate_eight_float64 __attribute__((vector_size(64)));
typedef float legate_eight_float32 __attribute__((vector_size(32)));

#define LEGATE_SUMS(T, V, type, NAME, EIGHT, ONE)                                                                     \
    static inline __attribute__((always_inline)) V NAME##_eight_##type(const T *x, const T *y, intptr_t i) {          \
        V a, b;                                                                                                       \
        __builtin_memcpy(&a, x + i, sizeof a);                                                                        \
        __builtin_memcpy(&b, y + i, sizeof b);                                                                        \
        return EIGHT;                                                                                                 \
    }                                                                                                                 \
    static inline __attribute__((always_inline)) T NAME##_end_##type(                                                 \
        const T *x, const T *y, intptr_t n, V r, intptr_t i) {                                                        \
        for (; i + 8 <= n; i += 8) r += NAME##_eight_##type(x, y, i);                                                 \
        T sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));                                    \
        for (; i < n; i++) sum += ONE;                                                                                \
        return sum;                                                                                                   \
    }                                                                                                                 \
    static T NAME##_tree_##type(const T *x, const T *y, intptr_t n) {                                                 \
        if (n < 8) {                                                                                                  \
            T sum = -0.0;                                                                                             \
            for (intptr_t i = 0; i < n; i++) sum += ONE;                                                              \
            return sum;                                                                                               \
        }                                                                                                             \
        if (n <= 128) return NAME##_end_##type(x, y, n, NAME##_eight_##type(x, y, 0), 8);                             \
        intptr_t left = n / 2 & ~(intptr_t)7, right = n - left;                                                       \
        intptr_t a = left / 2 & ~(intptr_t)7, c = right / 2 & ~(intptr_t)7;                                           \
        if (left <= 128 || right - c > 128)                                                                           \
            return NAME##_tree_##type(x, y, left) + NAME##_tree_##type(x + left, y + left, right);                    \
        /* Four leaves: those of the left half are not longer, and in each half the first is not. */                  \
        intptr_t p = a, q = left, s = left + c, i = 8, all = (a < c ? a : c) & ~(intptr_t)7;                          \
        V r0 = NAME##_eight_##type(x, y, 0), r1 = NAME##_eight_##type(x, y, p);                                       \
        V r2 = NAME##_eight_##type(x, y, q), r3 = NAME##_eight_##type(x, y, s);                                       \
        for (; i < all; i += 8) {                                                                                     \
            r0 += NAME##_eight_##type(x, y, i);                                                                       \
            r1 += NAME##_eight_##type(x, y, p + i);                                                                   \
            r2 += NAME##_eight_##type(x, y, q + i);                                                                   \
            r3 += NAME##_eight_##type(x, y, s + i);                                                                   \
        }                                                                                                             \
        return (NAME##_end_##type(x, y, a, r0, i) + NAME##_end_##type(x + p, y + p, left - a, r1, i)) +               \
            (NAME##_end_##type(x + q, y + q, c, r2, i) + NAME##_end_##type(x + s, y + s, right - c, r3, i));          \
    }                                                                                                                 \
    static void NAME##_##type(const void *x, const void *y, intptr_t n, void *result) {                               \
        *(T *)result = NAME##_tree_##type(x, y, n);                                                                   \
    }

LEGATE_SUMS(float, legate_eight_float32, float32, sum, a, x[i])
LEGATE_SUMS(double, legate_eight_float64, float64, sum, a, x[i])
LEGATE_SUMS(float, legate_eight_float32, float32, products, a * b, x[i] * y[i])
LEGATE_SUMS(double, legate_eight_float64, float64, products, a * b, x[i] * y[i])
#pragma clang diagnostic pop
