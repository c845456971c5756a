"""Folding of a strand of bases: a triangular table filled from the diagonal outward."""

import numpy as np

SIZES = {"tiny": (30,), "medium": (100,), "large": (150,)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "calls"}


def initialize(n):
    i = np.arange(n)
    return ((i * i + i + 1) % 4,)


def kernel(bases):
    n = bases.shape[0]
    table = np.zeros((n, n), dtype=np.int64)
    pairs = (bases[:, None] + bases[None, :] == 3).astype(np.int64)
    for width in range(1, n):
        i = np.arange(n - width)
        j = i + width
        best = np.maximum(table[i, j - 1], table[i + 1, j])
        best = np.maximum(best, table[i + 1, j - 1] * (width > 1) + pairs[i, j])
        for k in range(1, width):
            best = np.maximum(best, table[i, i + k] + table[i + k + 1, j])
        table[i, j] = best
    return table
