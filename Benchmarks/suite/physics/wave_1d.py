"""A string under tension, by second differences in space and time."""

import numpy as np

SIZES = {"tiny": (200, 50), "medium": (20_000, 50), "large": (3_000_000, 6)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(n, steps):
    x = np.arange(n) / (n - 1)
    u = np.sin(np.pi * x) + 0.5 * np.sin(3 * np.pi * x)
    u[0] = u[-1] = 0.0
    return u, 0.81, steps


def kernel(u, ratio, steps):
    old = u.copy()
    for _ in range(steps):
        new = np.zeros_like(u)
        new[1:-1] = 2.0 * u[1:-1] - old[1:-1] + ratio * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        old = u
        u = new
    return u
