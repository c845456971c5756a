"""Softmax over the last axis of scores."""

import numpy as np

SIZES = {"tiny": (4, 4, 8, 8), "medium": (8, 8, 40, 40), "large": (16, 16, 100, 100)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(batch, heads, rows, columns):
    count = batch * heads * rows * columns
    i = np.arange(count)
    return ((np.sin(i * 0.37) * 4.0).astype(np.float32).reshape(batch, heads, rows, columns),)


def kernel(x):
    highest = np.max(x, axis=-1, keepdims=True)
    raised = np.exp(x - highest)
    return raised / np.sum(raised, axis=-1, keepdims=True)
