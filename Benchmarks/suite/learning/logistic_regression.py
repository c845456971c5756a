"""Logistic regression by gradient descent, with the loss of each step."""

import numpy as np

SIZES = {"tiny": (60, 5, 20), "medium": (5000, 10, 20), "large": (200_000, 10, 10)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(rows, columns, steps):
    i, j = np.arange(rows)[:, None], np.arange(columns)[None, :]
    x = np.sin(i * 0.37 + j * 1.9)
    return x, (np.sum(x, axis=1) + 0.3 * np.cos(np.arange(rows) * 2.0) > 0) * 1.0, 0.5, steps


def kernel(x, y, rate, steps):
    rows, columns = x.shape
    w = np.zeros(columns)
    losses = np.zeros(steps)
    for step in range(steps):
        chance = 1.0 / (1.0 + np.exp(-(x @ w)))
        losses[step] = -np.mean(y * np.log(chance) + (1.0 - y) * np.log(1.0 - chance))
        w = w - rate / rows * (x.T @ (chance - y))
    return w, losses
