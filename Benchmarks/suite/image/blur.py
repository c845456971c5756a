"""A Gaussian blur with separable weights, first along rows, then along columns."""

import numpy as np

SIZES = {"tiny": (32, 40), "medium": (240, 320), "large": (1080, 1920)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(rows, columns):
    i, j = np.arange(rows)[:, None], np.arange(columns)[None, :]
    image = ((i * 13 + j * 29) % 256).astype(np.float32)
    weights = np.exp(-0.5 * (np.arange(-3, 4) / 1.5) ** 2)
    return image, [float(w) for w in weights / weights.sum()]


def kernel(image, weights):
    rows, columns = image.shape
    reach = len(weights) - 1
    across = np.zeros((rows, columns - reach), dtype=np.float32)
    for k in range(len(weights)):
        across += weights[k] * image[:, k : columns - reach + k]
    result = np.zeros((rows - reach, columns - reach), dtype=np.float32)
    for k in range(len(weights)):
        result += weights[k] * across[k : rows - reach + k, :]
    return result
