"""The programs of `scale.py`: `scale_programs.py NAME RANKS` under `LEGATE_SIMULATE_RANKS`.

Each makes its arrays with as many elements per rank for every number of ranks
and returns one round. Values are zeros, so nothing depends on them.
"""

import json
import sys

import _legate
import cunumeric as np

ROUNDS, WARM = 40, 6
ROWS, COLUMNS = 64, 256


def grid(ranks):
    return np.zeros((ROWS * ranks, COLUMNS))


def mean(u):
    return 0.25 * (u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:])


def stencil(ranks):
    u = grid(ranks)

    def body():
        u[1:-1, 1:-1] = mean(u)

    return body


def residual(ranks):
    u = grid(ranks)

    def body():
        new = mean(u)
        norm = np.abs(new - u[1:-1, 1:-1]).max()
        u[1:-1, 1:-1] = new
        return float(norm)

    return body


def vectors(ranks):
    """Conjugate gradients but for the product."""
    n = ROWS * COLUMNS * ranks
    x, p, r = np.zeros(n), np.ones(n), np.ones(n)

    def body():
        nonlocal x, p, r
        alpha = 1.0 / (p * p).sum()
        x = x + alpha * p
        r = r - alpha * p
        p = r + (r * r).sum() * p

    return body


def black_scholes(ranks):
    n = ROWS * COLUMNS * ranks
    spot, strike, time = np.ones(n), np.ones(n), np.ones(n)

    def body():
        d1 = (np.log(spot / strike) + (0.02 + 0.045) * time) / (0.3 * np.sqrt(time))
        d2 = d1 - 0.3 * np.sqrt(time)
        body.call = spot * np.tanh(d1) - strike * np.exp(-0.02 * time) * np.tanh(d2)
        body.put = body.call - spot + strike * np.exp(-0.02 * time)

    return body


def cavity(ranks):
    """A step of the cavity flow of `Examples/cfd.py`, with four sweeps."""
    u, v, p = grid(ranks), grid(ranks), grid(ranks)

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


def kmeans(ranks):
    points = np.zeros((ROWS * COLUMNS * ranks // 4, 4))
    centers, numbers = np.zeros((8, 4)), np.arange(8)

    def body():
        nonlocal centers
        distances = ((points[:, None, :] - centers[None, :, :]) ** 2).sum(axis=2)
        labels = distances.argmin(axis=1)
        chosen = (labels[:, None] == numbers[None, :]).astype(float)
        # The product chosen.T @ points as sums, which stay in their rows.
        sums = (chosen[:, :, None] * points[:, None, :]).sum(axis=0)
        centers = sums / np.maximum(chosen.sum(axis=0), 1)[:, None]

    return body


def row_for_all(ranks):
    a = grid(ranks) + 1.0

    def body():
        nonlocal a
        a = a - a[3]
        _legate.wait()

    return body


def main(name, ranks):
    body = globals()[name](ranks)
    for _ in range(WARM):
        body()
    before = _legate.counts()
    for _ in range(ROUNDS):
        body()
    after = _legate.counts()
    change = {key: after[key] - before[key] for key in after}

    def per_launch(kind):
        launches = change[f"{kind}Launches" if kind == "replayed" else "plannedLaunches"]
        time = change["replayNanoseconds" if kind == "replayed" else "planningNanoseconds"]
        return time / 1e3 / launches if launches else 0.0

    print(
        json.dumps(
            {
                "launches": change["launches"] / ROUNDS,
                "new": per_launch("planned"),
                "again": per_launch("replayed"),
                "messages": change["messages"] / ROUNDS,
                "bytes": change["messageBytes"] / ROUNDS,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
