"""The Python face of arrays behaves like NumPy's.

Most tests evaluate one expression twice, with `np` bound to NumPy and to the array library, and compare what comes out:
type of value, element type, shape, elements, text, or the kind and words of the exception.
"""

import math
import re
import warnings

import cunumeric
import numpy
import pytest


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def outcome(expression, np, **names):
    """What an expression gives, in plain Python; or its exception."""
    space = {"np": np, "math": math, **names}
    for name, text in ARRAYS.items():
        space[name] = eval(text, space)
    try:
        *statements, last = expression.split("; ")
        for statement in statements:
            exec(statement, space)
        value = eval(last, space)
    except Exception as error:
        kind = next(k for k in type(error).__mro__ if k.__module__ in ("builtins", "numpy.exceptions"))
        return kind.__name__, str(error).replace("cunumeric.ndarray", "numpy.ndarray")
    return plain(value)


def plain(value):
    if hasattr(value, "dtype") and hasattr(value, "tolist"):
        kind = "array" if isinstance(value, (numpy.ndarray, cunumeric.ndarray)) else "scalar"
        return kind, str(value.dtype), value.shape, repr(value.tolist())
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [plain(item) for item in value]
    return type(value).__name__, repr(value)


ARRAYS = {
    "f": "np.array([1.5, -2.0, 3.0])",
    "i": "np.array([[1, 2, 3], [4, 5, 6]])",
    "c": "np.array([1+2j, 3-1j])",
    "b": "np.array([True, False, True])",
    "u": "np.array([1, 2, 250], dtype=np.uint8)",
    "g": "np.array([0.5, 1.5], dtype=np.float32)",
    "z": "np.array(2.5)",
    "k": "np.array(3)",
    "e": "np.zeros((0, 3))",
}

OPERATORS = """
f + f|f + 1|1 + f|f - 2.5|2.5 - f|f * i|i * 2|2 * i|i / 2|2 / i|i // 2|i % 2|7 // i|7 % i|f ** 2|i ** 2|2 ** i
f ** 0.5|f ** -1|i ** -1|f ** 1|g * 2|g * 2.5|g + 1j|u + 1|u + 300|u - u|i & 3|i | 8|i ^ 1|i << 1|i >> 1|~i|~b|-f|+f
abs(f)|abs(c)|-b|f @ f|i @ i.T|i @ f|f @ 2|f == f|f != 1|f < 2|f <= f|1 > f|f >= i|c == c|c < c|b & b|b | True
f + [1, 2, 3]|[1, 2, 3] + f|f + (1, 2, 3)|f + i|f + np.ones(2)|f + np.float64(2)|np.float64(2) + f|np.float32(2) * f
g * np.float64(2)|np.int8(3) * i|np.int64(2) ** i|z + z|z * 2|k + k|k / 2|divmod(i, 2)|divmod(7, i)|divmod(f, 2)
f + None|f + "a"|f == "a"|f == None|f != None|f < "a"|"a" + f|f + {}|z + 2**70|i + 2**70|i + 2**63|u + -1
f[0] + 1|1 + f[0]|f[0] * f|f[0] ** 2|f[0] // 1|-f[0]|f[0] == 1.5|f[0] < f[1]|i[0, 0] / 2|u[2] + u[2]|b[0] + b[1]
b[0] & b[1]|not b[1]|f[0] @ f[0]|round(f[0])|round(f[0], 1)|math.floor(f[0])|math.ceil(f[0])|math.sqrt(i[1, 0])
"""

IN_PLACE = """
f += 1; f|f -= f; f|f *= i[0]; f|f /= 2; f|f //= 2; f|f %= 2; f **= 2; f|f **= 3; f|i += 1; i|i += 1.5; i|i /= 2; i
i //= 2; i|i &= 1; i|i |= 8; i|i ^= 3; i|i <<= 1; i|i >>= 1; i|u += 1; u|u += 300; u|u *= u; u|b |= True; b|b += 1; b
g *= 2.5; g|g += 1j; g|f += np.ones(2); f|f += np.ones((2, 3)); f|f += [1, 2, 3]; f|f += f[::-1]; f|f[1:] += f[:-1]; f
y = f; y += 1; f|f[0] += 1; f|i[0] *= 2; i|i[:, 1] -= 5; i|z += 1; z|s = f[0]; s += 1; f|s = f.sum(); s += 1; s
m = np.ones((2, 2)); m @= m; m|f += "a"|f += None|i **= 2; i|i **= -1; i
"""

