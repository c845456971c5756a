"""The correlation matrix of columns of data, from standardized columns."""

import numpy as np

SIZES = {"tiny": (50, 20), "medium": (800, 150), "large": (6000, 500)}
CLASSES = {"tiny": "calls", "medium": "blas", "large": "blas"}


def initialize(rows, columns):
    i, j = np.arange(rows)[:, None], np.arange(columns)[None, :]
    return ((i * j) % 97 / 97.0 + np.sin(0.1 * i + j),)


def kernel(data):
    mean = data.mean(axis=0)
    spread = data.std(axis=0)
    spread = np.where(spread <= 0.1, 1.0, spread)
    standard = (data - mean) / (np.sqrt(data.shape[0]) * spread)
    return standard.T @ standard
