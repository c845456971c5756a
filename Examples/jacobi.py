"""Jacobi's iteration on a dense, diagonally dominant system A x = b.

The matrix is random with a heavy diagonal, so the iteration converges; each
step is one matrix-vector product and one division by the diagonal.
"""

from common import Program

program = Program(__doc__)
program.option("-n", type=int, default=1000, help="unknowns")
program.option("-i", "--iterations", type=int, default=400, help="steps")
program.option("--seed", type=int, default=0, help="seed of the random system")
arguments, np = program.start()

n = arguments.n
random = np.random.default_rng(arguments.seed)
A = random.random((n, n))
b = random.random(n)
A += np.eye(n) * n

with program.timed():
    x = np.zeros(n)
    diagonal = np.diag(A)
    rest = A - np.diag(diagonal)
    for _ in range(arguments.iterations):
        x = (b - rest.dot(x)) / diagonal

residual = np.sqrt(((A.dot(x) - b) ** 2).sum())
program.finish(
    x,
    unknowns=n,
    converged=bool(residual < 1e-8),
    first_values=x[:4],
    sum_of_values=x.sum(),
)
