# Views: a write through one name is seen through every other.
a = np.arange(12.0).reshape(3, 4)
row, column, block, back = a[1], a[:, 2], a[1:, 1:3], a[::-1, ::-1]
turned, flat, diagonal = a.T, a.reshape(-1), np.diagonal(a)
row[0] = 100
column[:] = [1, 2, 3]
block *= 2
back[0, 0] = -1
turned[0, 0] = 50
flat[1] = 60
show(a, row, column, block, back, turned, flat, diagonal)
every = a[::2, ::3][::-1]
every += 1000
show(a, every)
show(a.reshape(2, 6)[1, ::2], a.ravel()[-1], a.reshape(4, 3, order="C").shape)
b = np.arange(24).reshape(2, 3, 4)
v = b.transpose(2, 0, 1)[1:3, ::-1]
v[:] = -v
show(b, v)
show(b.swapaxes(0, 2).shape, np.moveaxis(b, 0, -1).shape, np.rollaxis(b, 2).shape)
w = np.squeeze(b[:1])
w[0] = 7
show(b[0, 0], np.expand_dims(b, 1).shape, b[:, None, ..., None].shape)
z = np.zeros(3, dtype=complex)
z.real = [1, 2, 3]
z.imag[1:] = 5
z.real[0] += 0.5
show(z, z.real, z.imag, z.conj())
wide = np.broadcast_to(np.arange(3), (2, 3))
show(wide, wide.sum(axis=0))
raises(lambda: wide.__setitem__(0, 1))
x, y = np.broadcast_arrays(np.arange(3), np.arange(2)[:, None])
show(x, y)
c = np.arange(5)
d = c
d += 1
show(c, d is c, c[:].base is not None, c.copy().base is None)
e = c[1:4]
del c
e[0] = 77
show(e, e[::-1][:2])
parts = np.split(np.arange(6), 3)
parts[1][0] = 9
show(*parts)
g = np.arange(6)
h = g[::2]
g[:] = g[::-1]
show(g, h)
r = np.arange(4).reshape(2, 2)
np.rot90(r)[0, 0] = 40
np.flip(r, 0)[0, 0] = 50
np.fliplr(r)[0, 0] = 60
show(r)
many = np.arange(120).reshape(2, 3, 4, 5)[::-1, 1:, ::2, ::-2].transpose(3, 1, 0, 2)[1:, ::-1]
many[..., 0] = 0
show(many)
show(np.may_share_memory(g, h), g.strides, a.flags.c_contiguous, a.T.flags.c_contiguous)
for line in a:
    line[0] = 8
show(a[:, 0])
for count in (0, 1, 2, 5):
    thinned = np.arange(float(count))
    for _ in range(70):
        thinned = thinned[::3]
    show(thinned.shape, thinned.sum())
