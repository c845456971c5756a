# Covariances, convolutions, windows, polynomials, pieces of functions.
r = (np.arange(24.0).reshape(4, 6) * 7919 % 13) / 3
z = r + 1j * r[::-1] ** 2
i = np.array([3, -1, 2, 3, 0, -5])
show(np.cov(r), np.cov(r, rowvar=False), np.cov(r[0]), np.cov(r[0], r[1]), np.cov(i), np.cov(i, i[::-1]))
show(np.cov(r, bias=True), np.cov(r, ddof=0), np.cov(r, ddof=2), np.cov(r[:, ::2]), np.cov(r.T[::-1]))
show(np.cov(z), np.cov(z[0], z[1]), np.cov(r.astype("float32")))
show(np.cov(r, dtype="float32"), digits=5)
show(np.cov(z.astype("complex64")), np.cov(r[0], y=z[1]), np.cov(i.astype("int8")), np.cov(i > 0))
show(np.cov(r, fweights=[1, 2, 3, 1, 2, 1]), np.cov(r, aweights=[1, 0.5, 3, 1, 2, 1]))
show(np.cov(r, fweights=[1, 2, 3, 1, 2, 1], aweights=[1, 0.5, 3, 1, 2, 1], ddof=2))
show(np.cov(r, fweights=[1, 2, 3, 1, 2, 1], ddof=0), np.cov(r[:0]), np.cov(r[0][:1]), np.cov(r, r * r, False))
show(np.cov([[1, 2], [3, 5]]), np.cov(3.0), np.cov(r[:, :0]), np.cov(r, y=None, rowvar=True))
raises(lambda: np.cov(np.zeros((2, 2, 2))), "m has more than 2 dimensions")
raises(lambda: np.cov(r, np.zeros((2, 2, 2))), "y has more than 2 dimensions")
raises(lambda: np.cov(r, ddof=0.5), "ddof must be integer")
raises(lambda: np.cov(r, fweights=[1.5] * 6), "fweights must be integer")
raises(lambda: np.cov(r, fweights=[1, 2]), "incompatible numbers of samples and fweights")
raises(lambda: np.cov(r, aweights=[1, 2]), "incompatible numbers of samples and aweights")
raises(lambda: np.cov(r, fweights=[-1] * 6), "fweights cannot be negative")
raises(lambda: np.cov(r, aweights=[-1] * 6), "aweights cannot be negative")
raises(lambda: np.cov(r, aweights=np.ones((6, 1))), "cannot handle multidimensional aweights")
raises(lambda: np.cov(r, r[:, :3]))
raises(lambda: np.cov(r, weights=1))
show(np.corrcoef(r), np.corrcoef(r, rowvar=False), np.corrcoef(r[0], r[1]), np.corrcoef(z), np.corrcoef(i))
show(np.corrcoef(r.astype("float32"), dtype="float32"), digits=5)
show(np.corrcoef([1, 2, 3], [3, 5, 1]), np.corrcoef(r[0], z[0]))

# convolve and correlate
a = np.array([1, 2, 3, 4, 5])
v = np.array([0, 1, 0.5])
for mode in ("full", "same", "valid"):
    show(np.convolve(a, v, mode), np.convolve(v, a, mode), np.correlate(a, v, mode), np.correlate(v, a, mode))
    show(np.convolve(z[0], z[1][:2], mode), np.correlate(z[0], z[1][:2], mode), np.correlate(z[1][:2], z[0], mode))
    show(np.convolve(a, [2, 3, 1, 4], mode), np.correlate(a, [2, 3, 1, 4], mode))
    show(np.convolve(a[::-2], r[:, 1], mode), np.correlate(i, a[:1], mode), np.convolve(a, a, mode))
show(np.convolve(a, v), np.correlate(a, v), np.convolve(a, 3), np.convolve(2, 3), np.convolve([True, False], [True, True]))
for kind in "bool int8 uint8 int16 uint16 int32 uint32 int64 uint64 float16 float32 float64 complex64".split():
    show(np.convolve(a.astype(kind), a[:3].astype(kind)), np.correlate((a * 50).astype(kind), a.astype(kind), "full"))
show(np.convolve(a.astype("int8"), v.astype("float32")), np.convolve(a.astype("uint8"), a.astype("int8")))
show(np.convolve([1, np.inf, 2], [0.0, 1.0, np.nan]), np.convolve([np.inf, 1.0], [1.0, 2.0, 3.0]))
long = np.arange(3000) % 17 - 5
wide = np.arange(700) % 5
show(np.convolve(long, wide).sum(), np.convolve(long, wide)[::301], np.convolve(long, wide, "same")[::301])
show(np.convolve(long * 0.5, wide[:9] * 0.25, "valid")[::401], np.correlate(wide, long, "full")[::401])
raises(lambda: np.convolve([], [1]), "a cannot be empty")
raises(lambda: np.convolve([1], []), "v cannot be empty")
raises(lambda: np.correlate([], [1]))
raises(lambda: np.convolve(r, r))
raises(lambda: np.convolve(r, [1, 2]))
raises(lambda: np.convolve(a, v, mode="none"))
raises(lambda: np.convolve(a))

# windows
for m in (0, 1, 2, 3, 8, 12, 5.5, -3, 0.5):
    show(np.hanning(m), np.hamming(m), np.blackman(m), np.bartlett(m), digits=10)
show(np.hanning(np.int64(4)), np.hamming(M=4), np.bartlett(True), digits=10)
raises(lambda: np.hanning("a"))
raises(lambda: np.hanning())

