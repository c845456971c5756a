# Order by several keys, sets, order statistics that pass over NaN, indices and numbers of elements.
a = np.array([3, 1, 2, 3, 0, -5])
b = np.array([1.5, 0.5, np.nan, 1.5, 0.5, -1.0])
m = np.array([[3, 1, 2], [9, 9, 0], [3, 1, 2], [0, 5, 5], [3, 1, 0]])
n = np.array([[1.0, np.nan, 3.0, 2.0], [np.nan, np.nan, np.nan, 5.0], [4.0, 8.0, -1.0, np.inf]])
e = np.array([[1.0, np.nan], [np.nan, np.nan]])
nan = np.nan

# lexsort
show(np.lexsort((a, b)), np.lexsort((b, a)), np.lexsort([a]), np.lexsort(m), np.lexsort(m.T), np.lexsort(m, axis=0))
show(np.lexsort((m, m[::-1])), np.lexsort((m, m[:, ::-1]), axis=0), np.lexsort((a, a > 1)), np.lexsort(([], [])))
show(np.lexsort((a + 1j, b)), np.lexsort(([1, 5, 1, 4, 3, 4, 4], [9, 4, 0, 4, 0, 2, 1])), np.lexsort((a[::-1], b[::-1])))
raises(lambda: np.lexsort(()))
raises(lambda: np.lexsort((a, a[:3])), "all keys need to be the same shape")
raises(lambda: np.lexsort((a, a), axis=1))
raises(lambda: np.lexsort())

# unique and its kin
show(np.unique(m, axis=0), np.unique(m, axis=1), np.unique(m, axis=-1), np.unique(m[:, 0], axis=0))
show(np.unique(m, axis=0, return_index=True, return_inverse=True, return_counts=True))
show(np.unique(m.T, axis=1, return_counts=True), np.unique(m[::-1, ::-1], axis=0, return_inverse=True))
show(np.unique(n, axis=0), np.unique(np.stack([n, n]), axis=0), np.unique(m > 2, axis=0), np.unique(m + 1j * m, axis=0))
show(np.unique(np.stack([m, m + 1, m]), axis=0), np.unique(np.stack([m, m + 1, m], axis=1), axis=1, return_index=True))
show(np.unique(np.zeros((0, 3)), axis=0), np.unique(np.arange(400).reshape(4, 100) % 2, axis=0), np.unique(e, axis=0))
show(np.unique_all(a), np.unique_counts(a), np.unique_inverse(m), np.sort(np.unique_values(a)), np.unique_counts(b))
show(np.unique_all(a)._fields, np.unique_counts(m).counts, np.unique_inverse(a).inverse_indices, np.unique_all(3))
show(np.unique(b, axis=0), np.unique(np.append(b, nan), axis=-1, return_inverse=True), np.unique(a, True, True, True, 0))
raises(lambda: np.unique(a, axis=1))
raises(lambda: np.unique(3, axis=0))
raises(lambda: np.unique(m, axis=2))
raises(lambda: np.unique(a, axis=-2))

# setxor1d
show(np.setxor1d(a, [3, 8]), np.setxor1d(a, b), np.setxor1d(m, m[0]), np.setxor1d([1, 2], [2, 3], assume_unique=True))
show(np.setxor1d([], []), np.setxor1d([], [1]), np.setxor1d(b, b), np.setxor1d(a > 0, [True]), np.setxor1d(3, [4]))
show(np.setxor1d([3, 1], [[1, 7]], True), np.setxor1d(a.astype("int8"), a.astype("uint16") + 1))

# trim_zeros
t = np.array([0, 0, 1, 0, 2, 0, 0])
show(np.trim_zeros(t), np.trim_zeros(t, "f"), np.trim_zeros(t, "b"), np.trim_zeros(t, "BF"), np.trim_zeros(t * 0))
show(np.trim_zeros([0, 1, 0]), np.trim_zeros((0, 1, 0)), np.trim_zeros(np.array([0.0, nan, 0.0])), np.trim_zeros(t[:0]))
g = np.zeros((4, 5))
g[1:3, 2:4] = [[1, 0], [0, 2]]
show(np.trim_zeros(g), np.trim_zeros(g, axis=0), np.trim_zeros(g, "f", axis=-1), np.trim_zeros(g, "b", axis=(0, 1)))
show(np.trim_zeros(g * 0), np.trim_zeros(g, axis=()), np.trim_zeros(g > 1), np.trim_zeros(g[::-1, ::2], "f"))
show(np.trim_zeros(t).base is not None, np.shares_memory(np.trim_zeros(t), t))
raises(lambda: np.trim_zeros(t, "x"), "unexpected character(s)")
raises(lambda: np.trim_zeros(g, axis=2))

