"""Loops whose counters are compared: `small_calls.py CASE [WARM]` prints how the counters changed, as JSON.

What is counted comes behind WARM runs of the loop, 4 unless told otherwise.
"""

import json
import sys
from hashlib import sha256

import _legate
import cunumeric as np

digests = []


def arithmetic():
    a, b = np.arange(8.0), np.ones(8)

    def body():
        c = a * 2.0 + b
        c += 1.0
        return np.sqrt(np.minimum(c, b) + abs(a - b))

    return body


def grid():
    u = np.zeros((41, 41))
    u[0, :] = 1.0

    def body():
        old = u.copy()
        u[1:-1, 1:-1] = 0.25 * (old[1:-1, :-2] + old[1:-1, 2:] + old[:-2, 1:-1] + old[2:, 1:-1])
        u[:, -1] = u[:, -2]
        u[-1, :] = 0
        return ((u - old) ** 2).sum()

    return body


def rows():
    a = np.ones((41, 41))

    def body():
        for i in range(1, 40):
            a[i, 1:-1] += a[i - 1, :-2] + a[i - 1, 1:-1] + a[i + 1, 2:]
            a[i, 1:-1] /= 4.0

    return body


def conversions():
    a, n, flags = np.arange(40.0), np.arange(40), np.arange(40) > 7
    m, k, out = np.ones((2, 3, 4, 2, 3)), np.ones((3, 1, 2, 3)), np.zeros(40)

    def body():
        counts = n + flags
        counts += flags
        np.multiply(a * n, 0.5, out=out)
        x, y, z = a[:3] / n[1:4]
        best = (m * k).max(axis=(1, 2))
        return np.where(flags, out, 0.0)[n[3]] + np.outer(a, a)[::7, 2].sum() + best[0, 0, 0] + np.count_nonzero(flags)

    return body


def elements():
    a, g = np.zeros(50), np.zeros((8, 8))

    def body():
        for i in range(1, 50):
            a[i] = a[i - 1] * 0.5 + i
        for i in range(1, 8):
            g[i, -1] = g[i - 1, -1] + g[0, i] * 0.5
        return float(a.sum() + g.max())

    return body


def vectors_of_three():
    states = np.zeros((20, 3))
    states[0] = (0.0, 1.0, 1.05)

    def body():
        for i in range(19):
            x, y, z = states[i]
            rate = np.array([10 * (y - x), 28 * x - y - x * z, x * y - 2.667 * z])
            states[i + 1] = states[i] + rate * 0.01

    return body


def held():
    """Results that are kept must stay what they are while later ones are computed."""
    a = np.arange(5.0)

    def body():
        kept = [a + k for k in range(40)]
        views = [(a * k)[1:] for k in range(40)]
        for k in range(40):
            assert kept[k].tolist() == [k + i for i in range(5)]
            assert views[k].tolist() == [k * i for i in range(1, 5)]

    return body


def steps(count):
    """A loop of `count` launches over more points than run at once; the cases call it many times."""
    a, b = np.ones((200, 200)), np.full((200, 200), 0.5)
    state = {"a": a}

    def body():
        x = state["a"]
        for k in range(count - 1):
            x = x + b
        state["a"] = x * 0.5

    return body


def long_loop():
    body = steps(17)

    def rounds():
        for _ in range(40):
            body()

    return rounds


def moving_rows():
    """Every round reads and writes other rows of arrays that are larger than what runs at once."""
    a, b = np.ones((160, 13_000)), np.zeros((160, 13_000))

    def body():
        for i in range(1, 160):
            b[i] = a[i] + 0.5 * b[i - 1] - 0.25 * a[i - 1]
        return float(b[159, 0])

    return body


def crossing_parts():
    """A row, a column and the whole of one array in a round; the row and the column move."""
    a = np.ones((180, 180))

    def body():
        for k in range(180):
            a[...] = np.minimum(a, a[:, k : k + 1] + a[k])
        return float(a[0, 0])

    return body


def longer_than_a_window():
    body = steps(70)

    def rounds():
        for _ in range(20):
            body()

    return rounds


def products():
    """Products of small matrices and vectors in every layout: their bytes must not depend on how they are run."""
    factors = {}
    for m, n in ((3, 3), (1, 5), (5, 1), (7, 16), (60, 70), (64, 64), (130, 40), (4, 0)):
        for dtype in (np.float64, np.float32, np.complex128):
            base = (np.arange(2 * m * n) % 11 / 7.0 - 0.5).astype(dtype).reshape(m, 2 * n)
            factors[m, n, dtype] = [base[:, :n] * 1.0, base[:, ::2], base[::-1, n:], (base[:, :n] * 0.5).T]

    def body():
        found = []
        for (m, n, dtype), views in factors.items():
            for a in views:
                v = (np.arange(2 * a.shape[1]) % 5 / 3.0).astype(dtype)
                w = (np.arange(a.shape[0]) % 3 / 5.0).astype(dtype)
                found += [a @ v[: a.shape[1]], a @ v[::2], w @ a, a.T @ w, np.dot(a, a.T), w.dot(w)]
        digests.append(sha256(b"".join(np.asarray(x).tobytes() for x in found)).hexdigest())

    return body


def masks():
    """Masks and index arrays over small arrays of every size of element."""
    types = ("bool", "int16", "float32", "float64", "complex128")

    def body():
        found = []
        for count in (1, 7, 64, 300):
            mask, index = np.arange(count) % 3 != 1, np.arange(-count, count, 2)
            for dtype in types:
                a = (np.arange(count) % 19 - 4).astype(dtype)
                b = a.copy()
                b[index] = a[::-1].copy()[index]
                b[index[:1]] = 3
                found += [a[mask], a[~mask], a[index], b]
        digests.append(sha256(b"".join(np.asarray(x).tobytes() for x in found)).hexdigest())

    return body


def differing():
    """Windows that cannot run an earlier plan, each for another reason; for `legate explain`."""
    a = np.ones((200, 200))
    _legate.wait()
    kept = []

    def body():
        for turn in ("plain", "again", "operation", "shape", "part", "held", "longer"):
            x = a[1:, :] if turn == "shape" else a
            y = x * 2.0
            if turn == "held":
                kept.append(y)
            y = y - 1.0 if turn == "operation" else y + 1.0
            if turn == "part":
                y[5:] = 3.0
            if turn == "longer":
                y = y + 2.0
            del x
            _legate.wait()
            del y

    return body


def main():
    body = globals()[sys.argv[1]]()
    if sys.argv[1] == "differing":
        return body()
    for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 4):
        body()
        _legate.counts()  # waits
    before = _legate.counts()
    body()
    after = _legate.counts()
    changes = {name: after[name] - before[name] for name in after}
    print(json.dumps(changes | {"digests": sorted(set(digests))}))


main()
