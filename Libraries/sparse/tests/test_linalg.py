"""Solvers against SciPy's: iterations, results, callbacks, preconditioners; the same bits on workers and ranks."""

import os
import subprocess
import sys

import cunumeric
import numpy as np
import pytest
import scipy.sparse as scipy_sparse
import scipy.sparse.linalg as scipy_linalg
import sparse
from sparse.linalg import LinearOperator, bicgstab, cg, gmres

import _legate


def poisson(n):
    line = scipy_sparse.diags_array([-1.0, 2.0, -1.0], offsets=[-1, 0, 1], shape=(n, n))
    one = scipy_sparse.eye_array(n)
    return (scipy_sparse.kron(one, line) + scipy_sparse.kron(line, one)).tocsr()


def leaning(n):
    return (poisson(n) + scipy_sparse.diags_array([0.3], offsets=[1], shape=(n * n, n * n))).tocsr()


RIGHT = np.sin(np.arange(400.0))


def steps(solve, *arguments, **keywords):
    seen = []
    x, info = solve(*arguments, callback=lambda x: seen.append(float(abs(x).max())), **keywords)
    return np.asarray(x), info, seen


@pytest.mark.parametrize("keywords", [{}, {"rtol": 1e-10}, {"atol": 0.5}, {"maxiter": 3}, {"x0": np.ones(400)}])
@pytest.mark.parametrize("name", ["cg", "bicgstab"])
def test_same_steps_as_scipy(name, keywords):
    A = poisson(20) if name == "cg" else leaning(20)
    mine = steps(globals()[name], sparse.csr_array(A), RIGHT, **keywords)
    theirs = steps(getattr(scipy_linalg, name), A, RIGHT, **keywords)
    assert mine[1] == theirs[1]
    assert len(mine[2]) == len(theirs[2])
    assert np.allclose(mine[2], theirs[2], rtol=1e-8)
    assert np.allclose(mine[0], theirs[0], rtol=1e-8)


@pytest.mark.parametrize("restart", [None, 5, 60])
def test_gmres(restart):
    A = leaning(20)
    x, info = gmres(sparse.csr_array(A), RIGHT, restart=restart, rtol=1e-9)
    assert info == 0
    assert np.linalg.norm(RIGHT - A @ np.asarray(x)) <= 1.001e-9 * np.linalg.norm(RIGHT)
    assert gmres(sparse.csr_array(A), RIGHT, restart=2, maxiter=1, rtol=1e-12)[1] == 1


def test_gmres_callbacks():
    A, sizes, xs = leaning(10), [], []
    gmres(sparse.csr_array(A), RIGHT[:100], callback=sizes.append, callback_type="pr_norm")
    assert sizes[-1] <= 1e-5 < sizes[0]
    assert all(b <= a * 1.001 for a, b in zip(sizes, sizes[1:]))
    gmres(sparse.csr_array(A), RIGHT[:100], callback=xs.append, callback_type="x")
    assert xs[-1].shape == (100,)
    with pytest.raises(ValueError, match="Unknown callback_type"):
        gmres(sparse.csr_array(A), RIGHT[:100], callback_type="y")


@pytest.mark.parametrize("name", ["cg", "bicgstab", "gmres"])
def test_complex_and_preconditioned(name):
    A = (leaning(12) if name != "cg" else poisson(12)).astype(complex)
    A = A + scipy_sparse.diags_array([np.linspace(1, 9, 144)], offsets=[0])
    b = RIGHT[:144] + 1j * RIGHT[100:244]
    weights = 1 / A.diagonal()
    kinds = [
        sparse.diags(weights), LinearOperator(A.shape, lambda r: cunumeric.asarray(weights) * r),
        scipy_linalg.aslinearoperator(scipy_sparse.diags_array(weights)),
    ]
    for M in kinds:
        x, info = globals()[name](sparse.csr_array(A), b, M=M, rtol=1e-9)
        assert info == 0
        assert np.linalg.norm(b - A @ np.asarray(x)) <= 1e-8 * np.linalg.norm(b)
    theirs = steps(scipy_linalg.cg, A, b, M=scipy_sparse.diags_array(weights))
    if name == "cg":
        assert len(steps(cg, sparse.csr_array(A), b, M=kinds[0])[2]) == len(theirs[2])


@pytest.mark.parametrize("every", [2, 25, 1000, 0])
def test_looking_seldom_changes_no_bit(every):
    A = sparse.csr_array(poisson(20))
    x, info = cg(A, RIGHT, maxiter=300)
    y, other = cg(A, RIGHT, maxiter=300, conv_test_iters=every)
    assert np.array_equal(np.asarray(x), np.asarray(y))
    assert int(other) == info == 0


def test_never_looking_waits_for_nothing():
    A = sparse.csr_array(poisson(200))
    b = cunumeric.ones(40_000)
    float((A @ b)[0])
    before = _legate.counts()
    x, info = cg(A, b, maxiter=3, conv_test_iters=0)
    assert int(info) == 3
    after = _legate.counts()
    assert after["opaqueTasks"] - before["opaqueTasks"] == 3
    assert after["windows"] - before["windows"] == 1


@pytest.mark.parametrize("solve", [cg, bicgstab, gmres])
def test_nothing_to_solve(solve):
    x, info = solve(sparse.eye(5), np.zeros(5))
    assert info == 0
    assert np.array_equal(np.asarray(x), np.zeros(5))


@pytest.mark.parametrize("arguments, keywords, words", [
    ((sparse.csr_array((3, 4)), np.ones(3)), {}, "square"),
    ((sparse.eye(3), np.ones(4)), {}, "incompatible"),
    ((sparse.eye(3), np.ones(3)), {"x0": np.ones(2)}, "x0"),
    ((sparse.eye(3), np.ones(3)), {"M": sparse.eye(2)}, "preconditioner"),
    ((sparse.eye(3), np.ones(3)), {"atol": -1}, "atol"),
])
def test_errors(arguments, keywords, words):
    with pytest.raises(ValueError, match=words):
        cg(*arguments, **keywords)


PROGRAM = """
import cunumeric, sparse
from sparse.linalg import cg
n = 60_000
A = sparse.diags([-1.0, 2.5, -1.0], [-1, 0, 1], shape=(n, n)).astype(float)
x, info = cg(A, cunumeric.sin(cunumeric.arange(float(n))), rtol=1e-8)
print(info, float(x.sum()).hex(), float(abs(x).max()).hex())
"""


def test_bits_do_not_depend_on_workers_or_ranks():
    outputs = set()
    for cpus, ranks in [(1, None), (2, None), (2, "2"), (2, "4")]:
        environment = dict(os.environ, LEGATE_CONFIG=f"--cpus {cpus}", **({"LEGATE_REPLAY_RANKS": ranks} if ranks else {}))
        process = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, timeout=300)
        assert process.returncode == 0, process.stderr[-2000:]
        outputs.add(process.stdout)
    assert len(outputs) == 1
    assert outputs.pop().startswith("0 ")
