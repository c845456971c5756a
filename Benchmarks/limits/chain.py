"""A chain of five elementwise operations on two arrays."""

import numpy as np

LEAVES_INPUTS = True
MOVED = 3  # Elements that must move for each point: two read, one written.


def initialize(n, dtype):
    i = np.arange(n)
    return ((i % 1009) / 7.0 + 0.5).astype(dtype), ((i % 997) / 11.0 + 0.25).astype(dtype)


def kernel(a, b):
    return a * 2 + b * 3 - a / 2


def kernel_numexpr(a, b):
    from numexpr import evaluate

    return evaluate("a * 2 + b * 3 - a / 2")
