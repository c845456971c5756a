"""Three layers forward: products, rectifiers, and a softmax at the end."""

import numpy as np

SIZES = {"tiny": (8, 16, 24, 8), "medium": (64, 128, 256, 32), "large": (512, 1024, 1024, 64)}
CLASSES = {"tiny": "calls", "medium": "blas", "large": "blas"}


def weights(rows, columns):
    i, j = np.arange(rows)[:, None], np.arange(columns)[None, :]
    return (np.sin(i * 0.7 + j * 1.3) / np.sqrt(rows)).astype(np.float32)


def initialize(batch, inputs, hidden, outputs):
    return (
        weights(batch, inputs),
        weights(inputs, hidden),
        weights(1, hidden)[0],
        weights(hidden, hidden),
        weights(1, hidden)[0] * 0.5,
        weights(hidden, outputs),
        weights(1, outputs)[0],
    )


def kernel(x, w1, b1, w2, b2, w3, b3):
    x = np.maximum(x @ w1 + b1, 0)
    x = np.maximum(x @ w2 + b2, 0)
    x = x @ w3 + b3
    raised = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return raised / np.sum(raised, axis=-1, keepdims=True)
