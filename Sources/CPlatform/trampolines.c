// One tiny C function per row of the bridge's table of functions, because a method of a C type carries no data of
// its own: the function's number is its only knowledge. Made by macros from the hexadecimal digits of the number.
#include "python_abi.h"

LGRowEntry lg_function_entry, lg_method_entry;

#define ONE(n)                                                                                   \
    static PyObject *function_##n(PyObject *s, PyObject *const *a, Py_ssize_t c, PyObject *k) { \
        return lg_function_entry(0x##n, s, a, c, k);                                            \
    }                                                                                            \
    static PyObject *method_##n(PyObject *s, PyObject *const *a, Py_ssize_t c, PyObject *k) {   \
        return lg_method_entry(0x##n, s, a, c, k);                                              \
    }
#define FUNCTION(n) (void *)function_##n,
#define METHOD(n) (void *)method_##n,
#define DIGIT(M, n)                                                                      \
    M(n##0) M(n##1) M(n##2) M(n##3) M(n##4) M(n##5) M(n##6) M(n##7) M(n##8) M(n##9) \
    M(n##a) M(n##b) M(n##c) M(n##d) M(n##e) M(n##f)
#define BLOCK(M, n)                                                                             \
    DIGIT(M, n##0) DIGIT(M, n##1) DIGIT(M, n##2) DIGIT(M, n##3) DIGIT(M, n##4) DIGIT(M, n##5) \
    DIGIT(M, n##6) DIGIT(M, n##7) DIGIT(M, n##8) DIGIT(M, n##9) DIGIT(M, n##a) DIGIT(M, n##b) \
    DIGIT(M, n##c) DIGIT(M, n##d) DIGIT(M, n##e) DIGIT(M, n##f)
#define ALL(M) BLOCK(M, 0) BLOCK(M, 1) BLOCK(M, 2) BLOCK(M, 3)

ALL(ONE)

static void *const functions[LG_TRAMPOLINE_COUNT] = {ALL(FUNCTION)};
static void *const methods[LG_TRAMPOLINE_COUNT] = {ALL(METHOD)};

void *lg_function_trampoline(Py_ssize_t row) { return functions[row]; }
void *lg_method_trampoline(Py_ssize_t row) { return methods[row]; }
