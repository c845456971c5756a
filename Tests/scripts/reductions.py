# Reductions: axis, keepdims, dtype, out, where, initial; cumulative functions; statistics.
a = np.arange(24).reshape(2, 3, 4)
show(a.sum(), a.sum(axis=0), a.sum(axis=(0, 2)), a.sum(axis=-1, keepdims=True), a.sum(axis=()))
show(np.sum(a, axis=(0, 1, 2)), a.prod(axis=0), a.max(axis=1), a.min(axis=(0, -1)), a.mean(axis=2))
show(a.sum(dtype=np.float32), np.sum(a, initial=100), np.sum(a, where=a % 2 == 0))
show(np.max(a, initial=5, where=a < 3), a.sum(axis=1, where=a[:, :1] > 3), np.prod([], axis=0))
out = np.zeros((2, 4))
show(np.sum(a, axis=1, out=out) is out, out)
show(a.any(), (a > 100).any(), a.all(axis=0), (a >= 0).all(), np.any(a > 20, axis=(1, 2)))
show(a.argmax(), a.argmin(axis=1), np.argmax(a, axis=2, keepdims=True), np.argmax([1, 3, 3]))
show(np.argmin([2.0, np.nan, 1.0]), np.max([1, np.nan, 3]), np.fmax.reduce([1, np.nan, 3]))
show(np.ptp(a, axis=1), np.count_nonzero(a % 3), np.count_nonzero(a % 3, axis=0))
show(a.cumsum(), a.cumsum(axis=1), np.cumprod([1, 2, 3, 4]), np.cumsum([0.5, 1.5]))
show(np.cumsum(a > 5))
show(np.diff([1, 4, 9, 16]), np.diff([1, 4, 9, 16], n=2), np.diff(a, axis=0))
f = a / 8
show(f.var(), f.std(axis=0), f.var(axis=(0, 2), ddof=1), f.mean(), digits=10)
show(np.median(f), np.median(f, axis=1), np.percentile(f, 30), digits=10)
show(np.quantile(f, [0.1, 0.9], axis=2), digits=10)
show(np.average(f, axis=0, weights=[1, 3]), np.average([1, 2, 3], weights=[3, 2, 1]), digits=10)
n = np.array([[1.0, np.nan], [3.0, 4.0]])
show(np.nansum(n), np.nanmean(n, axis=0), np.nanmax(n), np.nanmin(n, axis=1), digits=10)
show(np.nanstd(n), digits=10)
show(np.isnan(n.sum()), n.sum(axis=1), np.nanprod(n), np.nanargmax(n), np.nancumsum(n))
show(np.zeros((0, 3)).sum(axis=0), np.zeros((0, 3)).sum(axis=1), np.ones(0).prod())
show(np.zeros(0).any())
raises(lambda: np.zeros(0).max())
raises(lambda: np.zeros(0).argmax())
raises(lambda: a.sum(axis=3))
raises(lambda: a.sum(axis=(0, 0)))
show(np.add.reduce(a), np.add.reduce(a, axis=None), np.multiply.reduce([[1, 2], [3, 4]], axis=1))
show(np.maximum.accumulate([1, 3, 2, 5, 4]), np.add.accumulate(a, axis=2))
show(np.logical_and.reduce(a > 0))
show(np.bitwise_or.reduce([1, 2, 4]), np.bitwise_xor.reduce([5, 3]))
show(np.minimum.reduce(a, axis=(0, 1)))
show(np.array([200, 100], np.uint8).sum(), np.array([1, 1], np.int8).cumsum())
show(np.array([True, True]).sum())
show(np.array([1 + 1j, 2]).sum(), np.array([1 + 1j, 2]).prod(), np.array([1 + 1j, 2]).mean())
# Down the columns: the first extreme, the first NaN, whatever the number of columns.
for width in (2, 15, 16, 17, 33, 100):
    grid = (np.arange(70 * width) * 37 % 41).reshape(70, width)
    for kind in (np.int64, np.int32, np.int16, np.float64, np.float32, np.float16):
        table = grid.astype(kind)
        show(table.argmax(axis=0), table.argmin(axis=0), (table - 20)[::2].argmin(axis=0))
    table = grid / 8
    table[5, ::3] = np.nan
    table[9, ::2] = np.nan
    table[0, 1] = np.nan
    show(table.argmax(axis=0), table.astype(np.float32).argmin(axis=0))
    show(np.full((5, width), -np.inf).argmax(axis=0), np.zeros((1, width)).argmin(axis=0))
# Contiguous sums follow NumPy's own tree: equal to the last bit.
for size in (1, 7, 8, 100, 129, 1000, 4097, 100003):
    x = (np.arange(size) * 7919 % 1009) / 7.0
    print(size, repr(float(x.sum())), repr(float(x.mean())))
    y = x.astype(np.float32)
    print(size, repr(float(y.sum())), repr(float(y.mean())))
m = ((np.arange(60 * 70) * 31 % 101) / 3.0).reshape(60, 70)
print([float(value).hex() for value in m.sum(axis=1)[:4]])
print([float(value).hex() for value in m.sum(axis=0)[:4]])
print(float(m.sum()).hex())
show(np.histogram([1, 2, 1, 4], bins=[0, 2, 3, 5])[0], np.bincount([1, 1, 3]))
show(np.digitize([1, 5], [0, 2, 6]))
show(np.bincount([0, 1, 1], weights=[0.5, 1, 2], minlength=4), np.trace(np.arange(9).reshape(3, 3)))
