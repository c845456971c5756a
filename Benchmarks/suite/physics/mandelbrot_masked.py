"""The Mandelbrot set with a shrinking set of points that have not escaped."""

import numpy as np

SIZES = {"tiny": (24, 20), "medium": (150, 30), "large": (500, 30)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(n, steps):
    x = np.linspace(-2.0, 0.5, n)
    y = np.linspace(-1.25, 1.25, n)
    return (x + y[:, None] * 1j).reshape(-1), steps


def kernel(c, steps):
    count = np.zeros(c.shape[0], dtype=np.int64)
    where = np.arange(c.shape[0])
    z = np.zeros_like(c)
    for _ in range(steps):
        z = z * z + c
        inside = z.real * z.real + z.imag * z.imag < 4.0
        where = where[inside]
        z = z[inside]
        c = c[inside]
        count[where] += 1
    return count
