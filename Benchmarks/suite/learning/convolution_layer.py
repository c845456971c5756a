"""A convolution layer with a bias and a rectifier, and two by two pooling after it."""

import numpy as np

SIZES = {"tiny": (2, 12, 2, 3, 3), "medium": (4, 32, 3, 5, 8), "large": (4, 80, 3, 5, 16)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(batch, side, channels, taps, filters):
    count = batch * side * side * channels
    image = np.sin(np.arange(count) * 0.13).reshape(batch, side, side, channels)
    count = taps * taps * channels * filters
    weights = np.cos(np.arange(count) * 0.7).reshape(taps, taps, channels, filters) * 0.1
    return image.astype(np.float32), weights.astype(np.float32), 0.1


def kernel(image, weights, bias):
    batch, side, _, channels = image.shape
    taps, filters = weights.shape[0], weights.shape[3]
    out = side - taps + 1
    result = np.empty((batch, out, out, filters), dtype=np.float32)
    for i in range(out):
        for j in range(out):
            window = image[:, i : i + taps, j : j + taps, :, np.newaxis]
            result[:, i, j, :] = np.sum(window * weights[np.newaxis, :, :, :], axis=(1, 2, 3))
    result = np.maximum(result + bias, 0)
    half = out // 2
    pairs = result[:, : half * 2, : half * 2, :].reshape(batch, half, 2, half, 2, filters)
    return pairs.max(axis=(2, 4))
