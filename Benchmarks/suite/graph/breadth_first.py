"""Breadth-first levels from one node, a whole frontier at a time over a dense matrix of links."""

import numpy as np

SIZES = {"tiny": (40,), "medium": (400,), "large": (2500,)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(n):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    near = (abs(i - j) == n // 17 + 1) | (abs(i - j) == 1) | ((i + j) % (n // 2 + 1) == 3)
    return (near,)


def kernel(links):
    n = links.shape[0]
    level = np.full(n, -1)
    frontier = np.zeros(n, dtype=bool)
    frontier[0] = True
    depth = 0
    while np.any(frontier) and depth < 12:
        level[frontier] = depth
        reached = np.any(links & frontier[:, None], axis=0)
        frontier = reached & (level < 0)
        depth += 1
    return level
