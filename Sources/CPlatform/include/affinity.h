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

/// Keeps the calling thread on the cores of a NUMA domain: groups take those that this process may use in turn.
/// With one domain nothing happens.
void lg_bind_to_domain(int group);
