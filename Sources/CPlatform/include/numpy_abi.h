// NumPy's arrays as the bridge sees them: fields and functions that are part of NumPy's stable interface.
//
// In: the table of C functions that NumPy hands out, and its arrays. Nothing of NumPy's is linked.
#pragma once
#include "python_abi.h"

/// The fields of every array of NumPy's, as its public headers show them (`PyArrayObject_fields`).
typedef struct {
    PyObject head;
    char *data;
    int axes;
    Py_ssize_t *shape;
    Py_ssize_t *strides;
    PyObject *base;
    PyObject *dtype;
    int flags;
} LGHostArray;
enum { LG_HOST_ROW_MAJOR = 0x0001 };

static inline const LGHostArray *lg_host_array(PyObject *array) { return (const LGHostArray *)array; }

/// `PyArray_NewFromDescr` from NumPy's table of functions: an array over memory of somebody else. Takes over a reference to
/// `dtype`. Its place in the table is part of NumPy's stable interface.
static inline PyObject *lg_array_over(
    void *table, PyObject *type, PyObject *dtype, int axes, const Py_ssize_t *shape, const Py_ssize_t *strides,
    void *memory, int is_writable
) {
    typedef PyObject *(*function)(
        PyObject *, PyObject *, int, const Py_ssize_t *, const Py_ssize_t *, void *, int, PyObject *);
    enum { PLACE = 94, ALIGNED = 0x0100, WRITEABLE = 0x0400 };
    int flags = ALIGNED | (is_writable ? WRITEABLE : 0);
    return ((function *)table)[PLACE](type, dtype, axes, shape, strides, memory, flags, (PyObject *)0);
}

/// `PyArray_SetBaseObject`: the array keeps `base`, to which the memory belongs. Takes over a reference to `base`.
static inline int lg_set_base(void *table, PyObject *array, PyObject *base) {
    typedef int (*function)(PyObject *, PyObject *);
    enum { PLACE = 282 };
    return ((function *)table)[PLACE](array, base);
}
