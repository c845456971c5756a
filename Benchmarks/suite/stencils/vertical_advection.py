"""Implicit vertical advection: a tridiagonal system per column, level by level."""

import numpy as np

SIZES = {"tiny": (10, 10, 12), "medium": (60, 60, 30), "large": (200, 200, 60)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "arrays"}


def initialize(ni, nj, nk):
    i = np.arange(ni)[None, :, None]
    j = np.arange(nj)[None, None, :]
    k = np.arange(nk)[:, None, None]
    speed = 0.1 * np.sin(0.5 * i + 0.3 * k) * np.cos(0.4 * j)
    field = np.cos(0.2 * i) + 0.1 * np.sin(0.3 * j) + 0.05 * k
    return speed, field, 0.5


def kernel(speed, field, step):
    levels = field.shape[0]
    upper = np.zeros_like(field)
    right = np.zeros_like(field)
    upper[0] = 0.5 * step * speed[0]
    right[0] = field[0]
    for k in range(1, levels):
        lower = -0.5 * step * speed[k]
        pivot = 1.0 / (1.0 - lower * upper[k - 1])
        upper[k] = 0.5 * step * speed[k] * pivot
        right[k] = (field[k] - lower * right[k - 1]) * pivot
    result = np.zeros_like(field)
    result[levels - 1] = right[levels - 1]
    for k in range(levels - 2, -1, -1):
        result[k] = right[k] - upper[k] * result[k + 1]
    return result
