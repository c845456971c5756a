"""A recursive smoothing filter over the columns of an image, forwards and backwards."""

import numpy as np

SIZES = {"tiny": (40, 30), "medium": (200, 300), "large": (700, 3000)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "calls"}


def initialize(rows, columns):
    i, j = np.arange(rows)[:, None], np.arange(columns)[None, :]
    return ((313 * i + 991 * j) % 65536) / 65535.0, 0.25


def kernel(image, alpha):
    rows = image.shape[0]
    k = (1.0 - np.exp(-alpha)) ** 2 / (1.0 + 2.0 * alpha * np.exp(-alpha) - np.exp(2.0 * alpha))
    a1, a2 = k, k * np.exp(-alpha) * (alpha - 1.0)
    b1, b2 = 2.0 * np.exp(-alpha), -np.exp(-2.0 * alpha)
    down = np.zeros_like(image)
    down[0] = a1 * image[0]
    down[1] = a1 * image[1] + a2 * image[0] + b1 * down[0]
    for i in range(2, rows):
        down[i] = a1 * image[i] + a2 * image[i - 1] + b1 * down[i - 1] + b2 * down[i - 2]
    up = np.zeros_like(image)
    for i in range(rows - 3, -1, -1):
        up[i] = a1 * image[i + 1] + a2 * image[i + 2] + b1 * up[i + 1] + b2 * up[i + 2]
    return down + up
