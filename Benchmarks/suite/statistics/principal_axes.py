"""Principal components by power iteration with deflation."""

import numpy as np

SIZES = {"tiny": (60, 10, 2, 10), "medium": (2000, 50, 3, 20), "large": (40_000, 60, 3, 10)}
CLASSES = {"tiny": "calls", "medium": "blas", "large": "blas"}


def initialize(rows, columns, axes, steps):
    i, j = np.arange(rows)[:, None], np.arange(columns)[None, :]
    return np.sin(0.01 * i * (j % 5 + 1)) + 0.1 * np.cos(i * 0.7 + j * j), axes, steps


def kernel(data, axes, steps):
    data = data - data.mean(axis=0)
    columns = data.shape[1]
    found = np.zeros((axes, columns))
    for k in range(axes):
        v = np.ones(columns) / np.sqrt(columns)
        for _ in range(steps):
            v = data.T @ (data @ v)
            v = v / np.sqrt(np.sum(v * v))
        found[k] = v
        data = data - np.outer(data @ v, v)
    return np.abs(found)
