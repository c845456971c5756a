// Declarations of CPython's stable ABI (abi3, 3.11 and later), written by hand from the published documentation,
// so that building needs no Python headers and one binary serves several Python versions.
//
// Only types, constants, functions and static-inline helpers: no object file refers to a Python symbol, so that
// programs without Python can link this target. Undefined Python symbols of the extension resolve when Python loads it.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef ptrdiff_t Py_ssize_t;
typedef struct _typeobject PyTypeObject;
typedef struct _object {
    Py_ssize_t ob_refcnt;
    PyTypeObject *ob_type;
} PyObject;
typedef struct _frame PyFrameObject;
typedef struct _code PyCodeObject;

typedef PyObject *(*PyCFunction)(PyObject *, PyObject *);
typedef PyObject *(*LGFastCall)(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
typedef PyObject *(*LGGetter)(PyObject *, void *);
typedef int (*LGSetter)(PyObject *, PyObject *, void *);

typedef struct PyMethodDef {
    const char *ml_name;
    void *ml_meth;
    int ml_flags;
    const char *ml_doc;
} PyMethodDef;
typedef struct PyGetSetDef {
    const char *name;
    LGGetter get;
    LGSetter set;
    const char *doc;
    void *closure;
} PyGetSetDef;
typedef struct PyMemberDef {
    const char *name;
    int type;
    Py_ssize_t offset;
    int flags;
    const char *doc;
} PyMemberDef;
typedef struct {
    int slot;
    void *pfunc;
} PyType_Slot;
typedef struct {
    const char *name;
    int basicsize;
    int itemsize;
    unsigned int flags;
    PyType_Slot *slots;
} PyType_Spec;
typedef struct {
    void *buf;
    PyObject *obj;
    Py_ssize_t len;
    Py_ssize_t itemsize;
    int readonly;
    int ndim;
    char *format;
    Py_ssize_t *shape;
    Py_ssize_t *strides;
    Py_ssize_t *suboffsets;
    void *internal;
} Py_buffer;
typedef struct {
    PyObject ob_base;
    PyObject *(*m_init)(void);
    Py_ssize_t m_index;
    PyObject *m_copy;
} PyModuleDef_Base;
typedef struct PyModuleDef {
    PyModuleDef_Base m_base;
    const char *m_name;
    const char *m_doc;
    Py_ssize_t m_size;
    PyMethodDef *m_methods;
    void *m_slots;
    void *m_traverse;
    void *m_clear;
    void *m_free;
} PyModuleDef;

#define METH_VARARGS 0x0001
#define METH_KEYWORDS 0x0002
#define METH_NOARGS 0x0004
#define METH_O 0x0008
#define METH_STATIC 0x0020
#define METH_FASTCALL 0x0080

#define LG_MEMBER_SSIZE 19
#define LG_MEMBER_READONLY 1
#define LG_TPFLAGS_DEFAULT 0x40000u
#define LG_TPFLAGS_SEQUENCE 0x20u
#define LG_TPFLAGS_VECTORCALL 0x800u
#define LG_VECTORCALL_OFFSET_BIT ((size_t)1 << (8 * sizeof(size_t) - 1))

#define PyBUF_READ 0x0100
#define PyBUF_WRITE 0x0200
#define PyBUF_WRITABLE 0x0001
#define PyBUF_FORMAT 0x0004
#define PyBUF_ND 0x0008
#define PyBUF_STRIDES 0x0018
#define PyBUF_C_CONTIGUOUS 0x0038
#define PyBUF_F_CONTIGUOUS 0x0058
#define PyBUF_ANY_CONTIGUOUS 0x0098
#define PyBUF_FULL_RO 0x011c

typedef enum : int {
    Py_bf_getbuffer = 1,
    Py_bf_releasebuffer = 2,
    Py_mp_ass_subscript = 3,
    Py_mp_length = 4,
    Py_mp_subscript = 5,
    Py_nb_absolute = 6,
    Py_nb_add = 7,
    Py_nb_and = 8,
    Py_nb_bool = 9,
    Py_nb_divmod = 10,
    Py_nb_float = 11,
    Py_nb_floor_divide = 12,
    Py_nb_index = 13,
    Py_nb_inplace_add = 14,
    Py_nb_inplace_and = 15,
    Py_nb_inplace_floor_divide = 16,
    Py_nb_inplace_lshift = 17,
    Py_nb_inplace_multiply = 18,
    Py_nb_inplace_or = 19,
    Py_nb_inplace_power = 20,
    Py_nb_inplace_remainder = 21,
    Py_nb_inplace_rshift = 22,
    Py_nb_inplace_subtract = 23,
    Py_nb_inplace_true_divide = 24,
    Py_nb_inplace_xor = 25,
    Py_nb_int = 26,
    Py_nb_invert = 27,
    Py_nb_lshift = 28,
    Py_nb_multiply = 29,
    Py_nb_negative = 30,
    Py_nb_or = 31,
    Py_nb_positive = 32,
    Py_nb_power = 33,
    Py_nb_remainder = 34,
    Py_nb_rshift = 35,
    Py_nb_subtract = 36,
    Py_nb_true_divide = 37,
    Py_nb_xor = 38,
    Py_sq_contains = 41,
    Py_sq_item = 44,
    Py_sq_length = 45,
    Py_tp_base = 48,
    Py_tp_call = 50,
    Py_tp_dealloc = 52,
    Py_tp_doc = 56,
    Py_tp_getattro = 58,
    Py_tp_hash = 59,
    Py_tp_iter = 62,
    Py_tp_iternext = 63,
    Py_tp_methods = 64,
    Py_tp_new = 65,
    Py_tp_repr = 66,
    Py_tp_richcompare = 67,
    Py_tp_setattro = 69,
    Py_tp_str = 70,
    Py_tp_members = 72,
    Py_tp_getset = 73,
    Py_nb_matrix_multiply = 75,
    Py_nb_inplace_matrix_multiply = 76
} PySlot;
enum { Py_LT = 0, Py_LE, Py_EQ, Py_NE, Py_GT, Py_GE };

extern PyObject _Py_NoneStruct, _Py_NotImplementedStruct, _Py_EllipsisObject;
extern PyTypeObject PyFloat_Type, PyLong_Type, PyBool_Type, PyComplex_Type, PySlice_Type, PyList_Type;
extern PyTypeObject PyRange_Type, PyTuple_Type, PyUnicode_Type, PyDict_Type, PyModule_Type, PyType_Type;
extern PyObject *PyExc_TypeError, *PyExc_ValueError, *PyExc_IndexError, *PyExc_RuntimeError;
extern PyObject *PyExc_BufferError, *PyExc_AttributeError, *PyExc_MemoryError, *PyExc_OverflowError;
extern PyObject *PyExc_ZeroDivisionError, *PyExc_NotImplementedError, *PyExc_RuntimeWarning;
extern PyObject *PyExc_ImportError, *PyExc_KeyError, *PyExc_StopIteration, *PyExc_OSError;

void Py_IncRef(PyObject *);
void Py_DecRef(PyObject *);
PyObject *_PyObject_New(PyTypeObject *);
void PyObject_Free(void *);
void PyObject_ClearWeakRefs(PyObject *);
PyObject *PyType_FromSpec(PyType_Spec *);
PyObject *PyType_FromSpecWithBases(PyType_Spec *, PyObject *);
unsigned long PyType_GetFlags(PyTypeObject *);
int PyType_IsSubtype(PyTypeObject *, PyTypeObject *);
PyObject *PyModule_Create2(PyModuleDef *, int);
int PyModule_AddObjectRef(PyObject *, const char *, PyObject *);
PyObject *PyImport_ImportModule(const char *);
PyObject *PyCMethod_New(PyMethodDef *, PyObject *, PyObject *, PyTypeObject *);

void PyErr_SetString(PyObject *, const char *);
void PyErr_SetObject(PyObject *, PyObject *);
PyObject *PyErr_Occurred(void);
void PyErr_Clear(void);
int PyErr_ExceptionMatches(PyObject *);
int PyErr_WarnEx(PyObject *, const char *, Py_ssize_t);
int PyErr_CheckSignals(void);
int Py_AddPendingCall(int (*)(void *), void *);
PyObject *PyErr_NoMemory(void);
void PyErr_Fetch(PyObject **, PyObject **, PyObject **);
void PyErr_NormalizeException(PyObject **, PyObject **, PyObject **);
int PyException_SetTraceback(PyObject *, PyObject *);
void PyErr_Restore(PyObject *, PyObject *, PyObject *);

double PyFloat_AsDouble(PyObject *);
PyObject *PyFloat_FromDouble(double);
long PyLong_AsLong(PyObject *);
Py_ssize_t PyLong_AsSsize_t(PyObject *);
long long PyLong_AsLongLongAndOverflow(PyObject *, int *);
unsigned long long PyLong_AsUnsignedLongLong(PyObject *);
PyObject *PyLong_FromSsize_t(Py_ssize_t);
PyObject *PyLong_FromLongLong(long long);
PyObject *PyLong_FromUnsignedLongLong(unsigned long long);
PyObject *PyLong_FromVoidPtr(void *);
PyObject *PyBool_FromLong(long);
PyObject *PyComplex_FromDoubles(double, double);
double PyComplex_RealAsDouble(PyObject *);
double PyComplex_ImagAsDouble(PyObject *);
Py_ssize_t PyNumber_AsSsize_t(PyObject *, PyObject *);
PyObject *PyNumber_Index(PyObject *);
PyObject *PyNumber_Float(PyObject *);
PyObject *PyNumber_Long(PyObject *);
PyObject *PyLong_FromDouble(double);
PyObject *PyNumber_Power(PyObject *, PyObject *, PyObject *);
int PyIndex_Check(PyObject *);

PyObject *PyTuple_New(Py_ssize_t);
int PyTuple_SetItem(PyObject *, Py_ssize_t, PyObject *);
PyObject *PyTuple_GetItem(PyObject *, Py_ssize_t);
Py_ssize_t PyTuple_Size(PyObject *);
PyObject *PyList_New(Py_ssize_t);
int PyList_SetItem(PyObject *, Py_ssize_t, PyObject *);
PyObject *PyList_GetItem(PyObject *, Py_ssize_t);
Py_ssize_t PyList_Size(PyObject *);
int PyList_Append(PyObject *, PyObject *);
PyObject *PyDict_New(void);
int PyDict_SetItem(PyObject *, PyObject *, PyObject *);
int PyDict_SetItemString(PyObject *, const char *, PyObject *);
PyObject *PyDict_GetItemString(PyObject *, const char *);
PyObject *PyDict_GetItemWithError(PyObject *, PyObject *);
int PyDict_Next(PyObject *, Py_ssize_t *, PyObject **, PyObject **);
Py_ssize_t PyDict_Size(PyObject *);
PyObject *PyUnicode_FromString(const char *);
PyObject *PyUnicode_InternFromString(const char *);
PyObject *PyUnicode_FromStringAndSize(const char *, Py_ssize_t);
const char *PyUnicode_AsUTF8AndSize(PyObject *, Py_ssize_t *);
PyObject *PyUnicode_FromFormat(const char *, ...);
int PyUnicode_Compare(PyObject *, PyObject *);
int PyUnicode_CompareWithASCIIString(PyObject *, const char *);
void PyErr_WriteUnraisable(PyObject *);
PyObject *PyBytes_FromStringAndSize(const char *, Py_ssize_t);
char *PyBytes_AsString(PyObject *);

PyObject *PySequence_Tuple(PyObject *);
PyObject *PySequence_List(PyObject *);
PyObject *PySequence_GetItem(PyObject *, Py_ssize_t);
Py_ssize_t PySequence_Size(PyObject *);
int PySequence_Check(PyObject *);
PyObject *PyObject_GetIter(PyObject *);
PyObject *PyIter_Next(PyObject *);
PyObject *PySlice_New(PyObject *, PyObject *, PyObject *);
int PySlice_Unpack(PyObject *, Py_ssize_t *, Py_ssize_t *, Py_ssize_t *);
Py_ssize_t PySlice_AdjustIndices(Py_ssize_t, Py_ssize_t *, Py_ssize_t *, Py_ssize_t);
PyObject *PyMemoryView_FromObject(PyObject *);
PyObject *PyMemoryView_FromMemory(char *, Py_ssize_t, int);
void *PyCapsule_GetPointer(PyObject *, const char *);
int PyObject_GetBuffer(PyObject *, Py_buffer *, int);
void PyBuffer_Release(Py_buffer *);

PyObject *PyObject_GetAttr(PyObject *, PyObject *);
PyObject *PyObject_GetAttrString(PyObject *, const char *);
int PyObject_SetAttr(PyObject *, PyObject *, PyObject *);
int PyObject_SetAttrString(PyObject *, const char *, PyObject *);
int PyObject_HasAttrString(PyObject *, const char *);
PyObject *PyObject_GenericGetAttr(PyObject *, PyObject *);
int PyObject_GenericSetAttr(PyObject *, PyObject *, PyObject *);
PyObject *PyObject_GetItem(PyObject *, PyObject *);
int PyObject_SetItem(PyObject *, PyObject *, PyObject *);
PyObject *PyObject_Repr(PyObject *);
PyObject *PyObject_Str(PyObject *);
PyObject *PyObject_Format(PyObject *, PyObject *);
PyObject *PyObject_RichCompare(PyObject *, PyObject *, int);
Py_ssize_t PyObject_Hash(PyObject *);
int PyObject_IsTrue(PyObject *);
int PyObject_IsInstance(PyObject *, PyObject *);
Py_ssize_t PyObject_Size(PyObject *);
int PyCallable_Check(PyObject *);
PyObject *PyObject_Call(PyObject *, PyObject *, PyObject *);
PyObject *PyObject_CallObject(PyObject *, PyObject *);
PyObject *PyObject_CallNoArgs(PyObject *);
PyObject *PyObject_Vectorcall(PyObject *, PyObject *const *, size_t, PyObject *);
PyObject *PyVectorcall_Call(PyObject *, PyObject *, PyObject *);

PyFrameObject *PyEval_GetFrame(void);
PyCodeObject *PyFrame_GetCode(PyFrameObject *);
int PyFrame_GetLineNumber(PyFrameObject *);
typedef enum { LG_GIL_LOCKED, LG_GIL_UNLOCKED } LGGILState;
LGGILState PyGILState_Ensure(void);
void PyGILState_Release(LGGILState);
PyObject *PyEval_SaveThread(void);
void PyEval_RestoreThread(PyObject *);

// MARK: our objects

/// An array or a scalar: one reference to a Swift object, and a slot for weak references.
typedef struct {
    PyObject ob_base;
    void *node;
    PyObject *weakrefs;
} LGArrayObject;
/// A scalar: an array object that may hold its value itself, and makes the Swift object only when it is asked for.
typedef struct {
    LGArrayObject array;
    uint64_t bits[2];
    /// Raw value of the element type; meaningful while `array.node` is null.
    Py_ssize_t type;
} LGScalarObject;
/// An array along whose first axis a loop walks; null when it has come to the end.
typedef struct {
    PyObject ob_base;
    PyObject *array;
    Py_ssize_t index;
} LGIteratorObject;
/// A function of the table, or a host function: a row number or a Python object.
typedef struct {
    PyObject ob_base;
    LGFastCall vectorcall;
    Py_ssize_t row;
    PyObject *target;
    PyObject *name;
} LGCallableObject;

#define LG_INLINE static inline __attribute__((always_inline))

/// What kinds of Python objects are told apart when operands, indices and arguments are read.
typedef enum __attribute__((enum_extensibility(closed))) : int {
    LGKindOther = 0,
    LGKindFloat,
    LGKindInt,
    LGKindBool,
    LGKindComplex,
    LGKindList,
    LGKindTuple,
    LGKindSlice,
    LGKindNone,
    LGKindEllipsis,
    LGKindString,
    LGKindDict
} LGKind;

LG_INLINE PyTypeObject *lg_type(PyObject *o) { return o->ob_type; }
LG_INLINE PyTypeObject *lg_range_type(void) { return &PyRange_Type; }
LG_INLINE PyObject *lg_range_object(void) { return (PyObject *)&PyRange_Type; }
LG_INLINE void lg_set_type(PyObject *o, PyTypeObject *type) { o->ob_type = type; }
LG_INLINE void lg_incref(PyObject *o) {
    // Immortal objects (3.12 and later) have a negative low half and keep it.
    if ((int32_t)o->ob_refcnt >= 0) o->ob_refcnt++;
}
LG_INLINE PyObject *lg_newref(PyObject *o) {
    lg_incref(o);
    return o;
}
LG_INLINE void lg_revive(PyObject *o) { o->ob_refcnt = 1; }
LG_INLINE Py_ssize_t lg_refcount(PyObject *o) { return (Py_ssize_t)(int32_t)o->ob_refcnt; }
// `np.name(value)`, as NumPy shows its scalars.
LG_INLINE PyObject *lg_scalar_text(const char *name, PyObject *value) {
    return PyUnicode_FromFormat("np.%s(%R)", name, value);
}
LG_INLINE PyObject *lg_none(void) { return lg_newref(&_Py_NoneStruct); }
LG_INLINE PyObject *lg_bool(int value) { return PyBool_FromLong(value); }
LG_INLINE int lg_is_none(PyObject *o) { return o == &_Py_NoneStruct; }
LG_INLINE PyObject *lg_not_implemented(void) { return lg_newref(&_Py_NotImplementedStruct); }
LG_INLINE PyObject *lg_ellipsis(void) { return lg_newref(&_Py_EllipsisObject); }
LG_INLINE LGKind lg_kind(PyObject *o) {
    PyTypeObject *t = o->ob_type;
    if (t == &PyFloat_Type) return LGKindFloat;
    if (t == &PyLong_Type) return LGKindInt;
    if (t == &PySlice_Type) return LGKindSlice;
    if (t == &PyTuple_Type) return LGKindTuple;
    if (t == &PyList_Type) return LGKindList;
    if (o == &_Py_NoneStruct) return LGKindNone;
    if (t == &PyBool_Type) return LGKindBool;
    if (t == &PyComplex_Type) return LGKindComplex;
    if (o == &_Py_EllipsisObject) return LGKindEllipsis;
    if (t == &PyUnicode_Type) return LGKindString;
    if (t == &PyDict_Type) return LGKindDict;
    return LGKindOther;
}
// A slice's three parts, as all Pythons since 3.4 lay them out; `lg_slice_layout_holds` asks this one.
typedef struct {
    PyObject base;
    PyObject *parts[3];
} LGSlice;
LG_INLINE PyObject *lg_slice_part(PyObject *slice, int part) { return ((LGSlice *)slice)->parts[part]; }
LG_INLINE int lg_slice_layout_holds(void) {
    PyObject *slice = PySlice_New(&_Py_NoneStruct, &_Py_EllipsisObject, &_Py_NotImplementedStruct);
    if (!slice) return 0;
    int holds = lg_slice_part(slice, 0) == &_Py_NoneStruct && lg_slice_part(slice, 1) == &_Py_EllipsisObject &&
                lg_slice_part(slice, 2) == &_Py_NotImplementedStruct;
    Py_DecRef(slice);
    return holds;
}
LG_INLINE int lg_is_instance_of(PyObject *o, PyObject *type) {
    return o->ob_type == (PyTypeObject *)type || PyType_IsSubtype(o->ob_type, (PyTypeObject *)type);
}
LG_INLINE int lg_is_float(PyObject *o) { return lg_is_instance_of(o, (PyObject *)&PyFloat_Type); }
LG_INLINE int lg_is_int(PyObject *o) { return lg_is_instance_of(o, (PyObject *)&PyLong_Type); }
LG_INLINE int lg_is_complex(PyObject *o) { return lg_is_instance_of(o, (PyObject *)&PyComplex_Type); }
LG_INLINE int lg_is_type(PyObject *o) { return lg_is_instance_of(o, (PyObject *)&PyType_Type); }
LG_INLINE int lg_is_metaclass(PyObject *o) {
    return lg_is_type(o) && PyType_IsSubtype((PyTypeObject *)o, &PyType_Type);
}
LG_INLINE int lg_is_module(PyObject *o) { return lg_is_instance_of(o, (PyObject *)&PyModule_Type); }
LG_INLINE PyTypeObject *lg_tuple_type(void) { return &PyTuple_Type; }
LG_INLINE PyObject *lg_float_type(void) { return (PyObject *)&PyFloat_Type; }
LG_INLINE PyObject *lg_int_type(void) { return (PyObject *)&PyLong_Type; }
LG_INLINE PyObject *lg_bool_type(void) { return (PyObject *)&PyBool_Type; }
LG_INLINE PyObject *lg_complex_type(void) { return (PyObject *)&PyComplex_Type; }
LG_INLINE PyObject *lg_exc_type(void) { return PyExc_TypeError; }
LG_INLINE PyObject *lg_exc_value(void) { return PyExc_ValueError; }
LG_INLINE PyObject *lg_exc_index(void) { return PyExc_IndexError; }
LG_INLINE PyObject *lg_exc_runtime(void) { return PyExc_RuntimeError; }
LG_INLINE PyObject *lg_exc_buffer(void) { return PyExc_BufferError; }
LG_INLINE PyObject *lg_exc_attribute(void) { return PyExc_AttributeError; }
LG_INLINE PyObject *lg_exc_memory(void) { return PyExc_MemoryError; }
LG_INLINE PyObject *lg_exc_overflow(void) { return PyExc_OverflowError; }
LG_INLINE PyObject *lg_exc_zero_division(void) { return PyExc_ZeroDivisionError; }
LG_INLINE PyObject *lg_exc_not_implemented(void) { return PyExc_NotImplementedError; }
LG_INLINE PyObject *lg_exc_key(void) { return PyExc_KeyError; }
LG_INLINE PyObject *lg_exc_os(void) { return PyExc_OSError; }
LG_INLINE PyObject *lg_warning_runtime(void) { return PyExc_RuntimeWarning; }

// MARK: trampolines

/// Called by the n-th method (or function) of the table. `row` is n.
typedef PyObject *(*LGRowEntry)(
    Py_ssize_t row, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
/// Set once by the bridge.
extern LGRowEntry lg_function_entry, lg_method_entry;
#define LG_TRAMPOLINE_COUNT 1024
/// The C functions, one per row number, that methods and functions of the table point to.
void *lg_function_trampoline(Py_ssize_t row);
void *lg_method_trampoline(Py_ssize_t row);
