"""Two vectors, each moved on by a matrix or its transpose."""

import numpy as np

SIZES = {"tiny": (64,), "medium": (800,), "large": (4000,)}
CLASSES = {"tiny": "calls", "medium": "blas", "large": "blas"}


def initialize(n):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    k = np.arange(n)
    a = (i * j) % n / n
    return k / n, (k + 1) % n / n, (k + 3) % n / n, (k + 4) % n / n, a


def kernel(x1, x2, y1, y2, a):
    x1 += a @ y1
    x2 += y2 @ a
    return x1, x2
