// LAPACK's functions with 64-bit and 32-bit integers.
#include "lapack.h"

#include "blas.h"

static struct {
    int opened, is_wide;
    void *gesv, *getrf;
} lapack;

int lg_lapack_is_open(void) {
    if (!lg_blas_is_open()) return 0;
    if (lg_blas_times_opened() != lapack.opened) {
        lapack.opened = lg_blas_times_opened();
        lapack.gesv = lg_blas_fortran("dgesv", &lapack.is_wide);
        lapack.getrf = lg_blas_fortran("dgetrf", &lapack.is_wide);
    }
    return lapack.gesv && lapack.getrf;
}

#define GESV(INT)                                                                                                    \
    INT rows = (INT)n, right = (INT)columns, info = 0;                                                               \
    ((void (*)(INT *, INT *, double *, INT *, INT *, double *, INT *, INT *))lapack.gesv)(                           \
        &rows, &right, a, &rows, (INT *)pivots, b, &rows, &info);                                                    \
    return info

int64_t lg_lapack_dgesv(int64_t n, int64_t columns, double *a, int64_t *pivots, double *b) {
    if (lapack.is_wide) {
        GESV(int64_t);
    } else {
        GESV(int32_t);
    }
}

#define GETRF(INT)                                                                                                   \
    INT rows = (INT)n, info = 0;                                                                                     \
    ((void (*)(INT *, INT *, double *, INT *, INT *, INT *))lapack.getrf)(&rows, &rows, a, &rows, (INT *)pivots, &info)

int64_t lg_lapack_dgetrf(int64_t n, double *a, int64_t *pivots) {
    if (lapack.is_wide) {
        GETRF(int64_t);
        return info;
    }
    GETRF(int32_t);
    for (int64_t i = n; i-- > 0;) pivots[i] = ((int32_t *)pivots)[i];
    return info;
}
