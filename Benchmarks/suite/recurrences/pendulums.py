"""Many driven pendulums at once: a loop of short vector operations in time."""

import numpy as np

SIZES = {"tiny": (100, 20), "medium": (4096, 50), "large": (500_000, 6)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "arrays"}


def initialize(count, steps):
    return 0.1 + np.arange(count) / count, np.zeros(count), 0.02, steps


def kernel(angle, speed, dt, steps):
    for step in range(steps):
        force = -np.sin(angle) - 0.2 * speed + 1.1 * np.cos(0.66 * step * dt)
        speed = speed + dt * force
        angle = angle + dt * speed
    return angle, speed
