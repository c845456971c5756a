"""Implicit diffusion in the plane, one direction after the other, column by column."""

import numpy as np

SIZES = {"tiny": (20, 3), "medium": (100, 3), "large": (400, 2)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "calls"}


def initialize(n, steps):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    return (i + n - j) / n, steps


def half_step(u, v, a, b, c, d, e):
    n = u.shape[0]
    p = np.zeros((n, n))
    q = np.zeros((n, n))
    v[0, 1:-1] = 1.0
    q[1:-1, 0] = 1.0
    for j in range(1, n - 1):
        p[1:-1, j] = -c / (a * p[1:-1, j - 1] + b)
        q[1:-1, j] = (
            -d * u[j, :-2] + (1.0 + 2.0 * d) * u[j, 1:-1] - e * u[j, 2:] - a * q[1:-1, j - 1]
        ) / (a * p[1:-1, j - 1] + b)
    v[-1, 1:-1] = 1.0
    for j in range(n - 2, 0, -1):
        v[j, 1:-1] = p[1:-1, j] * v[j + 1, 1:-1] + q[1:-1, j]


def kernel(u, steps):
    n = u.shape[0]
    v = np.zeros((n, n))
    ratio = 0.4 * n / steps
    for _ in range(steps):
        half_step(u, v, -ratio, 1.0 + 2.0 * ratio, -ratio, -ratio, -ratio)
        half_step(v, u, -ratio, 1.0 + 2.0 * ratio, -ratio, -ratio, -ratio)
    return u
