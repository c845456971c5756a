"""Durbin's recursion for a Toeplitz system: slices grow by one in each step."""

import numpy as np

SIZES = {"tiny": (50,), "medium": (500,), "large": (4000,)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "calls"}


def initialize(n):
    return (1.0 / (2.0 + np.arange(n)),)


def kernel(r):
    n = r.shape[0]
    y = np.zeros_like(r)
    alpha = -r[0]
    beta = 1.0
    y[0] = -r[0]
    for k in range(1, n):
        beta *= 1.0 - alpha * alpha
        alpha = -(r[k] + np.dot(np.flip(r[:k]), y[:k])) / beta
        y[:k] += alpha * np.flip(y[:k])
        y[k] = alpha
    return y
