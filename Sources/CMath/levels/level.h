/// All functions at one vector width: by vectors for compiled kernels, by blocks for everything else.
///
/// Included once per level with `LEGATE_VECTOR_BYTES` and `LEGATE_LEVEL_TABLE`, the name of the table that comes out.
#include "kernels/all.h"
#include "kernels/arithmetic.h"
#include "kernels/comparisons.h"
#include "kernels/extremes.h"
#include "kernels/masks.h"
#include "kernels/rows.h"
#include "levels/table.h"

/// Runs one vector function over a block; the last vector is filled up with its own first number.
#define UNARY_BLOCK(name, T, V, value)                                                                                \
    static void name(const void *xs, void *rs, intptr_t n) {                                                          \
        const intptr_t lanes = sizeof(V) / sizeof(T);                                                                 \
        const T *x = xs;                                                                                              \
        T *r = rs;                                                                                                    \
        for (; n > 0; n -= lanes, x += lanes, r += lanes) {                                                           \
            V v;                                                                                                      \
            if (n >= lanes) __builtin_memcpy(&v, x, sizeof v);                                                        \
            else {                                                                                                    \
                v = (V)(x[0]);                                                                                        \
                for (intptr_t i = 1; i < n; i++) v[i] = x[i];                                                         \
            }                                                                                                         \
            v = value(v);                                                                                             \
            if (n >= lanes) __builtin_memcpy(r, &v, sizeof v);                                                        \
            else for (intptr_t i = 0; i < n; i++) r[i] = v[i];                                                        \
        }                                                                                                             \
    }

#define BINARY_BLOCK(name, T, V, value)                                                                               \
    static void name(const void *xs, const void *ys, void *rs, intptr_t n) {                                          \
        const intptr_t lanes = sizeof(V) / sizeof(T);                                                                 \
        const T *x = xs, *y = ys;                                                                                     \
        T *r = rs;                                                                                                    \
        for (; n > 0; n -= lanes, x += lanes, y += lanes, r += lanes) {                                               \
            V v, w;                                                                                                   \
            if (n >= lanes) {                                                                                         \
                __builtin_memcpy(&v, x, sizeof v);                                                                    \
                __builtin_memcpy(&w, y, sizeof w);                                                                    \
            } else {                                                                                                  \
                v = (V)(x[0]);                                                                                        \
                w = (V)(y[0]);                                                                                        \
                for (intptr_t i = 1; i < n; i++) v[i] = x[i], w[i] = y[i];                                            \
            }                                                                                                         \
            v = value(v, w);                                                                                          \
            if (n >= lanes) __builtin_memcpy(r, &v, sizeof v);                                                        \
            else for (intptr_t i = 0; i < n; i++) r[i] = v[i];                                                        \
        }                                                                                                             \
    }

#define UNARY(name)                                                                                                   \
    static vd name##_vector_float64(vd x) { return v##name(x); }                                                      \
    static vf name##_vector_float32(vf x) { return f##name(x); }                                                      \
    UNARY_BLOCK(name##_block_float64, double, vd, v##name)                                                            \
    UNARY_BLOCK(name##_block_float32, float, vf, f##name)
#define BINARY(name)                                                                                                  \
    static vd name##_vector_float64(vd x, vd y) { return v##name(x, y); }                                             \
    static vf name##_vector_float32(vf x, vf y) { return f##name(x, y); }                                             \
    BINARY_BLOCK(name##_block_float64, double, vd, v##name)                                                           \
    BINARY_BLOCK(name##_block_float32, float, vf, f##name)

LEGATE_UNARY_FUNCTIONS(UNARY)
LEGATE_BINARY_FUNCTIONS(BINARY)

#define ENTRY(name)                                                                                                   \
    {{(const void *)name##_vector_float32, (const void *)name##_vector_float64},                                      \
     {(const void *)name##_block_float32, (const void *)name##_block_float64}},
const struct legate_math_table LEGATE_LEVEL_TABLE = {
    LEGATE_VECTOR_BYTES,
    {LEGATE_UNARY_FUNCTIONS(ENTRY) LEGATE_BINARY_FUNCTIONS(ENTRY)},
    {rows_float32, rows_float64},
    MASK_KERNELS,
    {ARITHMETIC_KERNELS COMPARISON_KERNELS},
    ARITHMETIC_ROWS_KERNELS,
    EXTREME_KERNELS};
