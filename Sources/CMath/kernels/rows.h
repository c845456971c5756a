/// Rows of a matrix times a vector: each result is the sum of one row's products, added in lanes.
///
///     lane l of 16 (float64) or 32 (float32)     a[l] x[l] + a[l + 16] x[l + 16] + ...
///     result                                     the lanes, halved until one is left
///
/// Every step is a multiplication or an addition, and a row's order follows from its length alone: it does not matter which
/// rows are computed together, nor how wide the processor's vectors are.
#pragma once
#include <stdint.h>

// Vectors wider than the processor's are only handed to functions that become part of their callers.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"

typedef double legate_lanes_float64 __attribute__((vector_size(64)));
typedef float legate_lanes_float32 __attribute__((vector_size(64)));

// The first `n` elements at `a`; zeros in the other lanes.
#if defined(__AVX512F__)
#include <immintrin.h>
static inline legate_lanes_float64 rows_load_float64(const double *a, intptr_t n) {
    unsigned bits = n >= 8 ? 0xFF : n > 0 ? (1u << n) - 1 : 0;
    return (legate_lanes_float64)_mm512_maskz_loadu_pd((__mmask8)bits, a);
}
static inline legate_lanes_float32 rows_load_float32(const float *a, intptr_t n) {
    unsigned bits = n >= 16 ? 0xFFFF : n > 0 ? (1u << n) - 1 : 0;
    return (legate_lanes_float32)_mm512_maskz_loadu_ps((__mmask16)bits, a);
}
#else
#define LEGATE_ROWS_LOAD(T, V, type)                                                                                  \
    static inline V rows_load_##type(const T *a, intptr_t n) {                                                        \
        T parts[sizeof(V) / sizeof(T)] = {0};                                                                         \
        for (intptr_t i = 0; i < n && i < (intptr_t)(sizeof(V) / sizeof(T)); i++) parts[i] = a[i];                    \
        V v;                                                                                                          \
        __builtin_memcpy(&v, parts, sizeof v);                                                                        \
        return v;                                                                                                     \
    }
LEGATE_ROWS_LOAD(float, legate_lanes_float32, float32)
LEGATE_ROWS_LOAD(double, legate_lanes_float64, float64)
#endif

static inline double rows_total_float64(legate_lanes_float64 v) {
    __auto_type four = __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
    __auto_type two = __builtin_shufflevector(four, four, 0, 1) + __builtin_shufflevector(four, four, 2, 3);
    return two[0] + two[1];
}
static inline float rows_total_float32(legate_lanes_float32 v) {
    __auto_type eight = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                        __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
    __auto_type four = __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
    __auto_type two = __builtin_shufflevector(four, four, 0, 1) + __builtin_shufflevector(four, four, 2, 3);
    return two[0] + two[1];
}

#define LEGATE_ROWS(T, V, type)                                                                                       \
    static inline __attribute__((always_inline)) void rows_some_##type(                                               \
        const T *a, intptr_t distance, const T *x, intptr_t count, T *y, intptr_t step, const int rows) {             \
        const intptr_t lanes = sizeof(V) / sizeof(T);                                                                 \
        V first[8] = {{0}}, second[8] = {{0}};                                                                        \
        intptr_t i = 0;                                                                                               \
        for (; i + 2 * lanes <= count; i += 2 * lanes) {                                                              \
            V u, w;                                                                                                   \
            __builtin_memcpy(&u, x + i, sizeof u);                                                                    \
            __builtin_memcpy(&w, x + i + lanes, sizeof w);                                                            \
            for (int r = 0; r < rows; r++) {                                                                          \
                V b, c;                                                                                               \
                __builtin_memcpy(&b, a + r * distance + i, sizeof b);                                                 \
                __builtin_memcpy(&c, a + r * distance + i + lanes, sizeof c);                                         \
                first[r] += b * u;                                                                                    \
                second[r] += c * w;                                                                                   \
            }                                                                                                         \
        }                                                                                                             \
        if (i < count) {                                                                                              \
            V u = rows_load_##type(x + i, count - i), w = rows_load_##type(x + i + lanes, count - i - lanes);         \
            for (int r = 0; r < rows; r++) {                                                                          \
                first[r] += rows_load_##type(a + r * distance + i, count - i) * u;                                    \
                second[r] += rows_load_##type(a + r * distance + i + lanes, count - i - lanes) * w;                   \
            }                                                                                                         \
        }                                                                                                             \
        for (int r = 0; r < rows; r++) y[r * step] = rows_total_##type(first[r] + second[r]);                         \
    }                                                                                                                 \
    static void rows_##type(                                                                                          \
        const void *as, intptr_t distance, const void *x, intptr_t count, void *ys, intptr_t step, intptr_t rows) {   \
        const T *a = as;                                                                                              \
        T *y = ys;                                                                                                    \
        const int most = LEGATE_VECTOR_BYTES >= 64 ? 8 : 2;                                                           \
        for (; rows >= most; rows -= most, a += most * distance, y += most * step)                                    \
            rows_some_##type(a, distance, x, count, y, step, most);                                                   \
        for (; rows > 0; rows--, a += distance, y += step) rows_some_##type(a, distance, x, count, y, step, 1);       \
    }

LEGATE_ROWS(float, legate_lanes_float32, float32)
LEGATE_ROWS(double, legate_lanes_float64, float64)
#pragma clang diagnostic pop
