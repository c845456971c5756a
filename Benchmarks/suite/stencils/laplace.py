"""Laplace's equation in a square, swept until it hardly changes or for so many times."""

import numpy as np

SIZES = {"tiny": (51, 60), "medium": (201, 60), "large": (1201, 10)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(n, sweeps):
    p = np.zeros((n, n))
    p[:, -1] = np.linspace(0.0, 1.0, n)
    return p, sweeps


def kernel(p, sweeps):
    change = 1.0
    sweep = 0
    while change > 1e-6 and sweep < sweeps:
        pn = p.copy()
        p[1:-1, 1:-1] = 0.25 * (pn[1:-1, 2:] + pn[1:-1, :-2] + pn[2:, 1:-1] + pn[:-2, 1:-1])
        p[0, :] = p[1, :]
        p[-1, :] = p[-2, :]
        change = np.sum(np.abs(p - pn)) / np.sum(np.abs(pn))
        sweep += 1
    return p
