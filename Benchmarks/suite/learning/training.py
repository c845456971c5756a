"""Training of a network with one hidden layer: forward, backward, and a step down the slope."""

import numpy as np

SIZES = {"tiny": (20, 8, 10, 10), "medium": (300, 60, 80, 10), "large": (4000, 200, 200, 4)}
CLASSES = {"tiny": "calls", "medium": "blas", "large": "blas"}


def initialize(rows, inputs, hidden, steps):
    i, j = np.arange(rows)[:, None], np.arange(inputs)[None, :]
    k = np.arange(hidden)
    x = np.sin(i * 0.3 + j * 0.8)
    y = (np.sum(x, axis=1, keepdims=True) > 0) * 1.0
    w1 = np.sin(np.arange(inputs)[:, None] * 1.1 + k[None, :] * 0.7) / np.sqrt(inputs)
    w2 = np.cos(k[:, None] * 0.9) / np.sqrt(hidden)
    return x, y, w1, w2, 0.5, steps


def kernel(x, y, w1, w2, rate, steps):
    rows = x.shape[0]
    for _ in range(steps):
        hidden = np.tanh(x @ w1)
        output = 1.0 / (1.0 + np.exp(-(hidden @ w2)))
        error = (output - y) / rows
        slope2 = hidden.T @ error
        slope1 = x.T @ ((error @ w2.T) * (1.0 - hidden * hidden))
        w1 = w1 - rate * slope1
        w2 = w2 - rate * slope2
    return w1, w2
