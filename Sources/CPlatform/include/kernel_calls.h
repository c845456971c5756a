#pragma once
#include <stdint.h>
/// Calls of Swift functions that are kept as two plain words, code and context.
///
/// A closure that several threads load from one table is retained and released at every call, and the counter's cache
/// line travels between the cores. These calls use Swift's calling convention on the bare words and count nothing.
/// Whoever keeps the words keeps the closure alive.
#define LG_SWIFT __attribute__((swiftcall))
#define LG_CONTEXT __attribute__((swift_context))

static inline void lg_call_block(
    const void *code, const void *context, const void *const *inputs, void *const *outputs, intptr_t count) {
    typedef LG_SWIFT void (*Function)(const void *const *, void *const *, intptr_t, LG_CONTEXT const void *);
    ((Function)code)(inputs, outputs, count, context);
}

static inline void lg_call_cast(
    const void *code, const void *context, const void *input, void *output, intptr_t count) {
    typedef LG_SWIFT void (*Function)(const void *, void *, intptr_t, LG_CONTEXT const void *);
    ((Function)code)(input, output, count, context);
}

static inline void lg_call_fold(
    const void *code, const void *context, const void *input, intptr_t count, void *output) {
    typedef LG_SWIFT void (*Function)(const void *, intptr_t, void *, LG_CONTEXT const void *);
    ((Function)code)(input, count, output, context);
}

static inline void lg_call_scan(
    const void *code, const void *context, const void *input, intptr_t count, void *carry, _Bool has_carry,
    void *output) {
    typedef LG_SWIFT void (*Function)(const void *, intptr_t, void *, _Bool, void *, LG_CONTEXT const void *);
    ((Function)code)(input, count, carry, has_carry, output, context);
}

static inline void lg_call_columns(
    const void *code, const void *context, void *results, const void *rows, intptr_t row_bytes, intptr_t row_count,
    intptr_t width) {
    typedef LG_SWIFT void (*Function)(void *, const void *, intptr_t, intptr_t, intptr_t, LG_CONTEXT const void *);
    ((Function)code)(results, rows, row_bytes, row_count, width, context);
}
