// A table with a place for each thread that runs bodies of tasks. Threads write their own place only; handlers of signals and
// the watch read all of them. Nothing here allocates or takes a lock once a thread has its place.
#define _GNU_SOURCE
#include "bodies.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PLACES = 512 };

struct place {
    _Atomic(const char *) task;
    _Atomic(const char *) file;
    _Atomic(long) line;
    /// Nanoseconds since some time, roughly.
    _Atomic(long) since;
    atomic_int taken;
};

static struct place places[PLACES];
static __thread struct place *own;
/// For threads that found no place: told of in faults, in nothing else.
static __thread struct place spare;

static long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    return t.tv_sec * 1000000000L + t.tv_nsec;
}

static struct place *take(void) {
    for (int k = 0; k < PLACES; k++) {
        int free = 0;
        if (atomic_compare_exchange_strong(&places[k].taken, &free, 1)) return &places[k];
    }
    return &spare;
}

void lg_body_enter(const char *task, const char *file, long line) {
    if (!own) own = take();
    atomic_store_explicit(&own->file, file, memory_order_relaxed);
    atomic_store_explicit(&own->line, line, memory_order_relaxed);
    atomic_store_explicit(&own->since, now(), memory_order_relaxed);
    atomic_store_explicit(&own->task, task, memory_order_release);
}

void lg_body_leave(void) { atomic_store_explicit(&own->task, NULL, memory_order_release); }

void lg_body_thread_ends(void) {
    if (own && own != &spare) atomic_store(&own->taken, 0);
    own = NULL;
}

// Text, without the C library's streams.

struct text {
    char bytes[640];
    int count;
};

static void add(struct text *text, const char *words) {
    while (*words && text->count < (int)sizeof(text->bytes) - 1) text->bytes[text->count++] = *words++;
}

static void add_number(struct text *text, long number) {
    char digits[24];
    int k = sizeof(digits) - 1;
    digits[k] = 0;
    do {
        digits[--k] = '0' + number % 10;
        number /= 10;
    } while (number > 0);
    add(text, digits + k);
}

/// "task 'x' launched at file:line"
static void add_body(struct text *text, struct place *place, const char *task) {
    add(text, "task '");
    add(text, task);
    add(text, "'");
    const char *file = atomic_load_explicit(&place->file, memory_order_relaxed);
    if (!file) return;
    add(text, " launched at ");
    add(text, file);
    add(text, ":");
    add_number(text, atomic_load_explicit(&place->line, memory_order_relaxed));
}

static void send(struct text *text, int descriptor) {
    if (write(descriptor, text->bytes, text->count) < 0) return;
}

void lg_bodies_report(int descriptor) {
    long time = now();
    for (int k = 0; k < PLACES; k++) {
        const char *task = atomic_load_explicit(&places[k].task, memory_order_acquire);
        if (!task) continue;
        struct text text = {.count = 0};
        add(&text, "legate: the body of ");
        add_body(&text, &places[k], task);
        add(&text, " runs since ");
        add_number(&text, (time - atomic_load_explicit(&places[k].since, memory_order_relaxed)) / 1000000000L);
        add(&text, " seconds\n");
        send(&text, descriptor);
    }
}

// Faults

static const int faults[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
enum { FAULTS = sizeof(faults) / sizeof(faults[0]) };
static struct sigaction before[FAULTS];

static const char *cause(int number) {
    switch (number) {
    case SIGILL:
    case SIGTRAP: return "a trap: a precondition, an index out of range, an overflow or a forced unwrap failed";
    case SIGFPE: return "a division by zero";
    case SIGABRT: return "it aborted";
    default: return "it touched memory that is not its own";
    }
}

static void fault(int number, siginfo_t *info, void *context) {
    const char *task = own ? atomic_load_explicit(&own->task, memory_order_relaxed) : NULL;
    if (task) {
        struct text text = {.count = 0};
        add(&text, "legate: the body of ");
        add_body(&text, own, task);
        add(&text, " ends the process: ");
        add(&text, cause(number));
        add(&text, "\n");
        send(&text, STDERR_FILENO);
    }
    // What was there before takes over: the instruction runs again, or the signal is sent again.
    for (int k = 0; k < FAULTS; k++)
        if (faults[k] == number) sigaction(number, &before[k], NULL);
    if (number == SIGABRT || info->si_code <= 0) raise(number);
}

void lg_bodies_catch_faults(void) {
    static atomic_int done;
    if (atomic_exchange(&done, 1)) return;
    struct sigaction action;
    memset(&action, 0, sizeof(action));
    action.sa_sigaction = fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (int k = 0; k < FAULTS; k++) sigaction(faults[k], &action, &before[k]);
}

// The limit

static _Atomic(long) limit;

static void *watch(void *nothing) {
    (void)nothing;
    for (;;) {
        long most = atomic_load(&limit);
        if (most == 0) {
            usleep(200000);
            continue;
        }
        long time = now();
        for (int k = 0; k < PLACES; k++) {
            const char *task = atomic_load_explicit(&places[k].task, memory_order_acquire);
            if (!task || time - atomic_load_explicit(&places[k].since, memory_order_relaxed) < most) continue;
            struct text text = {.count = 0};
            add(&text, "legate: the body of ");
            add_body(&text, &places[k], task);
            add(&text, " has not returned after ");
            add_number(&text, most / 1000000000L);
            add(&text, " seconds (LEGATE_TASK_SECONDS): the process ends\n");
            send(&text, STDERR_FILENO);
            _exit(70);
        }
        usleep(most / 8000 < 200000 ? (most / 8000 > 1000 ? most / 8000 : 1000) : 200000);
    }
    return NULL;
}

void lg_bodies_limit(double seconds) {
    static atomic_int started;
    atomic_store(&limit, (long)(seconds * 1e9));
    if (seconds <= 0 || atomic_exchange(&started, 1)) return;
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &old);
    pthread_t thread;
    if (pthread_create(&thread, NULL, watch, NULL) == 0) pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}
