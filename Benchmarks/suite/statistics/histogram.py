"""A histogram of values with weights, and the moments of it."""

import numpy as np

SIZES = {"tiny": (500, 20), "medium": (50_000, 50), "large": (2_000_000, 100)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(n, bins):
    i = np.arange(n)
    return np.sin(i * 0.37) + np.cos(i * 0.11), 1.0 + i % 3, bins


def kernel(values, weights, bins):
    low, high = values.min(), values.max()
    index = ((values - low) / (high - low) * bins).astype(np.int64)
    index = np.minimum(index, bins - 1)
    counts = np.bincount(index, weights=weights, minlength=bins)
    centres = low + (np.arange(bins) + 0.5) * (high - low) / bins
    share = counts / counts.sum()
    mean = np.sum(share * centres)
    return counts, mean, np.sum(share * (centres - mean) ** 2)
