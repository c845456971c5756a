"""Five-point averages over a grid, back and forth between two arrays."""

import numpy as np

SIZES = {"tiny": (30, 40), "medium": (200, 40), "large": (1500, 8)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(n, steps):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    return i * (j + 2.0) / n, i * (j + 3.0) / n, steps


def kernel(a, b, steps):
    for _ in range(steps):
        b[1:-1, 1:-1] = 0.2 * (
            a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1]
        )
        a[1:-1, 1:-1] = 0.2 * (
            b[1:-1, 1:-1] + b[1:-1, :-2] + b[1:-1, 2:] + b[2:, 1:-1] + b[:-2, 1:-1]
        )
    return a
