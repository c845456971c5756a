"""Normalization over a batch, scale and shift, and a smooth rectifier (GELU)."""

import numpy as np

SIZES = {"tiny": (16, 20), "medium": (256, 300), "large": (4000, 700)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(batch, features):
    i, j = np.arange(batch)[:, None], np.arange(features)[None, :]
    k = np.arange(features)
    return np.sin(i * 0.7 + j) * (1.0 + j % 3), 1.0 + 0.01 * k, 0.1 * np.cos(k)


def kernel(x, scale, shift):
    mean = np.mean(x, axis=0)
    spread = np.var(x, axis=0)
    y = scale * (x - mean) / np.sqrt(spread + 1e-5) + shift
    return 0.5 * y * (1.0 + np.tanh(0.7978845608 * (y + 0.044715 * y**3)))
