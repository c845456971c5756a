"""The two products of a step of the biconjugate gradient method."""

import numpy as np

SIZES = {"tiny": (60, 70), "medium": (700, 800), "large": (4000, 4500)}
CLASSES = {"tiny": "calls", "medium": "blas", "large": "blas"}


def initialize(rows, columns):
    i, j = np.arange(rows)[:, None], np.arange(columns)[None, :]
    a = (i * (j + 1)) % rows / rows
    p = np.arange(columns) % columns / columns
    r = np.arange(rows) % rows / rows
    return a, p, r


def kernel(a, p, r):
    return r @ a, a @ p
