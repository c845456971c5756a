"""Heat spreading over a plate: the 5-point stencil, in place, on slices.

A square plate of n x n inner points has a hot top edge and cold other edges.
Each step replaces every inner point by the mean of itself and its four
neighbours. The five views of the grid overlap; the update writes through one
of them.
"""

from common import Program

program = Program(__doc__)
program.option("-n", type=int, default=2000, help="inner points per side")
program.option("-i", "--iterations", type=int, default=100, help="steps")
arguments, np = program.start()

n = arguments.n
grid = np.zeros((n + 2, n + 2))
grid[0, :] = 100.0
grid[:, 0] = -20.0
grid[:, -1] = 20.0
grid[-1, :] = -5.0

center = grid[1:-1, 1:-1]
north = grid[:-2, 1:-1]
east = grid[1:-1, 2:]
west = grid[1:-1, :-2]
south = grid[2:, 1:-1]

with program.timed():
    for _ in range(arguments.iterations):
        center[:] = 0.2 * (center + north + east + west + south)

program.finish(
    grid,
    points=n * n,
    iterations=arguments.iterations,
    mean_temperature=center.mean(),
    near_the_top=grid[1, n // 2],
    checksum=np.abs(grid).sum(),
)
