"""Bootstrap: means of samples drawn with replacement, and their quantiles."""

import numpy as np

SIZES = {"tiny": (50, 20), "medium": (500, 100), "large": (5000, 400)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(count, samples):
    i = np.arange(count)
    return np.exp(np.sin(i * 0.7) + 0.3 * np.cos(i * 2.1)), samples


def kernel(data, samples):
    random = np.random.default_rng(7)
    chosen = random.integers(0, data.shape[0], size=(samples, data.shape[0]))
    means = data[chosen].mean(axis=1)
    return np.quantile(means, np.array([0.025, 0.5, 0.975])), means.std()
