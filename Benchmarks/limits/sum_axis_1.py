"""Sums of the rows of a matrix of square shape."""

import numpy as np

LEAVES_INPUTS = True
MOVED = 1


def initialize(n, dtype):
    rows = int(n**0.5)
    i = np.arange(rows * rows)
    return (((i % 1009) / 7.0 + 0.5).astype(dtype).reshape(rows, rows),)


def kernel(a):
    return a.sum(axis=1)


def kernel_numexpr(a):
    from numexpr import evaluate

    return evaluate("sum(a, axis=1)")
