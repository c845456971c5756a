/// The place of the first extreme of each of many rows whose elements lie side by side; of the first NaN, if there is one.
///
///     first walk       the extreme, and whether there is a NaN
///     second walk      the first element that equals it
///
/// The last vector of a row begins before the row's end and looks at some elements twice.
#pragma once
#include <stdint.h>
#include "include/legate_math.h"

// Vectors wider than the processor's are only handed to functions that become part of their callers.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"

typedef double e_float64 __attribute__((ext_vector_type(8)));
typedef float e_float32 __attribute__((ext_vector_type(16)));
typedef int64_t e_int64 __attribute__((ext_vector_type(8)));
typedef int32_t e_int32 __attribute__((ext_vector_type(16)));
typedef _Bool e_bits8 __attribute__((ext_vector_type(8)));
typedef _Bool e_bits16 __attribute__((ext_vector_type(16)));

// Where comparisons give bits, bits are kept; elsewhere words as wide as the elements.
#if LEGATE_VECTOR_BYTES == 64
#define EXTREME_FOUND_8 e_bits8
#define EXTREME_FOUND_16 e_bits16
#define EXTREME_TRUTH(found, lanes) __builtin_convertvector(found, e_bits##lanes)
#else
#define EXTREME_FOUND_8 e_int64
#define EXTREME_FOUND_16 e_int32
#define EXTREME_TRUTH(found, lanes) (found)
#endif
// Extremes that are found side by side: a comparison waits for the one before it.
enum { EXTREME_CHAINS = LEGATE_VECTOR_BYTES == 64 ? 4 : 2 };
#define EXTREME_ANY(found) __builtin_reduce_or(found)

/// NaN; no integer is.
#define EXTREME_ODD(x) ((x) != (x))

/// `BETTER` compares a new element with the best so far.
#define EXTREME_ROW(name, T, lanes, type, BETTER)                                                                     \
    static inline intptr_t name##_short_##type(const T *x, intptr_t count) {                                          \
        intptr_t best = 0;                                                                                            \
        for (intptr_t i = 0; i < count; i++) {                                                                        \
            if (EXTREME_ODD(x[i])) return i;                                                                          \
            if (x[i] BETTER x[best]) best = i;                                                                        \
        }                                                                                                             \
        return best;                                                                                                  \
    }                                                                                                                 \
    static inline e_##type name##_load_##type(const T *x) {                                                           \
        e_##type v;                                                                                                   \
        __builtin_memcpy(&v, x, sizeof v);                                                                            \
        return v;                                                                                                     \
    }                                                                                                                 \
    static inline intptr_t name##_first_##type(const T *x, intptr_t count, T wanted, int isOdd) {                     \
        for (intptr_t i = 0;; i = i + 2 * lanes < count ? i + lanes : count - lanes) {                                \
            e_##type v = name##_load_##type(x + i);                                                                   \
            EXTREME_FOUND_##lanes found = EXTREME_TRUTH(v == wanted, lanes);                                          \
            if (isOdd) found = EXTREME_TRUTH(EXTREME_ODD(v), lanes);                                                  \
            if (EXTREME_ANY(found)) {                                                                                 \
                for (intptr_t k = i;; k++)                                                                            \
                    if (isOdd ? EXTREME_ODD(x[k]) : x[k] == wanted) return k;                                         \
            }                                                                                                         \
        }                                                                                                             \
    }                                                                                                                 \
    static intptr_t name##_place_##type(const T *x, intptr_t count) {                                                 \
        if (count < lanes) return name##_short_##type(x, count);                                                      \
        e_##type best[EXTREME_CHAINS], v;                                                                             \
        EXTREME_FOUND_##lanes odd;                                                                                    \
        best[0] = name##_load_##type(x + count - lanes);                                                              \
        odd = EXTREME_TRUTH(EXTREME_ODD(best[0]), lanes);                                                             \
        _Pragma("clang loop unroll(full)") for (int k = 1; k < EXTREME_CHAINS; k++) best[k] = best[0];                \
        intptr_t i = 0;                                                                                               \
        for (; i + EXTREME_CHAINS * lanes <= count; i += EXTREME_CHAINS * lanes)                                      \
            _Pragma("clang loop unroll(full)") for (int k = 0; k < EXTREME_CHAINS; k++) {                             \
                v = name##_load_##type(x + i + k * lanes);                                                            \
                odd |= EXTREME_TRUTH(EXTREME_ODD(v), lanes);                                                          \
                best[k] = v BETTER best[k] ? v : best[k];                                                             \
            }                                                                                                         \
        for (; i + lanes <= count; i += lanes) {                                                                      \
            v = name##_load_##type(x + i);                                                                            \
            odd |= EXTREME_TRUTH(EXTREME_ODD(v), lanes);                                                              \
            best[0] = v BETTER best[0] ? v : best[0];                                                                 \
        }                                                                                                             \
        if (EXTREME_ANY(odd)) return name##_first_##type(x, count, 0, 1);                                             \
        v = best[0];                                                                                                  \
        _Pragma("clang loop unroll(full)") for (int k = 1; k < EXTREME_CHAINS; k++)                                   \
            v = best[k] BETTER v ? best[k] : v;                                                                       \
        T one = v[0];                                                                                                 \
        for (int k = 1; k < lanes; k++) one = v[k] BETTER one ? v[k] : one;                                           \
        return name##_first_##type(x, count, one, 0);                                                                 \
    }                                                                                                                 \
    static void name##_##type(const void *start, intptr_t distance, intptr_t rows, intptr_t count, int64_t *places) { \
        const T *x = start;                                                                                           \
        for (intptr_t k = 0; k < rows; k++, x += distance) places[k] = name##_place_##type(x, count);                 \
    }
#define EXTREME_TYPES(name, BETTER)                                                                                   \
    EXTREME_ROW(name, double, 8, float64, BETTER)                                                                     \
    EXTREME_ROW(name, float, 16, float32, BETTER)                                                                     \
    EXTREME_ROW(name, int64_t, 8, int64, BETTER)                                                                      \
    EXTREME_ROW(name, int32_t, 16, int32, BETTER)
EXTREME_TYPES(greatest, >)
EXTREME_TYPES(least, <)
#pragma clang diagnostic pop
#define EXTREME_KERNELS                                                                                               \
    {{greatest_float32, greatest_float64, greatest_int32, greatest_int64},                                            \
     {least_float32, least_float64, least_int32, least_int64}}
