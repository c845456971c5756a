# In-place operations on views that overlap: always as if the right side came first.
def fresh(n=8, dtype=np.int64):
    return np.arange(1, n + 1).astype(dtype)

a = fresh(); a[1:] += a[:-1]; show(a)
a = fresh(); a[:-1] += a[1:]; show(a)
a = fresh(); a[::-1] = a; show(a)
a = fresh(); a += a[::-1]; show(a)
a = fresh(); a[2:] = a[:-2]; show(a)
a = fresh(); a[:-2] = a[2:]; show(a)
a = fresh(); a[::2] += a[1::2]; show(a)
a = fresh(); a[:4] *= a[::2]; show(a)
a = fresh(); a[1:7:2], a[0:6:2] = a[0:6:2].copy(), a[1:7:2].copy(); show(a)
a = fresh(); a[:] = a[[7, 6, 5, 4, 3, 2, 1, 0]]; show(a)
a = fresh(); a[a > 3] -= a[:5]; show(a)
a = fresh(dtype=float); a[1:-1] = (a[:-2] + a[1:-1] + a[2:]) / 4; show(a)
a = fresh(); np.add(a[1:], a[:-1], out=a[1:]); show(a)
a = fresh(); np.add(a[1:], a[:-1], out=a[:-1]); show(a)
a = fresh(); np.subtract(a, a[::-1], out=a); show(a)
a = fresh(); np.cumsum(a, out=a); show(a)
m = np.arange(9).reshape(3, 3); m[:] = m.T; show(m)
m = np.arange(9).reshape(3, 3); m += m.T; show(m)
m = np.arange(9).reshape(3, 3); m[:, ::-1] = m; show(m)
m = np.arange(9).reshape(3, 3); m += m[0]; show(m)
m = np.arange(9).reshape(3, 3); m -= m[:, :1]; show(m)
m = np.arange(9).reshape(3, 3); m[1:, 1:] += m[:-1, :-1]; show(m)
m = np.arange(16.0).reshape(4, 4)
for _ in range(3):
    m[1:-1, 1:-1] = 0.25 * (m[:-2, 1:-1] + m[2:, 1:-1] + m[1:-1, :-2] + m[1:-1, 2:])
show(m)
a = fresh(6)
for _ in range(4):
    a[1:] += a[:-1]
    a[::-1] = a
show(a)
# The same on arrays large enough to be cut into tiles.
for n in (1000, 65537, 200001):
    b = np.arange(n) % 1009
    b[1:] += b[:-1]
    b[::-1] = b
    b[: n // 2] -= b[n - n // 2 :][::-1]
    b[3::3] = b[: len(b[3::3])]
    b[:-7] += b[7:]
    show(int(b.sum()), int((b * (np.arange(n) % 7)).sum()), b[:5], b[-5:])
for n in (50, 400):
    m = np.arange(n * n).reshape(n, n) % 1013
    m[:] = m.T
    m[1:] += m[:-1]
    m[:, ::-1] = m
    m += m.T
    m[::2, 1:] -= m[1::2, :-1]
    show(int((m * np.arange(n)).sum()), m[0, :5], m[-1, -5:])
x = np.arange(10)
x[2:5] = x[3:6] = 7
show(x)
x = np.arange(6); y = x[1:]; y *= 2; x += 1; show(x, y)
x = np.arange(6); x += x; x -= x // 2; x **= 2; show(x)
x = np.arange(6); x <<= 2; x |= 1; x ^= 3; x &= ~2; x >>= 1; x %= 5; x //= 2; show(x)
# Rows and columns of what is updated: small and large, in one step and in several, alone and in loops.
for n in (6, 70, 150):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    reach = (j == (i * 3 + 1) % n) | (j == (i * 5 + 2) % n)
    far = np.where(reach, (i * 7 + j * 3) % 11 + 1, 1000)
    near = far * 1.0
    for k in range(n):
        reach |= reach[:, k : k + 1] & reach[k]
        far[:] = np.minimum(far, far[:, k : k + 1] + far[k])
        np.minimum(near, near[:, k : k + 1] + near[k] * 1, out=near)
    show(int(reach.sum()), int(far.sum()), float(near.sum()), reach[0, :5], far[-1, -5:])
    m = (i * n + j) % 17 * 1.0
    m += m[0]
    m -= m[:, -1:] * 0.5
    m[1:] += m[0] - m[-1]
    row, column = m[2], m[:, 3:4]
    t = row + column
    m *= 0.5
    m += t
    m[::-1] -= m[n // 2]
    show(float(m.sum()), m[0, :3], m[-1, -3:])
