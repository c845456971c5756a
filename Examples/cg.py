"""Conjugate gradients for Poisson's equation on a square.

The operator is the 5-point stencil, applied through slices and never stored;
with `--dense` the same matrix is built and multiplied as a dense one. Stops at
the tolerance or after `--iterations` steps.
"""

from common import Program

program = Program(__doc__)
program.option("-n", type=int, default=300, help="inner points per side")
program.option("-i", "--iterations", type=int, default=1000, help="steps at most")
program.option("--threshold", type=float, default=1e-10, help="relative residual to stop at")
program.option("--dense", action="store_true", help="multiply by a dense matrix instead")
arguments, np = program.start()

n = arguments.n


def dense_matrix():
    line = 2.0 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)
    one = np.eye(n)
    matrix = one[:, None, :, None] * line[None, :, None, :]
    matrix = matrix + line[:, None, :, None] * one[None, :, None, :]
    return matrix.reshape(n * n, n * n)


matrix = dense_matrix() if arguments.dense else None


def apply(p):
    if matrix is not None:
        return (matrix @ p.reshape(-1)).reshape(n, n)
    q = 4.0 * p
    q[1:, :] -= p[:-1, :]
    q[:-1, :] -= p[1:, :]
    q[:, 1:] -= p[:, :-1]
    q[:, :-1] -= p[:, 1:]
    return q


ticks = (np.arange(n) + 1) / (n + 1)
b = np.sin(np.pi * ticks)[:, None] * np.exp(ticks)[None, :] + ticks[:, None] ** 2

with program.timed():
    x = np.zeros((n, n))
    r = b - apply(x)
    p = r.copy()
    rr = (r * r).sum()
    goal = arguments.threshold**2 * float(rr)
    steps = 0
    while steps < arguments.iterations and float(rr) > goal:
        q = apply(p)
        alpha = rr / (p * q).sum()
        x += alpha * p
        r -= alpha * q
        new = (r * r).sum()
        p = r + (new / rr) * p
        rr = new
        steps += 1

program.finish(
    x,
    unknowns=n * n,
    steps=steps,
    converged=bool(float(rr) <= goal),
    middle=x[n // 2, n // 2],
    sum_of_values=x.sum(),
)
