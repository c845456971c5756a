"""The knapsack problem: a table row per item, each from the row above."""

import numpy as np

SIZES = {"tiny": (20, 200), "medium": (60, 5000), "large": (40, 200_000)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "arrays"}


def initialize(items, capacity):
    i = np.arange(items)
    return [int(w) for w in i * 7 % 31 + 5], [int(v) for v in i * 11 % 37 + 3], np.zeros(capacity + 1, dtype=np.int64)


def kernel(weights, values, best):
    for weight, value in zip(weights, values):
        best[weight:] = np.maximum(best[weight:], best[:-weight] + value)
    return best
