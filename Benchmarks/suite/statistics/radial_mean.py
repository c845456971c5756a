"""Mean of data over rings around a centre: a mask per ring."""

import numpy as np

SIZES = {"tiny": (500, 10), "medium": (50_000, 20), "large": (1_000_000, 10)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(n, rings):
    i = np.arange(n)
    return np.cos(i * 0.3), np.abs(np.sin(i * 0.17)) + i % 10 * 0.1, rings


def kernel(data, radius, rings):
    longest = radius.max()
    result = np.zeros(rings)
    for i in range(rings):
        inner = longest * i / rings
        outer = longest * (i + 1) / rings
        mask = (inner <= radius) & (radius < outer)
        result[i] = data[mask].mean()
    return result
