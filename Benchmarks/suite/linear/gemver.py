"""A matrix with two outer products added, and two products of it with vectors."""

import numpy as np

SIZES = {"tiny": (40,), "medium": (500,), "large": (2000,)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(n):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    k = np.arange(n) / n
    a = (i * j) % n / n
    return 1.5, 1.2, a, k, k / 2, k / 4, k / 6, k / 8, k / 9


def kernel(alpha, beta, a, u1, v1, u2, v2, y, z):
    a += np.outer(u1, v1) + np.outer(u2, v2)
    x = beta * y @ a + z
    w = alpha * a @ x
    return a, x, w
