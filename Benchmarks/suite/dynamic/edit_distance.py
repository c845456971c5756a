"""Edit distance of two texts, one diagonal of the table after another."""

import numpy as np

SIZES = {"tiny": (40,), "medium": (400,), "large": (3000,)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "calls"}


def initialize(n):
    i = np.arange(n)
    return (i * i + 3 * i) % 23 % 4, (i * i * 5 + i) % 29 % 4


def kernel(a, b):
    n = a.shape[0]
    reverse = b[::-1].copy()
    last = np.zeros(n + 1, dtype=np.int64)
    line = np.ones(n + 1, dtype=np.int64)
    for d in range(2, 2 * n + 1):
        low, high = max(1, d - n), min(n, d - 1)
        new = np.full(n + 1, d, dtype=np.int64)
        differs = a[low - 1 : high] != reverse[n - d + low : n - d + high + 1]
        new[low : high + 1] = np.minimum(
            last[low - 1 : high] + differs,
            np.minimum(line[low - 1 : high], line[low : high + 1]) + 1,
        )
        last = line
        line = new
    return line
