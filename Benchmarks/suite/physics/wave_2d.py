"""A drum: the wave equation in the plane with damping."""

import numpy as np

SIZES = {"tiny": (40, 20), "medium": (200, 30), "large": (1500, 5)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(n, steps):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    u = np.exp(-0.01 * ((i - n / 2) ** 2 + (j - n / 3) ** 2))
    return u, u.copy(), 0.2, 0.999, steps


def kernel(u, old, ratio, damping, steps):
    for _ in range(steps):
        around = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]
        old[1:-1, 1:-1] = damping * (2.0 * u[1:-1, 1:-1] - old[1:-1, 1:-1] + ratio * around)
        u, old = old, u
    return u
