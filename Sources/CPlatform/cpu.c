// Reads the processor's feature bits. The levels are those of the x86-64 psABI; wide registers count only where the
// system saves them (XCR0).
#include "cpu.h"
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

static int has(unsigned bits, unsigned wanted) { return (bits & wanted) == wanted; }

static unsigned saved_registers(void) {
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

int lg_cpu_level(void) {
    unsigned a, b, c1, d, b7 = 0, c, c81 = 0;
    if (!__get_cpuid(1, &a, &b, &c1, &d)) return 1;
    if (!__get_cpuid_count(7, 0, &a, &b7, &c, &d)) b7 = 0;
    if (!__get_cpuid(0x80000001, &a, &b, &c81, &d)) c81 = 0;
    // SSE3, SSSE3, CMPXCHG16B, SSE4.1, SSE4.2, POPCNT; LAHF.
    if (!has(c1, 1u | 1u << 9 | 1u << 13 | 1u << 19 | 1u << 20 | 1u << 23) || !has(c81, 1u)) return 1;
    // FMA, MOVBE, OSXSAVE, AVX, F16C; BMI1, AVX2, BMI2; LZCNT.
    if (!has(c1, 1u << 12 | 1u << 22 | 1u << 27 | 1u << 28 | 1u << 29)) return 2;
    if (!has(b7, 1u << 3 | 1u << 5 | 1u << 8) || !has(c81, 1u << 5) || !has(saved_registers(), 6u)) return 2;
    // AVX-512: F, DQ, CD, BW, VL.
    if (!has(b7, 1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31) || !has(saved_registers(), 0xe6u)) return 3;
    return 4;
}

// Three leaves of the brand string, spaces at its ends left out.
void lg_cpu_name(char *name) {
    unsigned words[12] = {0};
    for (unsigned k = 0; k < 3; k++) {
        unsigned *w = words + 4 * k;
        if (!__get_cpuid(0x80000002 + k, w, w + 1, w + 2, w + 3)) break;
    }
    const char *text = (const char *)words;
    size_t first = 0, end = strnlen(text, sizeof words);
    while (first < end && text[first] == ' ') first++;
    while (end > first && text[end - 1] == ' ') end--;
    memcpy(name, text + first, end - first);
    name[end - first] = 0;
}
#else
int lg_cpu_level(void) { return 0; }

// The number of the first core's design, where the system shows it.
void lg_cpu_name(char *name) {
    strcpy(name, "unknown");
    FILE *file = fopen("/sys/devices/system/cpu/cpu0/regs/identification/midr_el1", "re");
    if (!file) return;
    if (fscanf(file, "%63s", name) != 1) strcpy(name, "unknown");
    fclose(file);
}
#endif
