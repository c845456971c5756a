"""Forward substitution, one dot product of a growing slice after another."""

import numpy as np

SIZES = {"tiny": (40,), "medium": (400,), "large": (3000,)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "calls"}


def initialize(n):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    lower = np.where(j <= i, (i + n - j + 1) * 2.0 / n, 0.0)
    return lower, np.arange(n) * 1.0


def kernel(lower, b):
    n = b.shape[0]
    x = np.zeros(n)
    for i in range(n):
        x[i] = (b[i] - np.dot(lower[i, :i], x[:i])) / lower[i, i]
    return x
