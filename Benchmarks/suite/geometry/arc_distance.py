"""Distances on a sphere between pairs of points."""

import numpy as np

SIZES = {"tiny": (100,), "medium": (50_000,), "large": (1_500_000,)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(n):
    i = np.arange(n)
    return i % 628 / 100.0, i * 7 % 314 / 200.0, i * 3 % 628 / 100.0, i * 11 % 314 / 200.0


def kernel(theta1, phi1, theta2, phi2):
    part = np.sin((theta2 - theta1) / 2) ** 2 + np.cos(theta1) * np.cos(theta2) * (
        np.sin((phi2 - phi1) / 2) ** 2
    )
    return 2 * np.arctan2(np.sqrt(part), np.sqrt(np.abs(1 - part)))
