"""Conjugate gradients on the five-point Laplacian, without a matrix."""

import numpy as np

SIZES = {"tiny": (24, 20), "medium": (250, 20), "large": (1000, 8)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(n, steps):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    return np.sin(0.1 * i) * np.cos(0.07 * j) + 0.01, steps


def laplacian(x):
    y = 4.0 * x
    y[1:] -= x[:-1]
    y[:-1] -= x[1:]
    y[:, 1:] -= x[:, :-1]
    y[:, :-1] -= x[:, 1:]
    return y


def kernel(b, steps):
    x = np.zeros_like(b)
    r = b.copy()
    p = b.copy()
    rho = np.sum(r * r)
    for _ in range(steps):
        q = laplacian(p)
        alpha = rho / np.sum(p * q)
        x = x + alpha * p
        r = r - alpha * q
        before = rho
        rho = np.sum(r * r)
        p = r + rho / before * p
    return x
