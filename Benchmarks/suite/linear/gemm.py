"""General matrix product: C becomes alpha A B + beta C."""

import numpy as np

SIZES = {"tiny": (24,), "medium": (256,), "large": (900,)}
CLASSES = {"tiny": "calls", "medium": "blas", "large": "blas"}


def initialize(n):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    a = (i * j + 1) % n / n
    b = (i * j + 2) % n / n
    c = (i + 2 * j) % n / n
    return 1.5, 1.2, a, b, c


def kernel(alpha, beta, a, b, c):
    c[:] = alpha * a @ b + beta * c
    return c
