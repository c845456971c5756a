"""Cholesky's decomposition, a column at a time."""

import numpy as np

SIZES = {"tiny": (24,), "medium": (160,), "large": (700,)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "blas"}


def initialize(n):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    a = 1.0 / (1.0 + np.abs(i - j)) + np.where(i == j, 4.0, 0.0)
    return (a,)


def kernel(a):
    n = a.shape[0]
    for j in range(n):
        row = a[j, :j]
        a[j, j] = np.sqrt(a[j, j] - np.dot(row, row))
        a[j + 1 :, j] = (a[j + 1 :, j] - np.dot(a[j + 1 :, :j], row)) / a[j, j]
    return np.tril(a)
