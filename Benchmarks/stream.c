// What this machine's memory gives: copy, triad, triad with non-temporal stores, and reading, after
// McCalpin's STREAM. `stream THREADS ELEMENTS ROUNDS` prints the best GB/s of each as one JSON object.
// Compiled when the benchmark runs, for the machine at hand.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { COPY, TRIAD, TRIAD_NON_TEMPORAL, READ, KINDS };
static const char *const names[] = {"copy", "triad", "triad, non-temporal", "read"};
static const int moved[] = {2, 3, 3, 1};  // Elements for each point, as STREAM counts.

static int threads;
static long elements;
static double *restrict a, *restrict b, *restrict c, sink;
static pthread_barrier_t barrier;
static int kind;

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}

static void triad_non_temporal(long low, long high) {
#if defined(__AVX__)
    __m256d three = _mm256_set1_pd(3.0);
    for (long i = low; i < high; i += 4)
        _mm256_stream_pd(a + i, _mm256_add_pd(_mm256_load_pd(b + i), _mm256_mul_pd(three, _mm256_load_pd(c + i))));
    _mm_sfence();
#elif defined(__x86_64__)
    __m128d three = _mm_set1_pd(3.0);
    for (long i = low; i < high; i += 2)
        _mm_stream_pd(a + i, _mm_add_pd(_mm_load_pd(b + i), _mm_mul_pd(three, _mm_load_pd(c + i))));
    _mm_sfence();
#else
    for (long i = low; i < high; i++) a[i] = b[i] + 3.0 * c[i];
#endif
}

static double read_all(long low, long high) {
    double sums[32] = {0};
    for (long i = low; i + 32 <= high; i += 32)
        for (int k = 0; k < 32; k++) sums[k] += b[i + k];
    double sum = 0;
    for (int k = 0; k < 32; k++) sum += sums[k];
    return sum;
}

static void part(int place) {
    long step = elements / threads / 64 * 64, low = place * step;
    long high = place == threads - 1 ? elements : low + step;
    switch (kind) {
        case COPY: for (long i = low; i < high; i++) a[i] = b[i]; break;
        case TRIAD: for (long i = low; i < high; i++) a[i] = b[i] + 3.0 * c[i]; break;
        case TRIAD_NON_TEMPORAL: triad_non_temporal(low, high); break;
        case READ: sink += read_all(low, high); break;
        default: for (long i = low; i < high; i++) a[i] = 0, b[i] = 1 + i % 3, c[i] = 2; break;
    }
}

static void *work(void *place) {
    for (;;) {
        pthread_barrier_wait(&barrier);
        if (kind < 0) return NULL;
        part((int)(long)place);
        pthread_barrier_wait(&barrier);
    }
}

static double together(int wanted) {
    kind = wanted;
    double start = seconds();
    pthread_barrier_wait(&barrier);
    part(0);
    pthread_barrier_wait(&barrier);
    return seconds() - start;
}

int main(int count, char **words) {
    if (count != 4) return 2;
    threads = atoi(words[1]);
    elements = atol(words[2]) / 64 * 64;
    int rounds = atoi(words[3]);
    a = aligned_alloc(4096, elements * 8);
    b = aligned_alloc(4096, elements * 8);
    c = aligned_alloc(4096, elements * 8);
    pthread_t started[64];
    pthread_barrier_init(&barrier, NULL, threads);
    for (long place = 1; place < threads; place++) pthread_create(&started[place], NULL, work, (void *)place);
    together(KINDS);  // First touch by the thread that uses it.
    double best[KINDS] = {0};
    for (int round = 0; round < rounds; round++)
        for (int which = 0; which < KINDS; which++) {
            double rate = 8e-9 * moved[which] * elements / together(which);
            if (rate > best[which]) best[which] = rate;
        }
    kind = -1;
    pthread_barrier_wait(&barrier);
    printf("{");
    for (int which = 0; which < KINDS; which++) printf("%s\"%s\": %.3f", which ? ", " : "", names[which], best[which]);
    printf("}\n");
    return sink == 0.5;
}
