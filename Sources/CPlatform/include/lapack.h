// LAPACK from the library that BLAS was opened from: in a Python process NumPy's own, so that results have NumPy's bits.
//
// Matrices are stored column by column, as LAPACK has them.
#pragma once
#include <stdint.h>

// Whether the open library has what is declared here.
int lg_lapack_is_open(void);
// Solves a * x = b for `columns` right sides; x replaces b, a is lost. `pivots` has room for n. Returns LAPACK's info.
int64_t lg_lapack_dgesv(int64_t n, int64_t columns, double *a, int64_t *pivots, double *b);
// The factors of a with row exchanges, in its place. `pivots` receives n places, the first row being 1.
int64_t lg_lapack_dgetrf(int64_t n, double *a, int64_t *pivots);