# polyval
x = np.array([0, 1, 2, -3])
show(np.polyval([3, 0, 1], 5), np.polyval([3, 0, 1], x), np.polyval([3.5, 0, 1], x), np.polyval(x, r[0]))
show(np.polyval([], 5), np.polyval([], x), np.polyval([1, 2j], x), np.polyval(np.array([1, 2], "int8"), x.astype("int8")))
show(np.polyval(np.array([1.5, 2], "float32"), x.astype("float16")), np.polyval([1, 2], r[:, 1]), np.polyval([2, 1], 1.5))
show(np.polyval(np.array([[1, 2], [3, 4]]), np.array([5, 6])), np.polyval(np.poly1d([3, 0, 1]), 5))
raises(lambda: np.polyval(3, 5))

# unwrap
p = np.array([0, 0.8, 1.6, 5.5, 6.3, 0.2, -3.0, 9.9])
show(np.unwrap(p), np.unwrap(p[:1]), np.unwrap(p, discont=4), np.unwrap(p, period=4.0), np.unwrap(p, period=4))
show(np.unwrap(p.astype("float32")), np.unwrap([1, 2, -1, 0], period=4), np.unwrap(np.array([1, 9, 3, 22])))
show(np.unwrap(r), np.unwrap(r * 4, axis=0), np.unwrap(r.T * 4), np.unwrap(np.array([0, 2.0, 4.0, 2.0]), period=4))
show(np.unwrap([2, 3, 4, 5, 2, 3, 4, 5], period=4), np.unwrap(p[:0]), np.unwrap(p.astype("float16")))
raises(lambda: np.unwrap(3.0))
raises(lambda: np.unwrap(p, axis=1))

# piecewise
show(np.piecewise(p, [p < 1, p >= 1], [-1, 1]), np.piecewise(p, [p < 1], [lambda x: -x, lambda x: x * 2]))
show(np.piecewise(i, [i > 1, i < -2], [lambda x: x * 10, 7, 9]), np.piecewise(i, i > 1, [2.7]))
show(np.piecewise(r, [r < 1, r > 3], [0, np.sqrt, lambda x: -x]), np.piecewise(p, np.array([p < 1, p > 2]), [1, 2]))
show(np.piecewise(p, [p < 1], [lambda x, y: x + y, lambda x, y: x * y], 3), np.piecewise(3.0, [True, False], [4, 5]))
show(np.piecewise(p, [p < 1], [lambda x, y=0: x + y, 1], y=3), np.piecewise(np.array([1, 2]), [[True, False]], [3.7]))
raises(lambda: np.piecewise(i, [i < 1], [np.nan]))
raises(lambda: np.piecewise(p, [p < 1], [1, 2, 3]), "with 1 condition(s), either 1 or 2 functions are expected")

# geomspace
show(np.geomspace(1, 1000, num=4), np.geomspace(1, 1000, 3, endpoint=False), np.geomspace(1, 256, num=9, dtype=int))
show(np.geomspace(1000, 1, num=4), np.geomspace(-1000, -1, num=4), np.geomspace(2, 2, 3), np.geomspace(1, 8, 0))
show(np.geomspace(np.array([1, 10]), np.array([100, 1000.0]), 3), np.geomspace([1, 10], 100, 3, axis=1))
show(np.geomspace(1, 16, 1), np.geomspace(1, 16, dtype="float32")[:5], np.geomspace(np.float32(1), np.float32(8), 4), digits=6)
show(np.geomspace(1j, 16j, 5), np.geomspace(1, 16, 5, dtype="complex64"), digits=6)
raises(lambda: np.geomspace(0, 1), "Geometric sequence cannot include zero")
raises(lambda: np.geomspace(1, 10, -1), "must be non-negative")

# histograms along several axes
x, y = r.ravel(), r.T.ravel()[::-1]
show(*np.histogram2d(x, y), *np.histogram2d(x, y, bins=3), *np.histogram2d(x, y, bins=[2, 3], range=[[0, 3], [1, 4]]))
show(*np.histogram2d(x, y, bins=[0, 1, 3, 4]), *np.histogram2d(x, y, bins=[[0, 1, 3], [0, 2, 4]], weights=y))
show(*np.histogram2d(x, y, bins=(2, [0, 1, 4]), density=True), *np.histogram2d(x, y, 2, weights=x > 1, density=True))
show(*np.histogram2d(x.astype("float32"), y.astype("float32"), 3), *np.histogram2d(i, i[::-1], 2))
show(*np.histogram2d(x, y, 2, range=[None, [1, 2]]), *np.histogram2d([1, 1], [2, 2], 2), *np.histogram2d(x[:0], y[:0], 2))
h, edges = np.histogramdd(r.reshape(8, 3), bins=(2, 2, 3))
show(h, type(edges).__name__, *edges)
h, edges = np.histogramdd([x, y], bins=2, weights=i.repeat(4))
show(h, *edges, np.histogramdd(r[:, :1], 3)[0], np.histogramdd(r, 2)[0].sum())
raises(lambda: np.histogram2d(x, y[:3]), "x and y must have the same length.")
raises(lambda: np.histogram2d(x, y, bins=0), "`bins[0]` must be positive, when an integer")
raises(lambda: np.histogram2d(x, y, bins=[[2, 1], [0, 1]]), "`bins[0]` must be monotonically increasing")
raises(lambda: np.histogram2d(x, y, bins=[3]), "The dimension of bins must be equal")
raises(lambda: np.histogram2d(x, y, range=[[0, 1]]), "range argument must have one entry per dimension")
raises(lambda: np.histogram2d(x, y, range=[[1, 0], [0, 1]]), "max must be larger than min")
raises(lambda: np.histogram2d(x, y, weights=x[:3]))
raises(lambda: np.histogram2d([1.0, np.nan], [1.0, 2.0]))
