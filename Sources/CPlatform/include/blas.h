// A BLAS opened at run time: matrix times matrix, times its own transpose and times a vector, for the four types.
//
// Nothing is linked. One library is open at a time; both integer widths of the C interface are known. All calls run on
// the calling thread alone while at least one caller is between lg_blas_enter and lg_blas_leave; afterwards the
// library has its old number of threads again, so that others in the process (NumPy) lose nothing.
#pragma once
#include <stdint.h>

// Opens a library by path, or (NULL) the first of the usual names that is found. Returns 1 when it has what is needed.
int lg_blas_open(const char *path);
// Forgets the library; lg_blas_is_open is 0 from then on.
void lg_blas_close(void);
int lg_blas_is_open(void);
// The path or name that was opened; NULL when none is open.
const char *lg_blas_name(void);
// How often a library was opened: what was found in one before is found anew in the next.
int lg_blas_times_opened(void);
// A function of the open library with Fortran's interface, such as "dgesv"; NULL where it is missing. `is_wide`: whether
// its integers have 64 bits.
void *lg_blas_fortran(const char *function, int *is_wide);

void lg_blas_enter(void);
void lg_blas_leave(void);

// c = a * b, everything stored row by row: a is m x k (stored k x m when transposed), b is k x n, c is m x n.
// `type` is one of 's', 'd', 'c', 'z'.
void lg_blas_gemm(char type, int transpose_a, int transpose_b, int64_t m, int64_t n, int64_t k, const void *a,
                  int64_t lda, const void *b, int64_t ldb, void *c, int64_t ldc);
// y = a * x; a is stored as rows x columns, row by row; transposed: y = a' * x.
void lg_blas_gemv(char type, int transpose, int64_t rows, int64_t columns, const void *a, int64_t lda, const void *x,
                  int64_t increment_x, void *y, int64_t increment_y);
// The upper triangle of c = a * a'; a is n x k, stored row by row (k x n when transposed), c is n x n, stored row by row.
void lg_blas_syrk(char type, int transpose, int64_t n, int64_t k, const void *a, int64_t lda, void *c, int64_t ldc);
