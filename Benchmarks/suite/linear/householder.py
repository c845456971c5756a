"""QR decomposition by Householder's reflections."""

import numpy as np

SIZES = {"tiny": (24, 16), "medium": (160, 100), "large": (800, 200)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "blas"}


def initialize(rows, columns):
    i, j = np.arange(rows)[:, None], np.arange(columns)[None, :]
    return (((i * 7 + j * 13) % 23) / 23.0 + np.where(i == j, 3.0, 0.0),)


def kernel(a):
    rows, columns = a.shape
    for k in range(columns):
        x = a[k:, k]
        v = x.copy()
        length = np.sqrt(np.dot(x, x))
        if x[0] < 0:
            length = -length
        v[0] += length
        v /= np.sqrt(np.dot(v, v))
        a[k:, k:] -= 2.0 * np.outer(v, v @ a[k:, k:])
    return np.triu(a)
