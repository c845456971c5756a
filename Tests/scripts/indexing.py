# Indexing: basic, boolean, integer and mixed, for reading and for writing.
a = np.arange(24).reshape(2, 3, 4)
show(a[1], a[1, 2], a[1, 2, 3], a[-1, -1, -1], a[:, 1], a[..., 0], a[0, ..., 1])
show(a[:, ::-1, ::2], a[None, 0, :, None, 1].shape, a[1:1], a[5:], a[::-1][0, 0])
show(a[a > 20], a[a[:, :, 0] > 3], a[np.array([True, False])])
show(a[[1, 0, 1]].shape, a[[0, 1], [1, 2]], a[[0, 1], [1, 2], [3, 0]], a[:, [0, 2], 1])
show(a[0, [0, 2]], a[[0], :, [1]], a[[[0, 1], [1, 0]], 0, 0], a[..., [1, -1]].shape)
show(a[0, :, [1, 2, 3]], a[:, 0, [1, 2, 3]], a[[True, False], :, 0])
show(a[True].shape, a[False].shape, a[()].shape, a[np.array(1)].shape)
rows, columns = np.ix_([0, 1], [0, 2])
show(a[rows, columns].shape, np.take(a, [0, 5, -1]), np.take(a, [1], axis=1).shape)
b = np.arange(10)
b[2] = 20
b[-1] = -9
b[4:6] = [40, 50]
b[7:] += 1
show(b)
b[b > 20] = 0
b[[0, 1, 1]] = [5, 6, 7]
show(b)
b[[0, 0, 2]] += 10
show(b)
b[:] = 3
b[::3] *= 2
show(b)
c = np.zeros((3, 4))
c[1] = np.arange(4)
c[:, 0] = -1
c[[0, 2], [1, 3]] = 7.5
c[c < 0] = [10, 11, 12]
show(c)
c[1:, [1, 2]] = [[1], [2]]
c[..., None][0] = 9
show(c)
d = np.arange(5)
np.put(d, [0, -1], [10, 20])
np.putmask(d, d == 2, 99)
np.place(d, d == 3, [7])
show(d, np.where(d > 5), np.nonzero(d), np.argwhere(d > 5), np.flatnonzero(d))
show(np.where(d > 5, d, 0), np.where(d > 5, 1.5, -1), np.choose([0, 1, 0], [[1, 2, 3], [4, 5, 6]]))
show(np.select([d > 50, d > 9], [d, -d], default=1), np.extract(d > 5, d))
show(np.compress([1, 0, 1], d))
e = np.array([[3, 1, 2], [9, 7, 8]])
order = np.argsort(e, axis=1)
show(np.take_along_axis(e, order, axis=1), e.take([0, 1], axis=1), e.item(1, 2), e.item(4))
np.put_along_axis(e, order[:, :1], 0, axis=1)
np.fill_diagonal(e, 5)
show(e, np.unravel_index(5, (2, 3)), np.ravel_multi_index((1, 2), (2, 3)))
np.copyto(e, 1, where=e > 6)
show(e, np.tril_indices(3), np.diag_indices(2), np.searchsorted([1, 3, 5], [0, 3, 6]))
f = np.arange(6.0)
f[1] = True
f[2] = np.float32(2.5)
f[3:5] = np.array([1, 2], dtype=np.int8)
show(f, f[2], f[np.int64(3)], f[-2:][::-1])
del f
# Masks with runs and without, over arrays of any size; index arrays over large ones; new axes.
for n in (5, 64, 20000, 70001):
    for period in (1, 3, 8, 50, 5000):
        mask = np.arange(n) // period % 2 == 0
        for kind in ("?", "i2", "f4", "i8", "c16"):
            values = (np.arange(n) * 7919 % 1009).astype(kind)
            wide = (np.arange(2 * n) * 31 % 251).astype(kind)[::2]
            chosen, apart = values[mask], wide[mask]
            show(chosen.shape, chosen[:3], chosen[-3:], apart[:3], apart[-3:])
        show(np.nonzero(mask)[0][-3:], int(np.flatnonzero(~mask).sum()))
    places = np.arange(n) * 7919 % n
    counts = np.zeros(n, dtype=int)
    counts[places] += 1
    counts[places[: n // 2] - n] = 5
    show(counts[:5], int(counts.sum()), int(np.arange(n)[places[::-1]][: n // 3].sum()))
    try:
        counts[places + 1]
    except IndexError as error:
        show(str(error))
g = np.arange(6).reshape(2, 3)
show(g[:, None].shape, g[None].shape, g[1, None], g[None, :, None, 1:, None].shape, g[0, None, 2], g[None, 1, 2])
show(g[:, None, ::-1].strides, np.array(3)[None], np.float64(2)[None])
g[:, None, 1] = 9
g[None, 0] = g[1]
show(g)
