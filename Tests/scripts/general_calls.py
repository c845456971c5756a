# Calls with everything at once: operands of three types and lattices, masks, outputs that are operands.


def made(t, *shape):
    count = 1
    for extent in shape:
        count *= extent
    return ((np.arange(count) * 5 + 3) % 11 - (3 if t[0] in "ifc" else 0)).astype(t).reshape(shape)


def attempt(call):
    try:
        return call()
    except Exception as error:
        return type(error).__name__


def layouts(t):
    whole = made(t, 4, 6)
    return [whole, made(t, 6, 4).T, made(t, 8, 6)[::2], made(t, 4, 12)[:, ::-2], whole[:1], whole[:, 2:3], whole[0],
            np.asfortranarray(whole), np.broadcast_to(whole[1], (4, 6)), whole[2, 3], made(t)]


# Results lie in memory as their operands do; row-major order wins where they disagree.
for x in layouts("f8"):
    for y in layouts("f8") + layouts("i2"):
        z = x + y
        show(z, z.strides, (x < y).strides, np.hypot(y, x).strides)
cube = made("f4", 3, 4, 5)
for axes in [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]:
    turned = cube.transpose(axes)
    for other in (turned, turned[:1], turned[:, :1], turned[..., :1], turned[0], 2, 2.5, cube.astype("i4").transpose(axes),
                  turned[::-1], turned[..., ::-1]):
        z = turned * other
        show(z, z.strides, np.negative(turned).strides)

# Types that a loop takes converted, before they broadcast.
for t in ("?", "i1", "u4", "i8", "f2", "f4", "c8", "c16"):
    for u in ("?", "u1", "i4", "f2", "f8", "c8"):
        matrix, row, column, single = made(t, 4, 6), made(u, 6), made(u, 4, 1), made(u)
        for other in (row, column, single, matrix[::2, :1].astype(u)[:1]):
            show(attempt(lambda: matrix + other), attempt(lambda: other * matrix), attempt(lambda: matrix == other))
            show(attempt(lambda: np.logical_or(matrix, other)), attempt(lambda: np.where(matrix > 1, matrix, other)))

# Masks: of one shape, broadcast, with steps; new elements only where they are true.
mask = made("i4", 4, 6) > 1
for t in ("i4", "f4", "f8", "c16"):
    for condition in (mask, mask[0], mask[:, :1], mask[::-1], made("i4", 6, 4).T > 2, True, np.zeros((4, 6), bool)):
        for out in (made(t, 4, 6), made(t, 6, 4).T, made(t, 8, 6)[1::2], made("f8", 4, 6), made("i8", 4, 6)):
            a = made(t, 4, 6)
            show(attempt(lambda: np.add(a, 2, out=out, where=condition)), out)
            show(attempt(lambda: np.multiply(a, out, out=out, where=condition)), out)
            show(attempt(lambda: np.square(out, out=out, where=condition)), out)
show(attempt(lambda: np.add(mask, 1, where=mask[:3])), attempt(lambda: np.sqrt(made("f8", 3), where=mask)))

# Two results.
for t in ("i4", "u2", "f2", "f4", "f8"):
    a, b = made(t, 4, 6), made(t, 4, 6) + np.dtype(t).type(1)
    for x, y in ((a, b), (a[::-1], b[:, :1] * b[:, :1]), (a, 3), (7, b.T), (a[0], b), (a, 2.5)):
        show(attempt(lambda: np.divmod(x, y)), attempt(lambda: divmod(x, y)))
    show(attempt(lambda: np.modf(a)), attempt(lambda: np.modf(a.T)), attempt(lambda: np.frexp(a[:, ::2])), np.modf(2.5))
    first, second = made("f8", 4, 6), made("f8", 4, 6)
    show(attempt(lambda: np.modf(a, out=(first, None))), first)
    show(attempt(lambda: np.modf(a, first, second)), first, second)
    show(attempt(lambda: np.divmod(a, b, out=(None, second), where=mask))[1] if t != "f2" else 0, second)
    show(attempt(lambda: np.divmod(first, b, out=(second, first))), first, second)

# Outputs that are operands, or parts of their stores.
for t in ("i8", "f4"):
    whole = made(t, 12)
    np.add(whole[:-1], whole[1:], out=whole[1:])
    show(whole)
    np.multiply(whole[::2], whole[1::2], out=whole[::2])
    show(whole)
    square = made(t, 5, 5)
    np.subtract(square, square.T, out=square)
    show(square)
    np.add(square[0], square, out=square)
    show(square)
    np.negative(square[::-1], out=square)
    show(square)
    square[1] = square[:, 1]
    square += square[2]
    square[:, ::2] *= square[:, 1:4]
    show(square)

