// What the processor can do, as one of the levels that compilers know by name.
#pragma once

// x86-64: the microarchitecture level, 1 to 4, that both the processor and the system support. Elsewhere 0.
int lg_cpu_level(void);

// What the processor calls itself, or "unknown": at most 63 characters and a zero.
void lg_cpu_name(char *name);

// Lets instructions that were written as data be run (processors other than x86-64 need to be told).
static inline void lg_clear_instructions(void *first, void *end) {
    __builtin___clear_cache((char *)first, (char *)end);
}
