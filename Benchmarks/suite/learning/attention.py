"""Scaled dot-product attention with a causal mask."""

import numpy as np

SIZES = {"tiny": (2, 12, 8), "medium": (8, 64, 32), "large": (16, 384, 64)}
CLASSES = {"tiny": "calls", "medium": "blas", "large": "blas"}


def initialize(heads, length, width):
    i = np.arange(heads * length * width).reshape(heads, length, width)
    parts = (np.sin(i * 0.7), np.cos(i * 0.3), np.sin(i * 1.1 + 1.0))
    return tuple(part.astype(np.float32) for part in parts)


def kernel(query, key, value):
    length, width = query.shape[1], query.shape[2]
    score = query @ np.swapaxes(key, 1, 2) / np.sqrt(width)
    order = np.arange(length)
    score = np.where(order[None, :] <= order[:, None], score, -1e9)
    raised = np.exp(score - np.max(score, axis=-1, keepdims=True))
    return (raised / np.sum(raised, axis=-1, keepdims=True)) @ value
