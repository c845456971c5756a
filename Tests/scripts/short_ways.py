# Small calls that need a conversion, an output, an axis or an iterator: each pair of types.
import copy

types = ["?", "i1", "i2", "i4", "i8", "u1", "u4", "u8", "f4", "f8", "c16"]


def made(t, *shape):
    count = 1
    for extent in shape:
        count *= extent
    return ((np.arange(count) * 5 + 3) % 7 - (2 if t[0] in "ifc" else 0)).astype(t).reshape(shape)


for a in types:
    for b in types:
        x, y = made(a, 7), made(b, 7)[::-1].copy()
        show(x + y, x * y, np.maximum(x, y), x < y, np.where(y > 2, x, y))
        if a != "u8" and b != "u8":
            show(x == y, x / (y + y.dtype.type(1)))
        for operation in (np.add, np.multiply, np.equal):
            out = made(b, 9)
            try:
                operation(x, x, out=out[1:8])
            except Exception as error:
                print(type(error).__name__)
            show(out)
        z = x.copy()
        try:
            z += y
            z *= y
        except Exception as error:
            print(type(error).__name__)
        show(z)
for a in types:
    x = made(a, 6)
    for number in (2, 2.5, -1, 0, 300, True, 1j, 2**40, 0.1):
        for call in (
            lambda: x + number,
            lambda: number - x,
            lambda: x / number,
            lambda: x < number,
            lambda: number >= x,
            lambda: x // number,
            lambda: np.where(x > 1, x, number),
            lambda: np.where(x > 1, number, x),
            lambda: np.add(x, number, out=np.zeros(6)),
            lambda: np.multiply(x, number, np.zeros(6, dtype=x.dtype)),
        ):
            try:
                show(call())
            except Exception as error:
                print(type(error).__mro__[-4:-1] and type(error).__name__.lstrip("_"))

# Outputs that are what is read, or lie over it.
v = np.arange(12.0)
show(np.add(v[:6], v[1:7], out=v[2:8]) is not None, v)
w = np.arange(12.0)
show(np.multiply(w, w, out=w) is w, np.negative(w, out=w[::-1]), w, np.sqrt(v, v), v)
raises(lambda: np.add(v, v, out=np.zeros(5)))
raises(lambda: np.add(v, v, out=np.zeros(12, dtype=np.int64)))

# Axes: neighbours and others, named twice, from the end, kept or not.
for a in ("?", "i4", "i8", "f4", "f8", "c16"):
    for shape in ((5,), (3, 4), (2, 3, 4), (2, 1, 3), (2, 3, 2, 2, 2), (0, 3), (3, 0), (1, 1)):
        x = made(a, *shape)
        for axis in range(-len(shape), len(shape)):
            for kept in (False, True):
                show(x.sum(axis=axis, keepdims=kept), x.any(axis=axis), np.count_nonzero(x, axis=axis))
                if x.size:
                    show(x.max(axis=axis, keepdims=kept), np.min(x, axis))
        if len(shape) > 2:
            show(x.sum(axis=(0, 1)), x.max(axis=(1, 2)), x.sum(axis=(0, 2), keepdims=True), x.sum(axis=(-1, 0)))
        show(np.count_nonzero(x), x.T + x.T)
raises(lambda: v.sum(axis=1), "axis 1")
raises(lambda: np.zeros((2, 2)).sum(axis=(0, 0)), "duplicate")
raises(lambda: np.zeros((0, 2)).max(axis=0))

# More axes than three, with and without broadcasting.
m = made("f8", 2, 3, 3, 2, 1)
k = made("f8", 1, 3, 1, 2, 4)
show(m * k, m - k, (m + k).transpose(4, 2, 0, 1, 3) * made("f8", 4, 3, 2, 3, 2), m[:, ::2] + k[:, :2], m[..., 0] + 1)
show(np.outer(v, w[:5]), np.outer(made("i8", 3), v[:2]), np.dot(v[::2], v[1::2]), np.dot(v[::-1], w))

# Iterators.
x, y, z = np.array([1.0, 2.0, 4.0])
show(float(x + y + z), list(np.arange(4)), [row.tolist() for row in made("f8", 2, 3)], tuple(made("?", 3)))
it = iter(np.arange(5))
next(it)
show(it.__length_hint__(), list(copy.copy(it)), list(it), next(it, "end"), next(it, "end"), list(copy.copy(it)))
s = np.zeros(3)
seen = []
for e in s:
    s[2] = 7
    seen.append(float(e))
rows = np.zeros((2, 2))
for row in rows:
    row += 1
show(seen, rows, [len(row) for row in np.zeros((3, 0))], list(np.zeros((0, 3))), 3 in np.arange(5))
raises(lambda: iter(np.array(1.0)), "0-d")
raises(lambda: [a for a, b in np.zeros((2, 3))])


def two():
    p, q = np.arange(3)


raises(two)
big = np.arange(60000.0).reshape(3, 20000) * 2
show([float(row[-1]) for row in big], float(sum(big[:, 5])))

# Scalars of arrays as indices.
t = np.arange(24.0).reshape(4, 6)
for at in np.array([0, 3, -1, -4, 2]):
    show(t[at], t[:, at], t[at, at], t[1:, at])
    t[at, 1] = at
raises(lambda: t[np.arange(9)[7]], "out of bounds")
raises(lambda: t[0, np.arange(9)[6]], "out of bounds")
raises(lambda: t[np.arange(2.0)[1]])
show(t)

# Names of types.
for name in ("i8", "float32", ">f4", "<i2", "i8", "float32", "bool", "c8"):
    show(made("f8", 3).astype(name) + made("f8", 3).astype(name))
