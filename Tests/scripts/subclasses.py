# Classes derived from ndarray: masked arrays, matrices, the program's own. What they mean must not get lost.
import collections

a = np.arange(3)
m = np.ma.array([1, 2, 3], mask=[0, 1, 0])
for value in (a + m, m + a, np.add(a, m), a * m, np.sqrt(m), a == m, m[a], np.concatenate([m, m])):
    show(value)
show(np.sum(m), np.mean(m), np.max(m), m.sum(), np.where(m > 1, m, 0))
show(np.ma.isMaskedArray(np.sqrt(m)), np.ma.isMaskedArray(a + m), np.ma.isMaskedArray(np.zeros_like(m)))
show(np.asarray(m), np.array(m), np.ma.isMaskedArray(np.array(m)), np.ma.isMaskedArray(np.asanyarray(m)))
b = np.arange(3)
b[...] = m
show(b)

x = np.matrix([[1, 2], [3, 4]])
for value in (x * x, np.arange(2) * x, np.dot(x, np.arange(2)), np.sin(x) * 0, x.T, np.asarray(x) * np.asarray(x)):
    show(type(value).__name__ == "matrix", value)
show(np.arange(4)[np.matrix([[1, 2]])])


class Named(np.ndarray):
    def __new__(cls, values, name="none"):
        made = np.asarray(values).view(cls)
        made.name = name
        return made

    def __array_finalize__(self, source):
        self.name = getattr(source, "name", "none")


class Plain(np.ndarray):
    def __new__(cls, shape):
        made = super().__new__(cls, shape, dtype=int)
        made[...] = 7
        return made


class Direct(np.ndarray):
    def __new__(cls, shape):
        made = np.ndarray.__new__(cls, shape, dtype=int)
        made[...] = 5
        return made


n = Named([1, 2, 3], "widths")
for value in (n + 1, 1 + n, np.arange(3) + n, n + np.arange(3), np.sin(n) * 0, n[1:], n[np.array([0, 2])], np.reshape(n, (3, 1))):
    print(type(value).__name__, value.name)
    show(value)
for value in (Plain((2, 2)), Direct((3,)), np.arange(4).view(Plain)):
    show(isinstance(value, np.ndarray), type(value).__name__, value)
show(issubclass(Named, np.ndarray), isinstance(n, np.ndarray), isinstance(a, Named), issubclass(int, np.ndarray))
v = np.arange(4)
v.view(Named)[0] = 9
show(v)

# isinstance with arrays of types that stay NumPy's
show(isinstance(np.array(["a"]), np.ndarray), isinstance(np.array([None]), np.ndarray), isinstance([1], np.ndarray))
show(isinstance(np.sin, np.ufunc), isinstance(len, np.ufunc), np.ndarray((2, 3)).shape, np.ndarray((2,), np.int8).dtype.name)
show(str(np.ndarray[int, float]).split("[")[1])

# Lists that contain themselves
loop = []
loop.append(loop)
raises(lambda: np.array(loop), "maximum number of dimension")

# Named tuples are indices like plain ones
Point = collections.namedtuple("Point", "row column")
g = np.arange(9).reshape(3, 3)
show(g[Point(1, 2)], g[Point([0, 1], [1, 2])])
g[Point(1, 2)] = 50
show(g)


class Table:
    """An object that gives an array of the program's own kind."""

    def __array__(self, dtype=None, copy=None):
        return np.arange(4)


show(np.sum(Table()), np.asarray(Table()), np.arange(4) + np.asarray(Table()))
