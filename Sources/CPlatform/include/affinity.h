#pragma once
/// Number of cores in the calling process's affinity mask, or 0 where the system does not tell.
int lg_core_count(void);

/// Tells the core that this thread waits in a loop.
static inline void lg_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}
