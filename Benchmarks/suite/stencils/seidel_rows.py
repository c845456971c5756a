"""Gauss-Seidel by rows: each row uses the new values of the row above."""

import numpy as np

SIZES = {"tiny": (30, 4), "medium": (120, 6), "large": (1200, 2)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "calls"}


def initialize(n, steps):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    return (i * (j + 2.0) + 2.0) / n, steps


def kernel(a, steps):
    n = a.shape[0]
    for _ in range(steps):
        for i in range(1, n - 1):
            a[i, 1:-1] = 0.25 * (a[i - 1, 1:-1] + a[i + 1, 1:-1] + a[i, :-2] + a[i, 2:])
    return a