SUBSCRIPTS = """
f[0]|f[-1]|f[3]|f[-4]|f[0:2]|f[::-1]|f[::2]|f[5:]|f[1:1]|f[:]|f[...]|f[None]|f[:, None]|f[0, 0]|i[0]|i[1, 2]|i[1][2]
i[:, 1]|i[..., 0]|i[0, ...]|i[None, :, 0]|i[1, None, ::-1]|i[2]|i[0, 3]|i[0, 0, 0]|i[..., ...]|i[()]|z[()]|z[...]|z[0]
k[None]|f[[0, 2]]|f[[]]|f[b]|i[b[:2]]|i[:, b]|i[[0, 1], [1, 2]]|i[i > 2]|f[True]|f[False]|f[np.array(1)]|f[np.int64(1)]|f[np.float64(1)]|i[np.uint8(1)]|f[np.bool_(True)]|i[np.int8(1), 0]
f[k - 1]|f[i[0, 0]]|f["a"]|f[1.0]|f[np.array([0.5])]|f[b, 0]|f[[0, 5]]|f[{}]|i[(0, 1)]|i[[0, 1]]|i[0:1, [0, 2]]|e[0]
f[0][()]|f[0][...]|f[0][None]|f[0][0]|f[0]["a"]|f[-1:0:-2]|f[slice(None, None, 2)]|i[1:, ::2]|f[i]|e[:, 0]|f[:, 0]
"""

ASSIGNMENTS = """
f[0] = 5; f|f[-1] = 1; f|f[3] = 1; f|f[:] = 7; f|f[...] = i[0]; f|f[::2] = [8, 9]; f|i[0] = 1.9; i|i[:, 0] = 9; i
i[1, 2] = f[0]; i|f[b] = 0; f|f[[0, 1]] = [5, 6]; f|i[i > 2] = 0; i|f[0:2] = [1, 2, 3]; f|f[0] = [1]; f|f[0] = "2.5"; f
f[0] = "x"; f|f[0] = 1j; f|i[0, 0] = 1j; i|f["a"] = 1|z[()] = 1; z|z[...] = 4; z|f[0][()] = 1|del f[0]|u[0] = 300; u
u[0] = -1; u|f[:] = f[::-1]; f|f[1:] = f[:-1]; f|i[:] = i[::-1]; i|f[None] = 1; f|f[0, 0] = 1|b[0] = 0; b|c[0] = 3; c
"""

CONVERSIONS = """
bool(f)|bool(z)|bool(e)|bool(f[:1])|float(z)|float(f[0])|float(f[:1])|int(k)|int(z)|int(f[:1])|complex(c[0])|complex(z)
complex(f)|float(c[0])|float(np.array(1j))|hash(f)|hash(f[0])|len(f)|len(i)|len(z)|len(f[0])|list(f)|list(i)|iter(z)
iter(f[0])|3.0 in f|7 in f|3 in k|"abc"[k]|"abc"[i[0, 0]]|"abc"[f]|"abc"[f[:1]]|[0] * k|range(k)|sum(f)|max(f)|sorted(f)
f"{f[0]:.3f}"|f"{z:.1f}"|f"{k:4d}"|f"{f}"|f"{f:.2f}"|str(f)|repr(f)|str(f[0])|repr(f[0])|repr(z)|str(z)|repr(i)|repr(u)
repr(e)|repr(b)|repr(c)|repr(g[0])|str(b[0])|repr(k + 0)|repr(np.ones((50, 50)))|repr(u[0])|"%.2f" % f[0]|"%d" % k
f.tolist()|i.tolist()|z.tolist()|f.item()|f[:1].item()|f.item(1)|i.item(4)|i.item(1, 2)|i.item((0, 1))|i.item(9)|z.item()
f.tobytes()|i.T.tobytes()|f.astype(int)|f.astype("f4")|f.astype(bool)|i.astype(complex)|f.astype(float, copy=False) is f
f.astype(int, casting="safe")|u.astype(np.int8)|f.astype("U5").tolist()|isinstance(f[0], float)|isinstance(i[0, 0], np.integer)
isinstance(f.sum(), np.floating)|isinstance(b[0], np.bool_)|np.isscalar(f[0])|isinstance(f, np.ndarray)
isinstance(f[0], np.ndarray)|f[0].is_integer()|f[0].hex()|i[0, 0].bit_length()|f[0].as_integer_ratio()
"""

