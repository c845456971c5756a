/// True elements of a mask, moved side by side without a branch on any of them: sixty-four at a time, where the processor
/// has an instruction for it. At other levels nothing is moved, and the caller walks on from where this stopped.
#pragma once
#include "include/legate_math.h"
#if LEGATE_VECTOR_BYTES == 64 && defined(__AVX512BW__)
#include <immintrin.h>

/// The rest of the arguments moves the true ones, `bits`, among the elements from `lane` on to `target + at.taken`.
#define MASK_WALK(LANES, ...)                                                                                         \
    legate_mask_progress at = {0, 0};                                                                                 \
    while (at.seen + 64 <= extent && at.taken + 64 <= count) {                                                        \
        __m512i bytes = _mm512_loadu_si512(mask + at.seen);                                                           \
        uint64_t truth = _mm512_test_epi8_mask(bytes, bytes);                                                         \
        for (intptr_t lane = 0; truth && lane < 64; lane += LANES) {                                                  \
            uint64_t bits = truth >> lane & (((uint64_t)1 << LANES) - 1);                                             \
            __VA_ARGS__;                                                                                              \
            at.taken += __builtin_popcountll(bits);                                                                   \
        }                                                                                                             \
        at.seen += 64;                                                                                                \
    }                                                                                                                 \
    return at;

static legate_mask_progress compress_4(
    const uint8_t *mask, intptr_t extent, const void *source, void *target, intptr_t count) {
    const uint32_t *from = source;
    uint32_t *to = target;
    MASK_WALK(16, _mm512_storeu_si512(
        to + at.taken, _mm512_maskz_compress_epi32((__mmask16)bits, _mm512_loadu_si512(from + at.seen + lane))))
}
static legate_mask_progress compress_8(
    const uint8_t *mask, intptr_t extent, const void *source, void *target, intptr_t count) {
    const uint64_t *from = source;
    uint64_t *to = target;
    MASK_WALK(8, _mm512_storeu_si512(
        to + at.taken, _mm512_maskz_compress_epi64((__mmask8)bits, _mm512_loadu_si512(from + at.seen + lane))))
}
/// Both halves of four elements.
static legate_mask_progress compress_16(
    const uint8_t *mask, intptr_t extent, const void *source, void *target, intptr_t count) {
    static const uint8_t halves[16] = {
        0x00, 0x03, 0x0c, 0x0f, 0x30, 0x33, 0x3c, 0x3f, 0xc0, 0xc3, 0xcc, 0xcf, 0xf0, 0xf3, 0xfc, 0xff};
    const uint64_t *from = source;
    uint64_t *to = target;
    MASK_WALK(4, _mm512_storeu_si512(
        to + 2 * at.taken,
        _mm512_maskz_compress_epi64(halves[bits], _mm512_loadu_si512(from + 2 * (at.seen + lane)))))
}
/// The places of the true elements: `source` holds the first one's.
static legate_mask_progress true_places(
    const uint8_t *mask, intptr_t extent, const void *source, void *target, intptr_t count) {
    const int64_t first = *(const int64_t *)source;
    int64_t *to = target;
    const __m512i steps = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
    MASK_WALK(8, _mm512_storeu_si512(
        to + at.taken,
        _mm512_maskz_compress_epi64(
            (__mmask8)bits, _mm512_add_epi64(_mm512_set1_epi64(first + at.seen + lane), steps))))
}
#undef MASK_WALK
#define MASK_KERNELS {compress_4, compress_8, compress_16, true_places}
#else
#define MASK_KERNELS {0, 0, 0, 0}
#endif
