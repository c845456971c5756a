/// The list of functions, in the order of `enum legate_math_function`, and the table of one level.
#pragma once
#include "include/legate_math.h"

#define LEGATE_UNARY_FUNCTIONS(F)                                                                                     \
    F(exp) F(exp2) F(expm1) F(log) F(log2) F(log10) F(log1p) F(sin) F(cos) F(tan) F(arcsin) F(arccos) F(arctan)       \
    F(sinh) F(cosh) F(tanh) F(arcsinh) F(arccosh) F(arctanh) F(cbrt)
#define LEGATE_BINARY_FUNCTIONS(F) F(arctan2) F(hypot) F(power) F(logaddexp) F(logaddexp2)                              \
    F(fmod) F(remainder) F(floor_divide)

struct legate_math_entry {
    const void *vector[LEGATE_MATH_TYPES];
    const void *block[LEGATE_MATH_TYPES];
};
struct legate_math_table {
    int vector_bytes;
    struct legate_math_entry entries[LEGATE_MATH_COUNT];
    legate_rows rows[LEGATE_MATH_TYPES];
    legate_mask_walk masks[LEGATE_MASK_WALKS];
    const void *arithmetic[LEGATE_ARITHMETIC_COUNT][LEGATE_ARITHMETIC_FORMS][LEGATE_MATH_TYPES];
    legate_arithmetic_rows arithmetic_rows[LEGATE_ROW_ARITHMETIC_COUNT][LEGATE_ARITHMETIC_FORMS][LEGATE_MATH_TYPES];
    legate_extremes extremes[2][LEGATE_EXTREME_TYPES];
};

extern const struct legate_math_table legate_math_baseline;
extern const struct legate_math_table legate_math_avx2;
extern const struct legate_math_table legate_math_avx512;
