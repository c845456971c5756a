"""Grey dilation and erosion over a 3 by 3 window, some times over: the top-hat of an image."""

import numpy as np

SIZES = {"tiny": (32, 40, 2), "medium": (240, 320, 3), "large": (1080, 1920, 2)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(rows, columns, times):
    i, j = np.arange(rows)[:, None], np.arange(columns)[None, :]
    return ((i * i * 3 + j * 5 + i * j) % 251).astype(np.uint8), times


def kernel(image, times):
    opened = image.copy()
    for _ in range(times):
        a = np.minimum(np.minimum(opened[:, :-2], opened[:, 1:-1]), opened[:, 2:])
        opened[1:-1, 1:-1] = np.minimum(np.minimum(a[:-2], a[1:-1]), a[2:])
    for _ in range(times):
        a = np.maximum(np.maximum(opened[:, :-2], opened[:, 1:-1]), opened[:, 2:])
        opened[1:-1, 1:-1] = np.maximum(np.maximum(a[:-2], a[1:-1]), a[2:])
    return image - np.minimum(opened, image)
