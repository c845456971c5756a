// The table of BLAS functions and the two shapes of call (64-bit and 32-bit integers).
#define _GNU_SOURCE
#include "blas.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111, TRANSPOSE = 112, UPPER = 121 };

static struct {
    void *library;
    int is_wide, opened;
    char name[4096];
    void *gemm[4], *gemv[4], *syrk[4];
    int (*threads)(void);
    void (*set_threads)(int);
} blas;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int active, old_threads;

static void *find(void *library, const char *pattern, char letter, const char *function) {
    char name[64];
    snprintf(name, sizeof name, pattern, letter, function);
    return dlsym(library, name);
}

static int has_all(void *library, const char *pattern, int is_wide) {
    static const char letters[] = "sdcz";
    for (int i = 0; i < 4; i++) {
        blas.gemm[i] = find(library, pattern, letters[i], "gemm");
        blas.gemv[i] = find(library, pattern, letters[i], "gemv");
        blas.syrk[i] = find(library, pattern, letters[i], "syrk");
        if (!blas.gemm[i] || !blas.gemv[i] || !blas.syrk[i]) return 0;
    }
    blas.is_wide = is_wide;
    return 1;
}

static void *first_symbol(void *library, const char *const *names) {
    for (; *names; names++) {
        void *found = dlsym(library, *names);
        if (found) return found;
    }
    return NULL;
}

static int open_one(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) return 0;
    if (!has_all(library, "scipy_cblas_%c%s64_", 1) && !has_all(library, "cblas_%c%s64_", 1) &&
        !has_all(library, "scipy_cblas_%c%s", 0) && !has_all(library, "cblas_%c%s", 0)) {
        dlclose(library);
        return 0;
    }
    static const char *const set_names[] = {
        "scipy_openblas_set_num_threads64_", "openblas_set_num_threads64_", "scipy_openblas_set_num_threads",
        "openblas_set_num_threads", NULL};
    static const char *const get_names[] = {
        "scipy_openblas_get_num_threads64_", "openblas_get_num_threads64_", "scipy_openblas_get_num_threads",
        "openblas_get_num_threads", NULL};
    blas.set_threads = (void (*)(int))first_symbol(library, set_names);
    blas.threads = (int (*)(void))first_symbol(library, get_names);
    if (!blas.threads) blas.set_threads = NULL;
    snprintf(blas.name, sizeof blas.name, "%s", path);
    blas.library = library;
    blas.opened++;
    return 1;
}

int lg_blas_open(const char *path) {
    lg_blas_close();
    if (path) return open_one(path);
    static const char *const names[] = {"libopenblas.so.0", "libblas.so.3", "libcblas.so.3", NULL};
    for (const char *const *name = names; *name; name++)
        if (open_one(*name)) return 1;
    return 0;
}

// The library itself stays loaded: a call on another thread may still be inside.
void lg_blas_close(void) { blas.library = NULL; }

int lg_blas_is_open(void) { return blas.library != NULL; }
const char *lg_blas_name(void) { return blas.library ? blas.name : NULL; }

int lg_blas_times_opened(void) { return blas.opened; }

void *lg_blas_fortran(const char *function, int *is_wide) {
    static const char *const wide[] = {"scipy_%s_64_", "%s_64_", "%s64_", NULL};
    static const char *const narrow[] = {"scipy_%s_", "%s_", NULL};
    if (!blas.library) return NULL;
    *is_wide = blas.is_wide;
    for (const char *const *pattern = blas.is_wide ? wide : narrow; *pattern; pattern++) {
        char name[64];
        snprintf(name, sizeof name, *pattern, function);
        void *found = dlsym(blas.library, name);
        if (found) return found;
    }
    return NULL;
}

