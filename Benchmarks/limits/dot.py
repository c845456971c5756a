"""The dot product of two vectors."""

import numpy as np

LEAVES_INPUTS = True
MOVED = 2


def initialize(n, dtype):
    i = np.arange(n)
    return ((i % 1009) / 1009.0).astype(dtype), ((i % 997) / 997.0).astype(dtype)


def kernel(a, b):
    return np.dot(a, b)


def kernel_numexpr(a, b):
    from numexpr import evaluate

    return evaluate("sum(a * b)")
