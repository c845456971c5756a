# Small arrays with an index array for every axis, and loops over arrays of many axes.
t = np.arange(30.0).reshape(5, 6)
i = np.array([0, 4, -1, 2, 0])
j = np.array([5, 0, -5, 3, 5])
show(t[i, j], t[i, j - 1], t[::2, ::-1][i % 3, j], t.T[j, i])
show(t[2, j], t[i, -2], t[i[:2], j[:2]].shape, t[i.reshape(5, 1), j.reshape(5, 1)])
show((t > 7)[i, j], t.astype(np.float32)[i, j], (t + 1j)[i, j], t.astype(np.int8)[i, j])
t[i, j] = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
show(t)
t[i, j] += 1
t[i, 2] = 9
t[1, j] = i
t[i, j] = -0.5
t[:, ::2][i, j % 3] = j * 1.0
show(t)
u = np.arange(24).reshape(2, 3, 4)
k = np.array([1, 0, 1])
show(u[k, k, k], u[k, 1, -k], u[k, k].shape, u[k, :, k].shape)
u[k, k + 1, k] = np.array([7, 8, 9])
show(u)
for index in ((i + 3, j), (i, j + 2), (9, j), (i, np.array([0, 1]))):
    raises(lambda: t[index])
    raises(lambda: t.__setitem__(index, 1.0))
show(t)
w = np.arange(96.0).reshape(2, 2, 2, 3, 4)
show(w.T.copy().sum(), (w[:, :, ::-1] * w[:1, :, :, :1]).sum(axis=(1, 2, 3)), w.transpose(4, 0, 3, 1, 2) + w[0, 0, 0, 0, 1])
show((w.reshape(2, 2, 2, 3, 2, 2) @ np.ones((2, 2))).shape, w[:, k[:2], :, :, k[:2]].shape)
