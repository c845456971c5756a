"""Integers clipped, scaled and added."""

import numpy as np

SIZES = {"tiny": (20, 20), "medium": (200, 300), "large": (1500, 2000)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(rows, columns):
    i, j = np.arange(rows)[:, None], np.arange(columns)[None, :]
    return (i * 31 + j * 17) % 1000, (i * 13 + j * 7) % 1000


def kernel(a, b):
    return np.clip(a, 2, 10) * 4 + b * 3 + 9
