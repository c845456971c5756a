"""A density from sample points with Gaussian kernels."""

import numpy as np

SIZES = {"tiny": (40, 50), "medium": (300, 300), "large": (2000, 1500)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(samples, points):
    i = np.arange(samples)
    return np.sin(i * 1.7) + 0.2 * np.cos(i * 0.3), np.linspace(-2.0, 2.0, points)


def kernel(samples, points):
    width = 1.06 * np.std(samples) * samples.shape[0] ** (-0.2)
    apart = (points[:, None] - samples[None, :]) / width
    return np.sum(np.exp(-0.5 * apart * apart), axis=1) / (
        samples.shape[0] * width * np.sqrt(2.0 * np.pi)
    )
