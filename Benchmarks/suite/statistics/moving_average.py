"""Moving mean and spread of a series from running sums, and its outliers."""

import numpy as np

SIZES = {"tiny": (500, 20), "medium": (50_000, 100), "large": (3_000_000, 500)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(n, width):
    i = np.arange(n)
    return np.sin(i * 0.01) + ((i * 7919) % 1009) / 1009.0, width


def kernel(series, width):
    total = np.cumsum(series)
    squares = np.cumsum(series * series)
    mean = (total[width:] - total[:-width]) / width
    spread = np.sqrt((squares[width:] - squares[:-width]) / width - mean * mean)
    far = np.abs(series[width:] - mean) > 1.5 * spread
    return mean, spread, np.count_nonzero(far)
