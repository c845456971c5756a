"""Sobel's edges: two gradients, their length, and a threshold."""

import numpy as np

SIZES = {"tiny": (32, 40), "medium": (240, 320), "large": (1080, 1920)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(rows, columns):
    i, j = np.arange(rows)[:, None], np.arange(columns)[None, :]
    return (128.0 + 60.0 * np.sin(0.1 * i) * np.cos(0.07 * j) + (i * j) % 17,)


def kernel(image):
    across = (
        image[:-2, 2:] - image[:-2, :-2]
        + 2.0 * (image[1:-1, 2:] - image[1:-1, :-2])
        + image[2:, 2:] - image[2:, :-2]
    )
    down = (
        image[2:, :-2] - image[:-2, :-2]
        + 2.0 * (image[2:, 1:-1] - image[:-2, 1:-1])
        + image[2:, 2:] - image[:-2, 2:]
    )
    length = np.sqrt(across * across + down * down)
    edges = length > 0.5 * length.max()
    return length, edges.sum()
