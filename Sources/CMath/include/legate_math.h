#pragma once
#include <stdint.h>
/// The mathematical functions of real numbers: one definition of each, whatever the vector width and the processor.
///
/// In: numbers by blocks (here) or by vectors (`legate_vector_function`). Out: results whose bits depend on the operands
/// alone, because every step is an addition, multiplication, division, square root, fused multiply-add, selection or
/// operation on integers, none of which the processor may regroup, and because no element looks at its neighbours.

enum legate_math_function {
    LEGATE_EXP, LEGATE_EXP2, LEGATE_EXPM1, LEGATE_LOG, LEGATE_LOG2, LEGATE_LOG10, LEGATE_LOG1P,
    LEGATE_SIN, LEGATE_COS, LEGATE_TAN, LEGATE_ARCSIN, LEGATE_ARCCOS, LEGATE_ARCTAN,
    LEGATE_SINH, LEGATE_COSH, LEGATE_TANH, LEGATE_ARCSINH, LEGATE_ARCCOSH, LEGATE_ARCTANH, LEGATE_CBRT,
    LEGATE_ARCTAN2, LEGATE_HYPOT, LEGATE_POWER, LEGATE_LOGADDEXP, LEGATE_LOGADDEXP2,
    LEGATE_FMOD, LEGATE_REMAINDER, LEGATE_FLOOR_DIVIDE,
    LEGATE_MATH_COUNT
};
enum legate_math_type { LEGATE_FLOAT32, LEGATE_FLOAT64, LEGATE_MATH_TYPES };

/// Functions from `LEGATE_ARCTAN2` on take two operands.
static inline int legate_math_operands(int function) { return function < LEGATE_ARCTAN2 ? 1 : 2; }

/// Computes `count` results; `result` may be one of the operands.
typedef void (*legate_math_unary)(const void *x, void *result, intptr_t count);
typedef void (*legate_math_binary)(const void *x, const void *y, void *result, intptr_t count);

/// The block functions of this processor. Never null for a function with that number of operands.
legate_math_unary legate_math_unary_block(int function, int type);
legate_math_binary legate_math_binary_block(int function, int type);

/// The function of one vector (or two) of `vector_bytes` bytes, 16, 32 or 64, in the C convention: vectors come and go in
/// registers. Null where this processor has no such registers.
const void *legate_vector_function(int function, int type, int vector_bytes);

/// The level in use: 0 the architecture's own, 1 AVX2 with fused multiply-add, 2 AVX-512. `LEGATE_MATH_LEVEL` (`baseline`,
/// `avx2`, `avx512`), read once, lowers it.
int legate_math_level(void);
/// The block functions of one level, for tests; null where this processor cannot run it.
legate_math_unary legate_math_unary_block_of_level(int level, int function, int type);
legate_math_binary legate_math_binary_block_of_level(int level, int function, int type);

double legate_math_one_float64(int function, double x);
float legate_math_one_float32(int function, float x);
double legate_math_two_float64(int function, double x, double y);
float legate_math_two_float32(int function, float x, float y);

/// Rows of a matrix times a vector: `y[r * step]` becomes the sum of `a[r * distance + i] * x[i]` over `count` elements, for
/// each of `rows` rows. The bits of a result depend on its row and the vector alone.
typedef void (*legate_rows)(
    const void *a, intptr_t distance, const void *x, intptr_t count, void *y, intptr_t step, intptr_t rows);

/// The function of this processor, and that of one level, for tests; null where this processor cannot run it.
legate_rows legate_rows_times_vector(int type);
legate_rows legate_rows_times_vector_of_level(int level, int type);

/// Where a walk over a mask is: how many of its elements were looked at, and how many of them were true.
typedef struct { intptr_t seen, taken; } legate_mask_progress;
enum legate_mask_kind { LEGATE_COMPRESS_4, LEGATE_COMPRESS_8, LEGATE_COMPRESS_16, LEGATE_TRUE_PLACES, LEGATE_MASK_WALKS };

/// Moves the true elements among `extent` side by side, at most `count`: elements of 4, 8 or 16 bytes, or their places, of
/// which `source` holds the first. Of `target` up to 63 elements behind what is taken may be written, none from `count` on.
/// Stops where fewer than 64 elements are left on either side.
typedef legate_mask_progress (*legate_mask_walk)(
    const uint8_t *mask, intptr_t extent, const void *source, void *target, intptr_t count);

/// The walk of this processor; null where it has none.
legate_mask_walk legate_mask_walk_of(int kind);

/// Arithmetic and comparisons by blocks: of two blocks, of a block and the number its second input shows, of the number its
/// first input shows and a block. Comparisons give bytes, 0 or 1.
enum legate_arithmetic {
    LEGATE_SUM, LEGATE_DIFFERENCE, LEGATE_PRODUCT, LEGATE_RATIO, LEGATE_ROW_ARITHMETIC_COUNT,
    LEGATE_EQUAL = LEGATE_ROW_ARITHMETIC_COUNT, LEGATE_NOT_EQUAL, LEGATE_LESS, LEGATE_LESS_EQUAL, LEGATE_GREATER,
    LEGATE_GREATER_EQUAL, LEGATE_ARITHMETIC_COUNT
};
enum legate_arithmetic_form { LEGATE_BLOCKS, LEGATE_BEHIND, LEGATE_IN_FRONT, LEGATE_ARITHMETIC_FORMS };

/// The code of a kernel: a function of an array of inputs, an array of outputs and a count, in Swift's convention. The
/// result of arithmetic may be one of the operands.
const void *legate_arithmetic_block(int operation, int form, int type);
/// The same of one level, for tests; null where this processor cannot run it.
const void *legate_arithmetic_block_of_level(int level, int operation, int form, int type);

/// Arithmetic on rows, each so many bytes behind the one before it.
typedef void (*legate_arithmetic_rows)(
    const void *x, intptr_t x_step, const void *y, intptr_t y_step, void *result, intptr_t step, intptr_t count, intptr_t rows);
legate_arithmetic_rows legate_rows_arithmetic(int operation, int form, int type);
legate_arithmetic_rows legate_rows_arithmetic_of_level(int level, int operation, int form, int type);

/// Places of extremes: `places[r]` becomes the place of the first extreme, or of the first NaN, among the `count` > 0 elements
/// side by side of row `r`, which begins `distance` elements behind the one before it.
typedef void (*legate_extremes)(const void *start, intptr_t distance, intptr_t rows, intptr_t count, int64_t *places);
enum legate_extreme_type {
    LEGATE_EXTREME_FLOAT32, LEGATE_EXTREME_FLOAT64, LEGATE_EXTREME_INT32, LEGATE_EXTREME_INT64, LEGATE_EXTREME_TYPES
};

/// The function of this processor, and that of one level, for tests; null where this processor cannot run it.
legate_extremes legate_row_extremes(int is_maximum, int type);
legate_extremes legate_row_extremes_of_level(int level, int is_maximum, int type);
