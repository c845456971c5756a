"""Conjugate gradients on the 2-D Poisson matrix: the sparse library beside SciPy, in turns, in one process.

    bin/legate --cpus 2 Benchmarks/sparse_cg.py [points per side] [steps]

In: the size (1000: a million unknowns). Out: seconds of each turn, their smallest ratio, the iterations and the difference.
"""

import sys
import time

import cunumeric as np
import scipy.sparse as scipy_sparse
from scipy.sparse.linalg import cg as scipy_cg

import sparse
from sparse.linalg import cg

n = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
steps = int(sys.argv[2]) if len(sys.argv) > 2 else 60
TURNS = 5


def poisson(n):
    line = scipy_sparse.diags_array([-1.0, 2.0, -1.0], offsets=[-1, 0, 1], shape=(n, n))
    one = scipy_sparse.eye_array(n)
    return (scipy_sparse.kron(one, line) + scipy_sparse.kron(line, one)).tocsr()


def timed(solve):
    begin = time.perf_counter()
    x, info = solve()
    return x, info, time.perf_counter() - begin


def counted(solve, A, b):
    """Iterations until the residual is small, or all that are allowed."""
    count = [0]

    def step(x):
        count[0] += 1

    solve(A, b, maxiter=steps, callback=step)
    return count[0]


theirs = poisson(n)
mine = sparse.csr_array(theirs)
right = np.ones(n * n)
host = np.asarray(right).__array__()
print(f"{n * n} unknowns, {theirs.nnz} entries, at most {steps} steps")
ratios = []
for turn in range(TURNS + 1):
    x, info, own = timed(lambda: cg(mine, right, maxiter=steps))
    x[:1].__array__()
    y, other_info, other = timed(lambda: scipy_cg(theirs, host, maxiter=steps))
    if turn:
        ratios.append(other / own)
        print(f"sparse {own:.3f} s, SciPy {other:.3f} s, ratio {other / own:.2f}")
assert info == other_info
difference = abs(x - y).max() / abs(y).max()
print(f"median ratio {sorted(ratios)[TURNS // 2]:.2f}; iterations {counted(cg, mine, right)} and "
      f"{counted(scipy_cg, theirs, host)}; relative difference {float(difference):.1e}")
