# Calls that NumPy refuses, and objects that stay the same; found by NumPy's own tests.
a = np.arange(12).reshape(3, 4)
show(a[1:].base is a.base, a[...].base is a.base)
b = np.arange(5)
show(b[1:].base is b, b[1:][1:].base is b, b[()].base is b, b.base is None)
c = b[::2]
base = c.base
show(base is c.base, base is b)

# In place, a product keeps the array's shape
for left, right in (((2, 2), (2,)), ((2,), (2, 2)), ((2, 2), (2, 2)), ((3, 2, 2), (2, 2)), ((2, 2), (3, 2, 2))):
    x = np.ones(left)

    def multiply():
        global x
        x @= np.full(right, 2.0)
        return x.tolist()

    try:
        print(left, right, multiply())
    except ValueError:
        print(left, right, "ValueError")

x = np.arange(6)
x.resize((2, 3))
show(x)
x = np.arange(6)
x.resize(2, 2, refcheck=False)
show(x)
x.resize((3, 3), refcheck=False)
show(x)
x.resize(0, refcheck=False)
show(x)
x = np.arange(4)
x.resize(4)
show(x)
raises(lambda: np.arange(6)[::2].resize(2), "single-segment")
raises(lambda: np.arange(6)[2:].resize(2), "does not own its data")
raises(lambda: np.arange(3).resize(-1), "negative dimensions not allowed")

raises(lambda: np.reshape(a, (True, -1)), "an integer is required")
raises(lambda: np.zeros((True, 2)), "an integer is required")
raises(lambda: np.ones(10).reshape(2**32, 2**32, 10), "cannot reshape")
raises(lambda: np.pad(a, 3.4), "must be of integral type")
raises(lambda: np.pad(a, ((1.5, 2), (1, 1)), mode="edge"), "must be of integral type")
raises(lambda: np.pad([1, 2], 1, "edge", reflect_type="even"), "unsupported keyword")
raises(lambda: np.pad([1, 2], 1, None), "is not supported")
show(np.pad(a, 1, "reflect", reflect_type="odd"), np.pad([1, 2], (np.int64(1), np.int8(2)), "edge"))
raises(lambda: np.correlate([1, 2], [1, 2], mode=None))
raises(lambda: np.convolve([1, 2], [1, 2], mode=None))
raises(lambda: np.digitize([1, 2 + 1j], [0, 1]), "complex")
show(np.interp(-1, [0.0, 1], [1j, 2j], left=2 + 3j), np.interp(2, [0.0, 1], [1, 2], right=np.float32(5)))
raises(lambda: np.sort([2, 1], kind="quicksort", stable=True))
raises(lambda: np.partition([3, 1, 2], 1, kind="none"))
for kind in ("partition", "argpartition"):
    show(getattr(np, kind)(np.zeros((3, 0)), 0), getattr(np, kind)(np.zeros((0, 3), int), 1, axis=0).shape)
raises(lambda: np.partition([3, 1], 2), "out of bounds")

# Flags compare by value
show(a.flags == a.flags, a.flags == a.T.flags, a.flags != a[:, ::2].flags, a.flags == 3)

# Bins so narrow that their number per unit is infinite
show(np.histogram(np.array([-0.9e-308]), bins=2, range=(-1e-308, -2e-313))[0])

# A program's own table by ufunc
names = {np.add: "add", np.sin: "sine"}
show(names[np.add], np.add in names, np.cos in names, np.sin == np.sin, np.sin != np.cos)
