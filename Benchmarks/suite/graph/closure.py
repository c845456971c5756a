"""The transitive closure of a relation (Warshall), on booleans."""

import numpy as np

SIZES = {"tiny": (24,), "medium": (128,), "large": (700,)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "arrays"}


def initialize(n):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    return ((j == (i * 3 + 1) % n) | (j == (i * 5 + 2) % n),)


def kernel(reach):
    n = reach.shape[0]
    for k in range(n):
        reach |= reach[:, k : k + 1] & reach[k]
    return reach
