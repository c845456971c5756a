# The program's own functions applied to lines, axes and masks.
a = np.arange(12.0).reshape(3, 4) * 7919 % 13
c = np.arange(24).reshape(2, 3, 4)
show(np.apply_along_axis(np.sort, 0, a), np.apply_along_axis(lambda x: x[::2] * 2, 1, a))
show(np.apply_along_axis(np.sum, -1, a))
show(np.apply_along_axis(lambda x: np.outer(x, x), 0, a), np.apply_along_axis(np.diag, -1, c)[0, 1])
show(np.apply_along_axis(len, 1, c))
show(np.apply_along_axis(lambda x, n: x[n], 1, a, 2), np.apply_along_axis(lambda x, n=0: x[n], 1, a, n=3))
show(np.apply_along_axis(lambda x: x.mean(), 1, c), np.apply_along_axis(np.cumsum, 1, c))
show(np.apply_along_axis(lambda x: 1, 0, a))
show(np.apply_along_axis(np.sum, 0, [1, 2, 3]), np.apply_along_axis(lambda x: [x.min(), x.max()], 0, a[:, ::-2]))
show(np.apply_along_axis(lambda x: x > 2, 1, a), np.apply_along_axis(lambda x: x.sum() + 0j, 1, a))
show(np.apply_along_axis(np.median, 0, a))
seen = []
show(np.apply_along_axis(lambda x: seen.append((type(x) is np.ndarray, x.shape)) or 0, 1, a), seen)
w = a.copy()


def clear(x):
    x[0] = -1
    return x.sum()


show(np.apply_along_axis(clear, 1, w), w)
show(np.apply_along_axis(lambda x: x.sum() if x[0] > 1 else 7.9, 0, c[0]))
show(np.apply_along_axis(lambda x: "ab", 0, a))
raises(lambda: np.apply_along_axis(np.sum, 2, a))
raises(lambda: np.apply_along_axis(np.sum, 0, np.zeros((3, 0))), "when any iteration dimensions are 0")
raises(lambda: np.apply_along_axis(np.sum, 0, 3))
raises(lambda: np.apply_along_axis(lambda x: 1 / 0, 0, a))
raises(lambda: np.apply_along_axis(lambda x: np.ones(int(x[0]) % 3 + 2), 0, a))
show(np.apply_over_axes(np.sum, c, [0, 2]), np.apply_over_axes(np.sum, c, (0, -1)))
show(np.apply_over_axes(np.max, a, 1))
show(np.apply_over_axes(lambda x, axis: x.mean(axis=axis, keepdims=True), c, [1]))
show(np.apply_over_axes(np.cumsum, a, [0, 1]))
raises(lambda: np.apply_over_axes(lambda x, axis: np.zeros(3), c, [1]), "function is not returning")
raises(lambda: np.apply_over_axes(np.sum, c, [3]))
show(np.mask_indices(3, np.triu), np.mask_indices(4, np.tril, -1), np.mask_indices(3, lambda m, k: m * k, 0))
raises(lambda: np.mask_indices(-1, np.triu))