# nanargmax and nanargmin
show(np.nanargmax(b), np.nanargmin(b), np.nanargmax(n), np.nanargmin(n, axis=1), np.nanargmax(n, axis=0))
show(np.nanargmax(n, axis=1, keepdims=True), np.nanargmin(n, keepdims=True), np.nanargmax(a), np.nanargmin(m, axis=0))
show(np.nanargmax(np.array([nan, 1 + 2j, 1 + 1j])), np.nanargmin(b.astype("float16")), np.nanargmax(a > 0), np.nanargmin(3.0))
out = np.zeros(3, dtype=int)
show(np.nanargmax(n, axis=1, out=out), out)
show(np.nanargmax(e))
raises(lambda: np.nanargmax(e, axis=1), "All-NaN slice encountered")
raises(lambda: np.nanargmin(np.array([nan, nan])), "All-NaN slice encountered")
raises(lambda: np.nanargmax([]))
raises(lambda: np.nanargmax(n, axis=2))

# nanmedian, nanquantile, nanpercentile
show(np.nanmedian(b), np.nanmedian(n), np.nanmedian(n, axis=0), np.nanmedian(n, axis=1), np.nanmedian(e, axis=1))
show(np.nanmedian(n, axis=-1, keepdims=True), np.nanmedian(n, keepdims=True), np.nanmedian(n, axis=(0, 1)), np.nanmedian(a))
show(np.nanmedian(m, axis=0), np.nanmedian(n.astype("float32"), axis=0), np.nanmedian([]), np.nanmedian(3.0), np.nanmedian(n.T))
show(np.nanmedian([1e308, 1.7e308, 1.6e308]), np.nanmedian(np.stack([n, n + 1]), axis=(0, 2)), np.nanmedian(a > 1))
show(np.nanmedian(n.astype("float16")), np.nanmedian(np.zeros((0, 3)), axis=0), np.nanmedian(n[:, ::-2], axis=1))
for q in (0, 1, 0.5, 0.3, [0.25, 0.75], [0.1]):
    show(np.nanquantile(b, q), np.nanquantile(n, q, axis=0), np.nanquantile(n, q, axis=1), np.nanquantile(a, q))
    show(np.nanpercentile(n[:2], np.multiply(q, 100), axis=1, keepdims=True), np.nanquantile(n, q, keepdims=True))
    show(np.nanquantile(n[:2].astype("float32"), q, axis=0), np.nanquantile(e, q, axis=1), np.nanquantile(m, q, axis=(0, 1)))
show(np.nanpercentile(b, 50), np.nanpercentile(b, [10, 90]), np.nanpercentile(n, 30.0, axis=1), np.nanpercentile(3.0, 20))
show(np.nanquantile(b, 0.5, method="lower"), np.nanquantile([], 0.5), np.nanquantile(b.astype("float32"), 0.3))
raises(lambda: np.nanquantile(b, 1.5), "Quantiles must be in the range [0, 1]")
raises(lambda: np.nanpercentile(b, -1), "Percentiles must be in the range [0, 100]")
raises(lambda: np.nanquantile(b + 1j, 0.5), "a must be an array of real numbers")
raises(lambda: np.nanmedian(n, axis=2))
raises(lambda: np.nanquantile(b))

for narrow in (e.astype("float32"), n.astype("float32")):
    show(np.nanquantile(narrow, [0.5], axis=1), np.nanquantile(narrow[::-1], [0.5], axis=1), np.nanpercentile(narrow[1], [5, 9]))
    show(np.nanquantile(narrow, 0.5, axis=1), np.nanpercentile(narrow, np.float64(30), axis=0, keepdims=True))

# unravel_index, ravel_multi_index
show(np.unravel_index(5, (2, 3)), np.unravel_index([5, 0, 3], (2, 3)), np.unravel_index(np.array([[5, 0], [3, 2]]), (2, 3)))
show(np.unravel_index([5, 1], (2, 3), order="F"), np.unravel_index([5, 1], 6), np.unravel_index(np.array([17], "int8"), (2, 3, 4)))
show(np.unravel_index(np.argmax(m), m.shape), m[np.unravel_index(np.argmax(m), m.shape)], np.unravel_index(indices=3, shape=(4,)))
show(np.unravel_index(np.array([], dtype=int), (2, 3)), np.unravel_index(np.array([1, 2, 3])[::-2], (2, 2)))
raises(lambda: np.unravel_index(6, (2, 3)), "index 6 is out of bounds for array with size 6")
raises(lambda: np.unravel_index([0, -1], (2, 3)), "index -1 is out of bounds")
raises(lambda: np.unravel_index(1.5, (2, 3)))
raises(lambda: np.unravel_index([], (2, 3)))
raises(lambda: np.unravel_index(1, (2, 3), "X"))
show(np.ravel_multi_index((1, 2), (2, 3)), np.ravel_multi_index(([1, 0], [2, 1]), (2, 3)), np.ravel_multi_index(m[:2] % 3, (3, 4)))
show(np.ravel_multi_index(([1, 0], [2, 1]), (2, 3), order="F"), np.ravel_multi_index(([3, -1], [2, 7]), (2, 3), mode="wrap"))
show(np.ravel_multi_index(([3, -1], [2, 7]), (2, 3), mode="clip"), np.ravel_multi_index(([3, -1], [2, 7]), (2, 3), mode=("clip", "wrap")))
show(np.ravel_multi_index((1, [2, 1], [[3], [0]]), (2, 3, 4)), np.ravel_multi_index(([1],), (2,)), np.ravel_multi_index([[1, 1], [0, 2]], (2, 3)))
raises(lambda: np.ravel_multi_index((2, 2), (2, 3)), "invalid entry in coordinates array")
raises(lambda: np.ravel_multi_index((1, -1), (2, 3)), "invalid entry in coordinates array")
raises(lambda: np.ravel_multi_index((1, 1, 1), (2, 3)))
raises(lambda: np.ravel_multi_index((1.5, 1), (2, 3)))
raises(lambda: np.ravel_multi_index((1, 1), (2, 3), mode="none"))

