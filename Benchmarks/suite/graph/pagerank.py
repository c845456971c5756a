"""PageRank by power iteration on a dense matrix of links."""

import numpy as np

SIZES = {"tiny": (30, 20), "medium": (400, 20), "large": (3000, 8)}
CLASSES = {"tiny": "calls", "medium": "blas", "large": "blas"}


def initialize(n, steps):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    return ((i * 7 + j * 13) % 11 < 2).astype(np.float64), 0.85, steps


def kernel(links, damping, steps):
    n = links.shape[0]
    moves = links / np.maximum(np.sum(links, axis=0), 1.0)
    rank = np.ones(n) / n
    for _ in range(steps):
        rank = (1.0 - damping) / n + damping * (moves @ rank)
        rank = rank / np.sum(rank)
    return rank
