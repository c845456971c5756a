"""The Mandelbrot set over the whole grid in each step."""

import numpy as np

SIZES = {"tiny": (24, 20), "medium": (150, 30), "large": (900, 12)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(n, steps):
    x = np.linspace(-2.0, 0.5, n)
    y = np.linspace(-1.25, 1.25, n)
    return x + y[:, None] * 1j, steps


def kernel(c, steps):
    z = np.zeros_like(c)
    count = np.zeros(c.shape, dtype=np.int64)
    for _ in range(steps):
        inside = np.abs(z) < 2.0
        count += inside
        z = np.where(inside, z * z + c, z)
    return count