// While somebody is inside, the library is on one thread, and entering is one exchange; only the first to enter and the
// last to leave change it, under the lock.
void lg_blas_enter(void) {
    if (!blas.set_threads) return;
    int inside = atomic_load(&active);
    while (inside > 0)
        if (atomic_compare_exchange_weak(&active, &inside, inside + 1)) return;
    pthread_mutex_lock(&lock);
    if (atomic_load(&active) == 0) {
        old_threads = blas.threads();
        if (old_threads != 1) blas.set_threads(1);
    }
    atomic_fetch_add(&active, 1);
    pthread_mutex_unlock(&lock);
}

void lg_blas_leave(void) {
    if (!blas.set_threads) return;
    int inside = atomic_load(&active);
    while (inside > 1)
        if (atomic_compare_exchange_weak(&active, &inside, inside - 1)) return;
    pthread_mutex_lock(&lock);
    if (atomic_fetch_sub(&active, 1) == 1 && old_threads != 1) blas.set_threads(old_threads);
    pthread_mutex_unlock(&lock);
}

static const float one_c[2] = {1, 0}, zero_c[2] = {0, 0};
static const double one_z[2] = {1, 0}, zero_z[2] = {0, 0};

#define GEMM(INT, REAL, F, ONE, ZERO)                                                                           \
    ((void (*)(int, int, int, INT, INT, INT, REAL, const void *, INT, const void *, INT, REAL, void *, INT))F)( \
        ROW_MAJOR, ta, tb, (INT)m, (INT)n, (INT)k, ONE, a, (INT)lda, b, (INT)ldb, ZERO, c, (INT)ldc)

#define GEMV(INT, REAL, F, ONE, ZERO)                                                                       \
    ((void (*)(int, int, INT, INT, REAL, const void *, INT, const void *, INT, REAL, void *, INT))F)(       \
        ROW_MAJOR, ta, (INT)rows, (INT)columns, ONE, a, (INT)lda, x, (INT)incx, ZERO, y, (INT)incy)

#define SYRK(INT, REAL, F, ONE, ZERO)                                                                     \
    ((void (*)(int, int, int, INT, INT, REAL, const void *, INT, REAL, void *, INT))F)(                   \
        ROW_MAJOR, UPPER, ta, (INT)n, (INT)k, ONE, a, (INT)lda, ZERO, c, (INT)ldc)

#define EACH_TYPE(CALL, INT, TABLE)                                           \
    switch (type) {                                                           \
    case 's': CALL(INT, float, TABLE[0], 1, 0); break;                        \
    case 'd': CALL(INT, double, TABLE[1], 1, 0); break;                       \
    case 'c': CALL(INT, const void *, TABLE[2], one_c, zero_c); break;        \
    default: CALL(INT, const void *, TABLE[3], one_z, zero_z); break;         \
    }

void lg_blas_gemm(char type, int transpose_a, int transpose_b, int64_t m, int64_t n, int64_t k, const void *a,
                  int64_t lda, const void *b, int64_t ldb, void *c, int64_t ldc) {
    int ta = transpose_a ? TRANSPOSE : NO_TRANSPOSE, tb = transpose_b ? TRANSPOSE : NO_TRANSPOSE;
    if (blas.is_wide) {
        EACH_TYPE(GEMM, int64_t, blas.gemm)
    } else {
        EACH_TYPE(GEMM, int32_t, blas.gemm)
    }
}

void lg_blas_gemv(char type, int transpose, int64_t rows, int64_t columns, const void *a, int64_t lda, const void *x,
                  int64_t incx, void *y, int64_t incy) {
    int ta = transpose ? TRANSPOSE : NO_TRANSPOSE;
    if (blas.is_wide) {
        EACH_TYPE(GEMV, int64_t, blas.gemv)
    } else {
        EACH_TYPE(GEMV, int32_t, blas.gemv)
    }
}

void lg_blas_syrk(char type, int transpose, int64_t n, int64_t k, const void *a, int64_t lda, void *c, int64_t ldc) {
    int ta = transpose ? TRANSPOSE : NO_TRANSPOSE;
    if (blas.is_wide) {
        EACH_TYPE(SYRK, int64_t, blas.syrk)
    } else {
        EACH_TYPE(SYRK, int32_t, blas.syrk)
    }
}
