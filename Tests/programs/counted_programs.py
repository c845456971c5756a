"""Programs whose messages are counted: `counted_programs.py CASE {"n": 100}`.

Prints one JSON object. Over loopback ranks (`LEGATE_REPLAY_RANKS`): messages
and bytes of one round, in all and for each pair of ranks. As one rank of many
that computes nothing (`LEGATE_SIMULATE_RANKS`): what this rank sends, what its
analysis costs, and the memory that its plans and tables take.
"""

import json
import math
import os
import sys

import _legate
import cunumeric as np


def grid(n, m=None):
    """n by m inner points and a border around them."""
    m = m or n
    u = np.zeros((n + 2, m + 2))
    u[0] = 100.0
    u[:, 0] = np.arange(n + 2)
    return u


def mean(u):
    return 0.25 * (u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:])


def numbers(*shape):
    """Numbers in no order, the same everywhere."""
    count = math.prod(shape)
    return ((np.arange(count) * 7919) % 10_007 / 3.0).reshape(shape)


def stencil(n, m=None):
    u = grid(n, m)

    def body():
        u[1:-1, 1:-1] = mean(u)

    return body


def residual(n, m=None):
    u = grid(n, m)

    def body():
        new = mean(u)
        change = new - u[1:-1, 1:-1]
        norm = (change * change).sum()
        u[1:-1, 1:-1] = new
        return float(norm)

    return body


