"""Two matrix products in a row: D becomes alpha A B C + beta D."""

import numpy as np

SIZES = {"tiny": (20,), "medium": (200,), "large": (700,)}
CLASSES = {"tiny": "calls", "medium": "blas", "large": "blas"}


def initialize(n):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    a = (i * j + 1) % n / n
    b = (i * (j + 1)) % n / n
    c = (i * (j + 3) + 1) % n / n
    d = (i * (j + 2)) % n / n
    return 1.5, 1.2, a, b, c, d


def kernel(alpha, beta, a, b, c, d):
    d[:] = alpha * a @ b @ c + beta * d
    return d
