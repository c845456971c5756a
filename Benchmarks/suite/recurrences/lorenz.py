"""The Lorenz system by Runge-Kutta's method: a loop over vectors of three elements."""

import numpy as np

SIZES = {"tiny": (20,), "medium": (200,), "large": (2000,)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "calls"}


def initialize(steps):
    return np.array([1.0, 1.0, 1.0]), 0.01, steps


def rates(state):
    x, y, z = state
    return np.array([10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z])


def kernel(state, dt, steps):
    path = np.zeros((steps + 1, 3))
    path[0] = state
    for i in range(steps):
        k1 = rates(state)
        k2 = rates(state + 0.5 * dt * k1)
        k3 = rates(state + 0.5 * dt * k2)
        k4 = rates(state + dt * k3)
        state = state + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        path[i + 1] = state
    return path
