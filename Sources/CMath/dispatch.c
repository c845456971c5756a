/// Chooses the level for this processor, once, and hands out its functions.
#include "include/legate_math.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "levels/table.h"

enum { BASELINE, AVX2, AVX512, LEVELS };

static int highest_level(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return BASELINE;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        return AVX512;
    return AVX2;
#else
    return BASELINE;
#endif
}

static const struct legate_math_table *table_of(int level) {
#if defined(__x86_64__)
    if (level == AVX512) return &legate_math_avx512;
    if (level == AVX2) return &legate_math_avx2;
#endif
    return level == BASELINE ? &legate_math_baseline : 0;
}

static int chosen_level(void) {
    int level = highest_level();
    const char *wanted = getenv("LEGATE_MATH_LEVEL");
    if (!wanted) return level;
    int limit = !strcmp(wanted, "baseline") ? BASELINE : !strcmp(wanted, "avx2") ? AVX2 : LEVELS;
    return limit < level ? limit : level;
}

int legate_math_level(void) {
    static _Atomic int known = -1;
    int level = atomic_load_explicit(&known, memory_order_relaxed);
    if (level >= 0) return level;
    level = chosen_level();
    atomic_store_explicit(&known, level, memory_order_relaxed);
    return level;
}

static const struct legate_math_entry *entry(int level, int function) {
    return &table_of(level)->entries[function];
}

legate_math_unary legate_math_unary_block(int function, int type) {
    return (legate_math_unary)entry(legate_math_level(), function)->block[type];
}
legate_math_binary legate_math_binary_block(int function, int type) {
    return (legate_math_binary)entry(legate_math_level(), function)->block[type];
}

legate_math_unary legate_math_unary_block_of_level(int level, int function, int type) {
    return level > highest_level() ? 0 : (legate_math_unary)entry(level, function)->block[type];
}
legate_math_binary legate_math_binary_block_of_level(int level, int function, int type) {
    return level > highest_level() ? 0 : (legate_math_binary)entry(level, function)->block[type];
}

const void *legate_vector_function(int function, int type, int vector_bytes) {
    for (int level = legate_math_level(); level >= 0; level--) {
        const struct legate_math_table *table = table_of(level);
        if (table->vector_bytes == vector_bytes) return table->entries[function].vector[type];
    }
    return 0;
}

legate_mask_walk legate_mask_walk_of(int kind) { return table_of(legate_math_level())->masks[kind]; }

const void *legate_arithmetic_block(int operation, int form, int type) {
    return table_of(legate_math_level())->arithmetic[operation][form][type];
}
const void *legate_arithmetic_block_of_level(int level, int operation, int form, int type) {
    return level > highest_level() ? 0 : table_of(level)->arithmetic[operation][form][type];
}

legate_arithmetic_rows legate_rows_arithmetic(int operation, int form, int type) {
    return table_of(legate_math_level())->arithmetic_rows[operation][form][type];
}
legate_arithmetic_rows legate_rows_arithmetic_of_level(int level, int operation, int form, int type) {
    return level > highest_level() ? 0 : table_of(level)->arithmetic_rows[operation][form][type];
}

legate_extremes legate_row_extremes(int is_maximum, int type) {
    return table_of(legate_math_level())->extremes[!is_maximum][type];
}
legate_extremes legate_row_extremes_of_level(int level, int is_maximum, int type) {
    return level > highest_level() ? 0 : table_of(level)->extremes[!is_maximum][type];
}

legate_rows legate_rows_times_vector(int type) { return table_of(legate_math_level())->rows[type]; }
legate_rows legate_rows_times_vector_of_level(int level, int type) {
    return level > highest_level() ? 0 : table_of(level)->rows[type];
}

double legate_math_one_float64(int function, double x) {
    legate_math_unary_block(function, LEGATE_FLOAT64)(&x, &x, 1);
    return x;
}
float legate_math_one_float32(int function, float x) {
    legate_math_unary_block(function, LEGATE_FLOAT32)(&x, &x, 1);
    return x;
}
double legate_math_two_float64(int function, double x, double y) {
    legate_math_binary_block(function, LEGATE_FLOAT64)(&x, &y, &x, 1);
    return x;
}
float legate_math_two_float32(int function, float x, float y) {
    legate_math_binary_block(function, LEGATE_FLOAT32)(&x, &y, &x, 1);
    return x;
}