ATTRIBUTES = """
f.shape|i.shape|f.dtype|i.ndim|i.size|f.itemsize|i.nbytes|i.strides|i.T.strides|i.T|f.T|i.mT|f.mT|c.real|c.imag|f.real is f
f.imag|c[0].real|c[0].imag|f[0].shape|f[0].dtype|f[0].ndim|f[0].T|i.shape = 6; i|i.shape = (3, -1); i|i.shape = 5; i
i.T.shape = 6|c.real = 7; c|c.imag[0] = 9; c|f.imag = 1|f.flags.c_contiguous|i.T.flags.c_contiguous|i.T.flags["F"]
f[::2].flags.contiguous|f.flags.owndata|f[1:].flags.owndata|f.flags.writeable|f.flags|f.base|f[1:].base|f.device
i.flat[3]|list(i.flat)|i.flat[0] = 9; i|i.flat = 0; i|f.data.tolist()|f.nope|f[0].nope|f.__array_priority__|u.view(np.int8)
f.flags.writeable = False; f[0] = 1|f.flags.writeable = False; f += 1|f.setflags(write=False); f[0] = 1|f[0].flags.writeable
f.ctypes.shape[0]|f.nbytes + i.nbytes|f.dtype = "i8"; f.dtype|np.dtype(f.dtype) is f.dtype
"""

CREATION = """
np.array([1, 2])|np.array([1, 2.5])|np.array([True, 2])|np.array([1, 1j])|np.array([[1, 2], [3, 4]])|np.array(((1.0,), (2,)))
np.array([[1, 2], [3]])|np.array([])|np.array([[], []])|np.array(3)|np.array(2.5)|np.array(True)|np.array([2**63])|np.array([2**64])
np.array([f, f])|np.array([f[0], f[1]])|np.array([f[0], 1, 2.5])|np.array([i[0, 0], f[0]])|np.array([f.sum(), i.sum()])
np.array((f[0], f[1]), dtype=np.float32)|np.array([f, i[0]])|np.array([[f[0], 1], [2, 3]])|np.array(f)|np.array(f) is f
np.array(f, copy=False) is f|np.array([1, 2], copy=False)|np.array([1], ndmin=3)|np.array([300], dtype=np.uint8)
np.array([1.7], dtype=int)|np.array(["a", "b"]).tolist()|np.array([None]).tolist()|np.asarray(f) is f|np.asarray(f, dtype=int)
np.asarray(f, dtype=float) is f|np.asarray([1, 2], dtype="f4")|np.ascontiguousarray(i.T)|np.ascontiguousarray(3)
np.zeros(3)|np.zeros((2, 2), int)|np.zeros(3, dtype=bool)|np.ones(2, "c8")|np.full(2, 7)|np.full((2, 2), 1.5)|np.full(2, [1, 2])
np.full(2, True)|np.zeros(-1)|np.zeros("a")|np.zeros(2.5)|np.empty((2, 0))|np.zeros_like(i)|np.ones_like(f, dtype=int)
np.full_like(i, 2.7)|np.zeros_like(f, shape=(2,))|np.empty_like(i).shape|np.zeros(np.int64(2))|np.zeros(k)|np.zeros((k, 1))
np.zeros(2, dtype="S3").tolist()|np.zeros(2, dtype=object).tolist()|np.array(range(3))|np.array({1: 2}).shape|np.ndarray((2, 3)).shape
np.array([b"a"]).tolist()|np.array(np.float32(1))|np.array([np.float32(1), np.float32(2)])|np.array(memoryview(b"ab"))
np.zeros(3, order="F")|np.zeros((2, 2), order="F").flags.f_contiguous|np.array([1], dtype=">i4").tolist()|np.array(i.T, order="C")
"""

