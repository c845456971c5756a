"""Otsu's threshold from the histogram of a grey image, and the image cut by it."""

import numpy as np

SIZES = {"tiny": (32, 40), "medium": (240, 320), "large": (1080, 1920)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(rows, columns):
    i, j = np.arange(rows)[:, None], np.arange(columns)[None, :]
    bright = 60 + 100 * (np.sin(0.05 * i) * np.cos(0.03 * j) > 0.1)
    return ((bright + (i * 7 + j * 11) % 50).astype(np.uint8),)


def kernel(image):
    counts = np.bincount(image.ravel(), minlength=256)
    share = counts / image.size
    levels = np.arange(256)
    below = np.cumsum(share)
    mean_below = np.cumsum(share * levels)
    whole = mean_below[-1]
    weight = below * (1.0 - below)
    safe = np.where(weight > 0.0, weight, 1.0)
    between = np.where(weight > 0.0, (whole * below - mean_below) ** 2 / safe, 0.0)
    cut = np.argmax(between)
    return (image > cut).astype(np.uint8) * 255
