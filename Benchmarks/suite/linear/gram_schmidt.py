"""Modified Gram-Schmidt: an orthonormal basis, column by column."""

import numpy as np

SIZES = {"tiny": (30, 20), "medium": (200, 120), "large": (1500, 150)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "blas"}


def initialize(rows, columns):
    i, j = np.arange(rows)[:, None], np.arange(columns)[None, :]
    a = ((i * j) % rows) / rows * 100.0 + 10.0 + np.where(i == j, rows, 0.0)
    return (a,)


def kernel(a):
    columns = a.shape[1]
    q = np.zeros_like(a)
    r = np.zeros((columns, columns))
    for k in range(columns):
        r[k, k] = np.sqrt(np.dot(a[:, k], a[:, k]))
        q[:, k] = a[:, k] / r[k, k]
        r[k, k + 1 :] = q[:, k] @ a[:, k + 1 :]
        a[:, k + 1 :] -= np.outer(q[:, k], r[k, k + 1 :])
    return q, r
