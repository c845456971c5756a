"""The covariance matrix of columns of data."""

import numpy as np

SIZES = {"tiny": (50, 20), "medium": (800, 150), "large": (6000, 500)}
CLASSES = {"tiny": "calls", "medium": "blas", "large": "blas"}


def initialize(rows, columns):
    i, j = np.arange(rows)[:, None], np.arange(columns)[None, :]
    return ((i * j) % 97 / 97.0 + np.sin(0.1 * i + j),)


def kernel(data):
    mean = np.mean(data, axis=0)
    centred = data - mean
    return centred.T @ centred / (data.shape[0] - 1.0)
