"""A two-dimensional convolution of an image with a small kernel, tap by tap."""

import numpy as np

SIZES = {"tiny": (24, 24, 3), "medium": (200, 200, 5), "large": (1000, 1000, 5)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(rows, columns, taps):
    i, j = np.arange(rows)[:, None], np.arange(columns)[None, :]
    k, m = np.arange(taps)[:, None], np.arange(taps)[None, :]
    return (i * j) % 11 / 11.0, np.sin(k + 1.0) * np.cos(m * 0.5)


def kernel(image, weights):
    taps = weights.shape[0]
    rows, columns = image.shape[0] - taps + 1, image.shape[1] - taps + 1
    result = np.zeros((rows, columns))
    for k in range(taps):
        for m in range(taps):
            result += weights[k, m] * image[k : k + rows, m : m + columns]
    return result
