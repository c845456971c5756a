"""Floyd and Warshall: shortest paths between all pairs of nodes."""

import numpy as np

SIZES = {"tiny": (24,), "medium": (128,), "large": (400,)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "arrays"}


def initialize(n):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    path = i * j % 7 + 1
    path = np.where(((i + j) % 13 == 0) | ((i + j) % 7 == 0) | ((i + j) % 11 == 0), 999, path)
    return (path,)


def kernel(path):
    n = path.shape[0]
    for k in range(n):
        path[:] = np.minimum(path[:], path[:, k : k + 1] + path[k : k + 1, :])
    return path
