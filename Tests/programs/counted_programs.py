"""Programs whose messages are counted: `counted_programs.py CASE {"n": 100}`.

Prints one JSON object: messages and bytes of one round between loopback ranks,
in all and for each pair of them.
"""

import json
import sys

import _legate
import cunumeric as np

ROUNDS = 3


def grid(n):
    u = np.zeros((n + 2, n + 2))
    u[0] = 100.0
    u[:, 0] = np.arange(n + 2)
    return u


def mean(u):
    return 0.25 * (u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:])


def stencil(n):
    u = grid(n)

    def body():
        u[1:-1, 1:-1] = mean(u)

    return body


def residual(n):
    u = grid(n)

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


def vectors(n):
    x, p, r = np.zeros(n), np.ones(n), np.arange(n) / n

    def body():
        nonlocal x, p, r
        alpha = 1.0 / (p * p).sum()
        x = x + alpha * p
        r = r - alpha * p
        p = r + (r * r).sum() * p
        p = p / 2.0

    return body


def transpose(n):
    a = np.arange(float(n * n)).reshape(n, n) * 2.0
    b = np.zeros((n, n))

    def body():
        b[:] = a.T

    return body


def row_for_all(n, m):
    a = np.arange(float(n * m)).reshape(n, m) * 2.0

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
    a = np.arange(float(n * m)).reshape(n, m) * 2.0
    sums = None

    def body():
        nonlocal sums
        sums = (a * a).sum(axis=0)

    return body


def main(case, numbers):
    warm = numbers.pop("warm", 2)
    body = globals()[case](**numbers)
    for _ in range(warm):
        body()
    before = {(a, b): (messages, size) for a, b, messages, size in _legate.traffic()}
    for _ in range(ROUNDS):
        body()
        _legate.wait()
    pairs = []
    for a, b, messages, size in _legate.traffic():
        known = before.get((a, b), (0, 0))
        if messages > known[0]:
            pairs.append((a, b, (messages - known[0]) / ROUNDS, (size - known[1]) / ROUNDS))
    print(
        json.dumps(
            {
                "messages": sum(pair[2] for pair in pairs),
                "bytes": sum(pair[3] for pair in pairs),
                "pairs": pairs,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
