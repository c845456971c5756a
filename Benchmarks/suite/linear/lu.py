"""LU decomposition without pivots; each step updates the rest of the matrix in place."""

import numpy as np

SIZES = {"tiny": (24,), "medium": (128,), "large": (500,)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "arrays"}


def initialize(n):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    a = ((i * j) % 17) / 17.0 + np.where(i == j, 2.0 * n, 0.0)
    return (a,)


def kernel(a):
    n = a.shape[0]
    for k in range(n - 1):
        a[k + 1 :, k] /= a[k, k]
        a[k + 1 :, k + 1 :] -= np.outer(a[k + 1 :, k], a[k, k + 1 :])
    return a
