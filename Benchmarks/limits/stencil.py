"""The five-point stencil over a square grid, in place."""

import numpy as np

LEAVES_INPUTS = True  # Values change, costs do not.
MOVED = 2


def initialize(n, dtype):
    side = int(n**0.5)
    i = np.arange(side * side)
    return (((i % 1009) / 7.0 + 0.5).astype(dtype).reshape(side, side),)


def kernel(grid):
    grid[1:-1, 1:-1] = 0.2 * (
        grid[1:-1, 1:-1] + grid[:-2, 1:-1] + grid[2:, 1:-1] + grid[1:-1, :-2] + grid[1:-1, 2:]
    )
    return grid


def kernel_jax(grid):
    return grid.at[1:-1, 1:-1].set(
        0.2 * (grid[1:-1, 1:-1] + grid[:-2, 1:-1] + grid[2:, 1:-1] + grid[1:-1, :-2] + grid[1:-1, 2:])
    )


def kernel_numexpr(grid):
    from numexpr import evaluate

    c, n, s = grid[1:-1, 1:-1], grid[:-2, 1:-1], grid[2:, 1:-1]
    w, e = grid[1:-1, :-2], grid[1:-1, 2:]
    fifth = grid.dtype.type(0.2)
    grid[1:-1, 1:-1] = evaluate("fifth * (c + n + s + w + e)")
    return grid