# Lists, numbers, and arrays without axes.
for x in ([1, 2, 3], [[1.5], [2.5]], (True, False, True), 3, 2.5, 1j, True, made("f4"), made("i2", 1)):
    for y in ([3, 2, 1], made("f4", 3), made("i1", 2, 1), 2, 0.5):
        show(np.add(x, y), np.maximum(y, x), np.equal(x, y))
    show(np.sqrt(x), np.absolute(x), attempt(lambda: np.isfinite(x)))

# Reductions: axes that are no neighbours, of extent one, and all of them.
for t in ("?", "i1", "i8", "u4", "f2", "f4", "f8", "c8"):
    block = made(t, 2, 1, 3, 4)
    for axis in (None, 0, 1, -1, (0, 1), (1, 2), (2, 3), (0, 3), (0, 2, 3), (), (0, 1, 2, 3)):
        for keepdims in (False, True):
            for name in ("sum", "prod", "max", "min", "any", "all"):
                show(attempt(lambda: getattr(block, name)(axis=axis, keepdims=keepdims)))
            for function in (np.bitwise_or, np.fmax, np.logical_xor, np.subtract):
                show(attempt(lambda: function.reduce(block, axis=axis, keepdims=keepdims)))
    show(attempt(lambda: block.sum(axis=(1, 1))), attempt(lambda: block.sum(axis=4)), block[0, 0, 0, ::-2].sum())

# Small sorts, counts, products and masks.
for t in ("i1", "u2", "i8", "f2", "f4", "f8", "c16", "?"):
    for count in (1, 2, 11, 12, 13, 24, 25, 47, 48, 60, 95, 96, 97, 130):
        a = made(t, count)
        a[count // 2:] = a[::-1][count // 2:]
        show(np.sort(a), np.argsort(a, kind="stable"), np.sort(-a[::-1] if t[0] in "ifc" else a[::-1]))
    show(np.sort(made(t, 5, 7), axis=0), np.argsort(made(t, 5, 7), axis=1, kind="stable"))
show(np.sort(np.array([3.0, np.nan, -0.5, 0.0, -np.inf, np.inf, np.nan, 1.0])))
numbers = made("i8", 20) + 3
show(np.bincount(numbers), np.bincount(numbers, minlength=40), np.bincount(numbers[::-2]), np.bincount(numbers[:0]))
show(attempt(lambda: np.bincount(-numbers)), attempt(lambda: np.bincount(numbers, minlength=-1)))
for text in ("ij,jk->ik", "ab,bc->ac", "ij,jk->ki", "ij,kj->ik", "ii,ij->ij", "ij,ji->ij", "ij,jk", "iJ,Jk->ik", "1j,jk->1k"):
    show(attempt(lambda: np.einsum(text, made("f8", 3, 3) + 4, made("f8", 3, 3) + 4)))
show(attempt(lambda: np.einsum("ij,jk->ik", made("f8", 3, 2), made("f8", 3, 2))), np.einsum("ij,jk->ik", made("i4", 2, 3), made("i4", 3, 2)))
for t in ("i8", "f8", "f4", "i2"):
    for value in (0, 7, -2.0, True, made(t, 3), made(t, 24)[made("i4", 24) > 1]):
        a = made(t, 24)
        show(attempt(lambda: a.__setitem__(a > 1, value)), a)
        show(attempt(lambda: a.__setitem__(np.array([1, -1, 3]), value)), a)
    grid = made(t, 3, 4)
    for key in ((0, -1), (-3, 0), (3, 0), (0, 4), (0,), (1, 2, 0), (True, 1), (2**70, 0), np.array([True, False, True])):
        show(attempt(lambda: grid.__setitem__(key, 5)), grid, attempt(lambda: grid[key]))
for s in (np.float64(1.5), np.arange(3)[2], np.arange(3.0)[1]):
    for other in (1, 1.5, 2, -1, np.float64(np.nan), np.arange(3)[1], True):
        show(s < other, s <= other, s == other, s != other, s > other, s >= other)

# More names of types than are remembered, each of them again and again.
names = ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16", "?", "int8", "int16", "uint8",
         "float32", "float64", "complex64", "bool", "d", "<i4", "=f4"]
for turn in range(3):
    for name in names + names[::-3]:
        show(np.zeros(1, dtype=name), made("i8", 3).astype(name))
