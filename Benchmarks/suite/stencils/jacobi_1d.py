"""Three-point averages over a line, back and forth between two arrays."""

import numpy as np

SIZES = {"tiny": (100, 40), "medium": (30_000, 40), "large": (2_000_000, 10)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(n, steps):
    i = np.arange(n)
    return (i + 2.0) / n, (i + 3.0) / n, steps


def kernel(a, b, steps):
    for _ in range(steps):
        b[1:-1] = 0.33333 * (a[:-2] + a[1:-1] + a[2:])
        a[1:-1] = 0.33333 * (b[:-2] + b[1:-1] + b[2:])
    return a
