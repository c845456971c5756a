"""Kepler's equation for many orbits by Newton's method."""

import numpy as np

SIZES = {"tiny": (100, 10), "medium": (20_000, 10), "large": (1_000_000, 4)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(count, steps):
    i = np.arange(count)
    return i % 629 / 100.0, 0.1 + i % 80 / 100.0, steps


def kernel(anomaly, eccentricity, steps):
    e = anomaly + eccentricity * np.sin(anomaly)
    for _ in range(steps):
        e = e - (e - eccentricity * np.sin(e) - anomaly) / (1.0 - eccentricity * np.cos(e))
    x = np.cos(e) - eccentricity
    y = np.sqrt(1.0 - eccentricity**2) * np.sin(e)
    return x, y
