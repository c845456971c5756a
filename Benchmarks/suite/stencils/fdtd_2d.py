"""Electric and magnetic fields in the plane, by finite differences in time."""

import numpy as np

SIZES = {"tiny": (24, 30, 30), "medium": (200, 240, 30), "large": (1200, 1400, 6)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(nx, ny, steps):
    i, j = np.arange(nx)[:, None], np.arange(ny)[None, :]
    ex = i * (j + 1.0) / nx
    ey = i * (j + 2.0) / ny
    hz = i * (j + 3.0) / nx
    return ex, ey, hz, np.arange(steps) * 1.0, steps


def kernel(ex, ey, hz, source, steps):
    for t in range(steps):
        ey[0, :] = source[t]
        ey[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])
    return ex, ey, hz
