"""Heat in a box: second differences along three axes."""

import numpy as np

SIZES = {"tiny": (12, 20), "medium": (40, 20), "large": (150, 4)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(n, steps):
    i = np.arange(n)[:, None, None]
    j = np.arange(n)[None, :, None]
    k = np.arange(n)[None, None, :]
    a = (i + j + (n - k)) * 10.0 / n
    return a, a.copy(), steps


def spread(a):
    middle = a[1:-1, 1:-1, 1:-1]
    return (
        0.125 * (a[2:, 1:-1, 1:-1] - 2.0 * middle + a[:-2, 1:-1, 1:-1])
        + 0.125 * (a[1:-1, 2:, 1:-1] - 2.0 * middle + a[1:-1, :-2, 1:-1])
        + 0.125 * (a[1:-1, 1:-1, 2:] - 2.0 * middle + a[1:-1, 1:-1, :-2])
        + middle
    )


def kernel(a, b, steps):
    for _ in range(steps):
        b[1:-1, 1:-1, 1:-1] = spread(a)
        a[1:-1, 1:-1, 1:-1] = spread(b)
    return a
