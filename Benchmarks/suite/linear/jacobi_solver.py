"""Jacobi's iteration for a diagonally dominant dense system."""

import numpy as np

SIZES = {"tiny": (40, 20), "medium": (500, 20), "large": (3000, 8)}
CLASSES = {"tiny": "calls", "medium": "blas", "large": "blas"}


def initialize(n, steps):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    a = ((i + 3 * j) % 11) / 11.0 + np.where(i == j, float(n), 0.0)
    return a, np.arange(n) % 7 * 1.0, steps


def kernel(a, b, steps):
    d = np.diag(a)
    rest = a - np.diag(d)
    x = np.zeros_like(b)
    for _ in range(steps):
        x = (b - rest @ x) / d
    return x
