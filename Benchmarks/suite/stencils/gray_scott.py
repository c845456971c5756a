"""Two chemicals that react and spread, on a periodic grid."""

import numpy as np

SIZES = {"tiny": (32, 10), "medium": (160, 20), "large": (1000, 4)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(n, steps):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    middle = (abs(i - n // 2) < n // 8) & (abs(j - n // 2) < n // 8)
    return np.where(middle, 0.5, 1.0), np.where(middle, 0.25, 0.0), steps


def laplacian(a):
    return (
        np.roll(a, 1, axis=0)
        + np.roll(a, -1, axis=0)
        + np.roll(a, 1, axis=1)
        + np.roll(a, -1, axis=1)
        - 4.0 * a
    )


def kernel(u, v, steps):
    for _ in range(steps):
        reaction = u * v * v
        u = u + 0.16 * laplacian(u) - reaction + 0.035 * (1.0 - u)
        v = v + 0.08 * laplacian(v) + reaction - (0.035 + 0.065) * v
    return u, v