def two_fields(n):
    u, v = grid(n), grid(n)[:, : n // 2 + 2].copy()

    def body():
        a, b = mean(u), mean(v)
        u[1:-1, 1:-1] = a
        v[1:-1, 1:-1] = b

    return body


def read_twice(n):
    u = grid(n)

    def body():
        # The second nest waits for the sum of the first, and reads the same rows.
        total = mean(u).sum()
        u[1:-1, 1:-1] = mean(u) - total / (n * n)

    return body


def taken_over(n):
    u = grid(n)

    def body():
        # Rows of u, then rows of a store that took over the memory of one computed from u.
        first = mean(u)
        late = np.zeros((n + 2, n + 2))
        late[1:-1, 1:-1] = first
        late = late * 0.5 + 1.0
        u[1:-1, 1:-1] = mean(late) * 0.5

    return body


def cavity(n, m):
    """A step of the cavity flow of `Examples/cfd.py`, with four sweeps."""
    u, v, p = grid(n, m), grid(n, m), grid(n, m)

    def body():
        b = np.zeros_like(u)
        b[1:-1, 1:-1] = (u[1:-1, 2:] - u[1:-1, :-2]) * (v[2:, 1:-1] - v[:-2, 1:-1]) - (
            u[2:, 1:-1] - u[:-2, 1:-1]
        ) * (v[1:-1, 2:] - v[1:-1, :-2])
        for _ in range(4):
            pn = p.copy()
            p[1:-1, 1:-1] = mean(pn) - b[1:-1, 1:-1]
            p[:, -1] = p[:, -2]
            p[0, :] = p[1, :]
            p[:, 0] = p[:, 1]
            p[-1, :] = 0
        un, vn = u.copy(), v.copy()
        for w, wn in ((u, un), (v, vn)):
            w[1:-1, 1:-1] = (
                wn[1:-1, 1:-1]
                - un[1:-1, 1:-1] * (wn[1:-1, 1:-1] - wn[1:-1, :-2])
                - vn[1:-1, 1:-1] * (wn[1:-1, 1:-1] - wn[:-2, 1:-1])
                - 0.5 * (p[2:, 1:-1] - p[:-2, 1:-1])
                + mean(wn)
            )
            w[0, :] = 0
            w[:, 0] = 0
            w[:, -1] = 0
            w[-1, :] = 0
        u[-1, :] = 1

    return body


def vectors(n):
    """Conjugate gradients but for the product."""
    x, p, r = np.zeros(n), np.ones(n), np.arange(n) / n

    def body():
        nonlocal x, p, r
        alpha = 1.0 / (p * p).sum()
        x = x + alpha * p
        r = r - alpha * p
        p = r + (r * r).sum() * p
        p = p / 2.0

    return body


def matrix_vector(n):
    """What conjugate gradients with a dense matrix need in a step besides their sums."""
    a, p = numbers(n, n), np.arange(n) / n

    def body():
        nonlocal p
        p = (a @ p) * 1e-8

    return body


def conjugate_gradients(n):
    """A step of `Examples/cg.py --dense`."""
    a = numbers(n, n) * 1e-9 + np.eye(n)
    x, r = np.zeros(n), np.arange(n) / n
    p, square = r * 1.0, (r * r).sum()

    def body():
        nonlocal x, r, p, square
        q = a @ p
        alpha = square / (p * q).sum()
        x = x + alpha * p
        r = r - alpha * q
        before, square = square, (r * r).sum()
        p = r + (square / before) * p

    return body


def black_scholes(n):
    spot, strike, time = np.ones(n), np.ones(n), np.ones(n)

    def body():
        d1 = (np.log(spot / strike) + (0.02 + 0.045) * time) / (0.3 * np.sqrt(time))
        d2 = d1 - 0.3 * np.sqrt(time)
        body.call = spot * np.tanh(d1) - strike * np.exp(-0.02 * time) * np.tanh(d2)
        body.put = body.call - spot + strike * np.exp(-0.02 * time)

    return body


def kmeans(n, centers=8):
    """A step of `Examples/kmeans.py`."""
    points = numbers(n, 4)
    middle, labels = points[:centers] * 1.0, np.arange(centers)

    def body():
        nonlocal middle
        distances = ((points[:, None, :] - middle[None, :, :]) ** 2).sum(axis=2)
        nearest = distances.argmin(axis=1)
        chosen = (nearest[:, None] == labels[None, :]).astype(float)
        counts = chosen.sum(axis=0)
        middle = chosen.T @ points / np.maximum(counts, 1)[:, None]

    return body


def labels(n, centers=8):
    """The part of k-means that every point does for itself."""
    distances = numbers(n, centers)

    def body():
        body.nearest = (distances * 2.0).argmin(axis=1)

    return body


def transpose(n, m=None):
    a = numbers(n, m or n)
    b = np.zeros((m or n, n))

    def body():
        b[:] = a.T

    return body


def product(m, k, n):
    a, b = numbers(m, k), numbers(k, n)

    def body():
        body.result = a @ b

    return body


def sort(n):
    a = numbers(n)

    def body():
        body.result = np.sort(a)

    return body


def row_for_all(n, m):
    a = numbers(n, m)

    def body():
        nonlocal a
        a = a - a[n // 3]

    return body


def vector_for_all(n):
    a, x = np.ones((n, n)), np.arange(float(n))

    def body():
        nonlocal a, x
        x = x + 1.0
        a = a + x

    return body


def read_only_vector(n):
    a, x = np.ones((n, n)), np.arange(float(n)) * 2.0

    def body():
        nonlocal a
        a = a + x

    return body


def column_sums(n, m):
    a = numbers(n, m)
    sums = None

    def body():
        nonlocal sums
        sums = (a * a).sum(axis=0)

    return body


def between_loopback_ranks(body, rounds):
    before = {(a, b): (messages, size) for a, b, messages, size in _legate.traffic()}
    for _ in range(rounds):
        body()
        _legate.wait()
    pairs = []
    for a, b, messages, size in _legate.traffic():
        known = before.get((a, b), (0, 0))
        if messages > known[0]:
            pairs.append((a, b, (messages - known[0]) / rounds, (size - known[1]) / rounds))
    return {
        "messages": sum(pair[2] for pair in pairs), "bytes": sum(pair[3] for pair in pairs), "pairs": pairs
    }  # fmt: skip


# Times are the least of so many parts of all rounds: something else may have had the processor in the others.
PARTS = 5


def of_one_rank(body, rounds, resident_before):
    marks = [_legate.counts()]
    for part in range(PARTS):
        for _ in range(rounds * part // PARTS, rounds * (part + 1) // PARTS):
            body()
            _legate.wait()
        marks.append(_legate.counts())
    before, after = marks[0], marks[-1]
    change = {key: after[key] - before[key] for key in after}

    def microseconds(kind, time):
        parts = ((end[time] - begin[time], end[kind] - begin[kind]) for begin, end in zip(marks, marks[1:]))
        return min((spent / 1e3 / launches for spent, launches in parts if launches), default=0.0)

    return {
        "launches": change["launches"] / rounds,
        "new": microseconds("plannedLaunches", "planningNanoseconds"),
        "again": microseconds("replayedLaunches", "replayNanoseconds"),
        "messages": change["messages"] / rounds,
        "bytes": change["messageBytes"] / rounds,
        "read": change["bytesRead"] / rounds,
        "written": change["bytesWritten"] / rounds,
        "allocated": change["allocatedBytes"] / rounds,
        "kibibytes": (resident() - resident_before) / 1024,
    }


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main(case, sizes):
    rounds, warm = sizes.pop("rounds", 3), sizes.pop("warm", 2)
    np.zeros(8).sum().item()
    start = resident()
    body = globals()[case](**sizes)
    for _ in range(warm):
        body()
        _legate.wait()
    simulated = "LEGATE_SIMULATE_RANKS" in os.environ
    found = of_one_rank(body, rounds, start) if simulated else between_loopback_ranks(body, rounds)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
