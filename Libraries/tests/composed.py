"""A program over four libraries: arrays, a solver, tasks, a table. Prints one JSON object of what the runtime did.

    expression of arrays -> sparse.linalg.cg -> hello.square -> table -> expression of arrays -> one number
"""

import json
import sys

import cunumeric
import hello
import numpy as np
import sparse
from legate.core import Table
from sparse.linalg import cg

import _legate

SIDE, STEPS = 200, 3
WATCHED = (
    "launches", "windows", "kernels", "opaqueTasks", "messages", "messageBytes", "copiedBytes", "gatheredBytes",
)


def poisson(n):
    side = np.full(n * n - 1, -1.0)
    side[n - 1::n] = 0
    return sparse.diags([-1.0, side, 4.0, side, -1.0], [-n, -1, 0, 1, n], shape=(n * n, n * n))


def counts():
    now = _legate.counts()
    return np.array([now[name] for name in WATCHED])


def solved(A):
    b = 2 * cunumeric.sin(cunumeric.arange(float(SIDE * SIDE))) + 1
    return cg(A, b, maxiter=STEPS, conv_test_iters=0)[0]


def described(x):
    """Six operations of three libraries between the solver and the number."""
    table = Table.from_arrays(["square"], [hello.square(x - 1)])
    back = cunumeric.asarray(table["square"].data)
    return (cunumeric.sqrt(back) + 2).sum()


A = poisson(SIDE)
float(described(solved(A)))
before = counts()
value = float(described(solved(A)))
run = counts()

# The part behind the solver alone.
x = solved(A)
float(x[0])
begin = counts()
float(described(x))
end = counts()

report = {"value": value.hex()}
for name, difference in (("run", run - before), ("tail", end - begin)):
    report[name] = dict(zip(WATCHED, difference.tolist()))
json.dump(report, sys.stdout)
