"""Conway's game of life on a torus, with integer slices and masks.

The board has one ghost row and column around it, copied from the opposite
side before each generation; eight shifted slices are added and two masks
decide who lives.
"""

from common import Program

program = Program(__doc__)
program.option("-n", type=int, default=1500, help="cells per side")
program.option("-i", "--iterations", type=int, default=60, help="generations")
program.option("--seed", type=int, default=0, help="seed of the random board")
arguments, np = program.start()

n = arguments.n
random = np.random.default_rng(arguments.seed)
board = np.zeros((n + 2, n + 2), dtype=np.uint8)
board[1:-1, 1:-1] = random.random((n, n)) < 0.3

with program.timed():
    for _ in range(arguments.iterations):
        board[0, :] = board[-2, :]
        board[-1, :] = board[1, :]
        board[:, 0] = board[:, -2]
        board[:, -1] = board[:, 1]
        neighbours = (
            board[:-2, :-2] + board[:-2, 1:-1] + board[:-2, 2:]
            + board[1:-1, :-2] + board[1:-1, 2:]
            + board[2:, :-2] + board[2:, 1:-1] + board[2:, 2:]
        )
        alive = board[1:-1, 1:-1] == 1
        board[1:-1, 1:-1] = (neighbours == 3) | (alive & (neighbours == 2))

program.finish(
    board,
    cells=n * n,
    generations=arguments.iterations,
    alive=board[1:-1, 1:-1].sum(),
    first_row=board[1, 1:13],
)