UFUNCS = """
np.add(1, 2)|np.add(f, f)|np.add(f, 1)|np.add(f, f, f)|np.add(f, f, out=f)|np.add(f, f, out=(f,))|np.add(f, 1, where=b)[b]
np.add(f, 1, where=b, out=f)|np.add(f, f, dtype=np.float32)|np.add(f, f, dtype=int)|np.add(f, f, dtype=int, casting="unsafe")
np.add(1)|np.add(1, 2, 3, 4)|np.add(f, foo=1)|np.add(f, np.ones(2))|np.add(f, 1, out=i)|np.sqrt(f[::2])|np.sqrt(4)|np.sqrt([1, 4])
np.exp(f[0])|np.sin(i)|np.maximum(f, 0)|np.isnan(f)|np.divmod(i, 2)|np.modf(f)|np.frexp(f)|np.modf(f, out=(f, None))
np.add.reduce(i)|np.add.reduce(i, axis=1)|np.add.reduce(i, axis=None)|np.add.reduce(i, keepdims=True)|np.multiply.reduce(f)
np.add.accumulate(f)|np.add.accumulate(i, axis=1)|np.multiply.outer(f, i[0])|np.add.at(f, [0, 0], 1); f|np.add.reduceat(f, [0, 1])
np.maximum.reduce([])|np.add.reduce([])|np.add.reduce(f, axis=3)|np.logical_and(b, f)|np.add.nin|np.add.nout|np.add.nargs
np.add.identity|np.add.types[:2]|np.add.__name__|repr(np.add)|np.add.signature|isinstance(np.add, np.ufunc)|np.abs(f)|np.negative(b)
np.sqrt("a")|np.add(f, None)|np.add("a", "b")|np.power(i, -1)|np.bitwise_and(f, 1)|np.sqrt(f[0:1], f[0:1]); f
"""

REDUCTIONS = """
f.sum()|i.sum()|i.sum(0)|i.sum(axis=1)|i.sum((0, 1))|i.sum(keepdims=True)|i.sum(dtype=float)|i.sum(2)|f.prod()|f.max()|i.min(1)
f.any()|b.all()|i.all(axis=0)|e.sum()|e.max()|e.max(axis=1)|e.sum(axis=0)|np.sum([1, 2])|np.sum(f, initial=10)|f.sum(where=b)
np.max(f, initial=9)|f.sum(out=np.zeros(()))|i.sum(0, out=np.zeros(3))|i.sum(0, None, np.zeros(3, int))|f.sum(foo=1)|np.sum()
np.sum(f, 0, None, None, True)|u.sum()|u.sum().dtype|b.sum()|g.sum().dtype|f.max(0, None, True)|np.any([0, 1])|np.all(i > 0)
type(f.sum()).__name__ == "ndarray"|f.sum() + 1|f.mean()|f.std()|i.cumsum()|i.argmax()|f.sort(); f|np.sort(f)|i.ravel()
"""

CASES = [
    (family, case.strip())
    for family, text in {
        "operators": OPERATORS, "in place": IN_PLACE, "subscripts": SUBSCRIPTS, "assignments": ASSIGNMENTS,
        "conversions": CONVERSIONS, "attributes": ATTRIBUTES, "creation": CREATION, "ufuncs": UFUNCS,
        "reductions": REDUCTIONS,
    }.items()
    for line in text.strip().splitlines()
    for case in re.split(r"(?<! )\|(?! )", line)
    if case.strip()
]  # fmt: skip


@pytest.mark.parametrize("family, case", CASES)
def test_like_numpy(family, case):
    """Values are equal; exceptions have one kind."""
    wanted = outcome(case, numpy)
    got = outcome(case, cunumeric)
    if isinstance(wanted[1], str) and wanted[0].endswith("Error"):
        assert got[0] == wanted[0], (got, wanted)
    else:
        assert got == wanted
