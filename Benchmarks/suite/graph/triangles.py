"""Triangles of a graph and the clustering of its nodes, from products of its matrix."""

import numpy as np

SIZES = {"tiny": (30,), "medium": (250,), "large": (900,)}
CLASSES = {"tiny": "calls", "medium": "blas", "large": "blas"}


def initialize(n):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    links = ((i * i + j * j + i * j) % 13 < 2) & (i != j)
    return ((links | links.T).astype(np.float64),)


def kernel(links):
    closed = np.sum((links @ links) * links, axis=1)
    degree = np.sum(links, axis=1)
    pairs = degree * (degree - 1.0)
    return closed / np.maximum(pairs, 1.0), np.sum(closed) / 6.0
