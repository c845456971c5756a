"""Burgers' equation in the plane: convection with upwind differences, and diffusion."""

import numpy as np

SIZES = {"tiny": (41, 10), "medium": (141, 20), "large": (1001, 4)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(n, steps):
    d = 2.0 / (n - 1)
    u = np.ones((n, n))
    u[n // 4 : n // 2, n // 4 : n // 2] = 2.0
    return u, u.copy(), d, 0.0009 * d * d / 0.01, steps


def moved(w, un, vn, d, dt):
    here = w[1:-1, 1:-1]
    return (
        here
        - dt / d * un[1:-1, 1:-1] * (here - w[1:-1, :-2])
        - dt / d * vn[1:-1, 1:-1] * (here - w[:-2, 1:-1])
        + 0.01 * dt / d**2 * (w[1:-1, 2:] - 2 * here + w[1:-1, :-2])
        + 0.01 * dt / d**2 * (w[2:, 1:-1] - 2 * here + w[:-2, 1:-1])
    )


def kernel(u, v, d, dt, steps):
    for _ in range(steps):
        un = u.copy()
        vn = v.copy()
        u[1:-1, 1:-1] = moved(un, un, vn, d, dt)
        v[1:-1, 1:-1] = moved(vn, un, vn, d, dt)
        for w in (u, v):
            w[0, :] = 1
            w[-1, :] = 1
            w[:, 0] = 1
            w[:, -1] = 1
    return u, v
