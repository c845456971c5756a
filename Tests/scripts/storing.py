# Storing numbers: which are refused and which wrap; outputs choose the type; casting='no'; huge extents.
values = {
    "int64": np.int64(300), "negative": np.int64(-1), "float": np.float64(300.7), "nan": np.float64("nan"),
    "python": 300, "real": 300.7, "not a number": float("nan"), "infinite": float("inf"), "complex": 3 + 1j,
    "0-d": np.array(300), "0-d real": np.array(300.5), "1-d": np.array([300]), "list": [300], "fits": np.int64(3),
    "list of scalars": [np.int64(300)], "total": np.arange(25).sum(), "element": np.array([300, 1])[0], "true": True,
}
ways = {
    "element": lambda a, v: a.__setitem__(1, v),
    "slice": lambda a, v: a.__setitem__(slice(1, 2), v),
    "all": lambda a, v: a.__setitem__(..., v),
    "list": lambda a, v: a.__setitem__([0, 1], v),
    "mask": lambda a, v: a.__setitem__(np.array([True, False, True]), v),
    "fill": lambda a, v: a.fill(v),
    "put": lambda a, v: np.put(a, [0], v),
    "putmask": lambda a, v: np.putmask(a, [True, False, True], v),
    "place": lambda a, v: np.place(a, [True, False, True], [v]),
    "copyto": lambda a, v: np.copyto(a, v, casting="unsafe"),
    "array": lambda a, v: np.array(v, dtype=a.dtype),
    "insert": lambda a, v: np.insert(a, 0, v),
    "full": lambda a, v: np.full(3, v, dtype=a.dtype),
    "sum": lambda a, v: a.sum(initial=v),
    "max": lambda a, v: a.max(initial=v),
}
for kind in ("int8", "uint8", "float16", "bool"):
    for value_name, value in values.items():
        for way_name, way in ways.items():
            a = np.array([1, 2, 3], dtype=kind)
            try:
                result = way(a, value)
            except Exception as error:
                print(kind, value_name, way_name, type(error).__name__)
            else:
                print(kind, value_name, way_name, end=" ")
                show(a if result is None else result)

# Scalars stay scalars, and power knows them.
zero = np.array(True)
show(zero.all(keepdims=True) ** 2, zero**2, np.array([True]) ** 2, np.bool_(True) ** 2)
show(np.all(np.array([1, 0])).astype(bool) ** 2, np.isin(np.array(5), [5]) ** 2)
show(np.argmax(np.array(2.0), keepdims=True), np.nansum(np.array(2.0), keepdims=True))

# Shapes beyond 64 bits.
for call in (
    lambda: np.zeros(1 << 63), lambda: np.zeros((2, 1 << 64)), lambda: np.empty(-(1 << 64)),
    lambda: np.zeros(2).reshape(1 << 63), lambda: np.broadcast_to(1, 1 << 63), lambda: np.full(1 << 63, 1),
):
    raises(call, "Maximum allowed dimension exceeded")
for call in (
    lambda: np.zeros(2)[1 << 63], lambda: np.arange(3).take(1 << 63), lambda: np.tile([1], 1 << 63),
    lambda: np.zeros(2).sum(axis=1 << 63),
):
    raises(call)

# casting= with Python's numbers and with other arrays.
for casting in ("no", "equiv", "safe", "same_kind", "unsafe"):
    for kind in ("bool", "int8", "int64", "float32"):
        a = np.array([1, 2, 3], dtype=kind)
        for other in (1, 2.5, 1j, True, np.int64(1), np.array(1), a):
            for function in (np.add, np.less, np.arctan2):
                try:
                    show(function(a, other, casting=casting), digits=5)
                except Exception as error:
                    print(casting, kind, type(error).__mro__[-4:-3], isinstance(error, TypeError))

# The type of an output is the type of the loop.
for function in (np.sum, np.prod, np.max, np.min, np.cumsum, np.add.reduce, np.maximum.reduce):
    for source in (np.array([[200, 2, 3], [120, 2, 0]], dtype="uint8"), np.array([[1e10, 1.5], [-3, 2.5]])):
        for kind in ("bool", "int8", "uint64", "float32", "complex64"):
            shape = source.shape if function is np.cumsum else source.shape[:1]
            out = np.zeros(shape, dtype=kind)
            if source.dtype == np.float64 and kind in ("int8", "uint64"):
                continue
            function(source, axis=1, out=out)
            show(out)

# Products and means that leave the range on the way.
show(np.prod(np.arange(100_000.0)), np.prod(np.arange(1.0, 100_001)), np.prod(np.full(50_000, 0.5)))
show(np.prod(np.arange(100_000.0)[::-1]), np.prod(np.arange(40_000, dtype="f4").reshape(20_000, 2), axis=0))
factors = np.arange(64465.0) + 1
factors[5] = 0
show(factors[5], np.prod(factors), np.prod(factors.reshape(5, -1), axis=1))
halves = np.full(100_000, 300, dtype="float16")
show(halves.mean(), halves.var(), halves.std(), np.full(5000, 3, dtype="float16").var())
show(np.full((61, 5), 2, dtype="float16").prod(axis=0), np.full((5, 61), 2, dtype="float16").prod(axis=1))
show(np.digitize([1.0, 5.0], [0.5, 2.0, np.nan]), np.quantile(np.array([3, 1], dtype="int32"), 0))
show(np.ldexp(np.array([1, 2], dtype="int8"), np.array([1, 2])))
raises(lambda: np.ldexp(np.array([1.0]), 2.5))
flag = np.array([1, 1]).all()
show(flag.copy() ** 2, flag.view() ** 2, flag.reshape(()) ** 2, flag.astype(bool) ** 2, flag.reshape(1) ** 2)