# ix_, diag_indices
show(np.ix_([0, 1], [2, 0, 1]), np.ix_(a > 2, [1]), np.ix_([], [1.5]), np.ix_(a), m[np.ix_([0, 3], [2, 0])], np.ix_())
raises(lambda: np.ix_(m), "Cross index must be 1 dimensional")
raises(lambda: np.ix_(3), "Cross index must be 1 dimensional")
show(np.diag_indices(3), np.diag_indices(2, 3), np.diag_indices(0), np.diag_indices_from(np.zeros((2, 2, 2))))
i, j = np.diag_indices(4, ndim=2)
show(i is j, np.eye(4)[i, j])
raises(lambda: np.diag_indices_from(np.zeros(3)), "input array must be at least 2-d")
raises(lambda: np.diag_indices_from(np.zeros((3, 2))), "All dimensions of input must be of equal length")
raises(lambda: np.diag_indices(2.5))

# Larger than one tile, and out of memory order.
big = (np.arange(60000) * 7919 % 10007).reshape(300, 200)
f = np.where(big % 7 == 0, nan, big / 8)
show(np.nanmedian(f), np.nanmedian(f.T, axis=0)[:5], np.nanquantile(f, [0.2, 0.9], axis=0)[:, ::50], np.nanargmax(f))
show(np.lexsort((big[:, 0] % 5, big[:, 1] % 3))[:9], np.unique(big % 3, axis=0).shape, np.unique(big[:, :3] % 3, axis=0).shape)
show(np.unravel_index(big[::100, ::50], (101, 100)), np.ravel_multi_index((big % 50, big % 60), (50, 60)).sum())
show(np.setxor1d(big, np.arange(10500)).sum(), np.trim_zeros((big > 10000) * 1).shape, np.nanargmin(f, axis=0)[::40])

# Quantiles of narrow floats, and of shares that are integers.
w = (np.arange(40).reshape(5, 8) * 7919 % 101).astype("float32") / 3
for q in (0.3, 0, 1, [0.25, 0.9], np.array([0.1]), np.float64(0.7), np.float32(0.7)):
    show(np.quantile(w, q), np.quantile(w, q, axis=1), np.quantile(w.astype(int), q, axis=0), np.nanquantile(w, q, axis=0))
    show(np.percentile(w, q), np.percentile(w[0].astype("float16"), q), np.nanpercentile(w, q, axis=-1))

# What ordinary programs call here is native: nothing warns.
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("error")
    show(np.lexsort((a, b)), np.unique(m, axis=0), np.unique_counts(a), np.setxor1d(a, [3]), np.trim_zeros(t), np.nanargmax(n[0]))
    show(np.nanmedian(n, axis=0), np.nanquantile(n, 0.5), np.nanpercentile(w, [5, 95], axis=1), np.percentile(w, 50))
    show(np.unravel_index(5, (2, 3)), np.ravel_multi_index((m[:, 0], m[:, 1]), (10, 10)), np.ix_(a, a), np.diag_indices(3))
    show(np.cov(f), np.corrcoef(m), np.convolve(a, a), np.correlate(b, a), np.hanning(5), np.unwrap(a * 1.5), np.polyval(a, m))
    show(np.piecewise(b, [b > 1], [np.sqrt, 0]), np.geomspace(1, 10, 3), np.histogram2d(a, m.ravel()[:6]), np.histogramdd(m)[0].sum())
    show(np.add.reduceat(a, [0, 3]), np.add.at(a.copy(), [0, 0], 1), np.apply_along_axis(np.sum, 0, m), np.mask_indices(2, np.triu))
