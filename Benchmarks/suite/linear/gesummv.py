"""Sum of two matrix-vector products with scalars."""

import numpy as np

SIZES = {"tiny": (60,), "medium": (700,), "large": (3000,)}
CLASSES = {"tiny": "calls", "medium": "blas", "large": "blas"}


def initialize(n):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    a = (i * j + 1) % n / n
    b = (i * j + 2) % n / n
    x = np.arange(n) % n / n
    return 1.5, 1.2, a, b, x


def kernel(alpha, beta, a, b, x):
    return alpha * a @ x + beta * b @ x
