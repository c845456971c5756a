"""hello against NumPy, in a process of its own on one and on four ranks, and over arrays of cunumeric."""

import os
import subprocess
import sys

import cunumeric
import hello
import numpy as np
import pytest

import _legate

ALL = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()


def values(dtype, shape=(300, 211)):
    return (np.arange(np.prod(shape)) % 7).reshape(shape).astype(dtype)


@pytest.mark.parametrize("dtype", ALL)
def test_square_and_sum(dtype):
    x = values(dtype)
    square, total = hello.square(x), hello.sum(x)
    assert square.dtype == x.dtype
    assert np.array_equal(square.to_numpy(), x * x)
    assert total.dtype == x.sum().dtype
    assert total.shape == ()
    assert np.allclose(total.to_numpy(), x.sum(), rtol=1e-3 if dtype == "float16" else 1e-6)


@pytest.mark.parametrize("dtype", [d for d in ALL if d != "bool"])
def test_iota(dtype):
    y = hello.iota(100_003, dtype)
    assert np.array_equal(y.to_numpy(), np.arange(100_003).astype(dtype), equal_nan=True)


def test_iota_refuses_what_cannot_count():
    with pytest.raises(TypeError, match="not in bool"):
        hello.iota(3, bool)
    with pytest.raises(ValueError, match="extent of -1"):
        hello.iota(-1)


@pytest.mark.parametrize("dtype", [d for d in ALL if not d.startswith("complex")])
def test_variance(dtype):
    x = values(dtype)
    result = hello.variance(x)
    assert result.dtype == x.var().dtype
    assert np.allclose(result.to_numpy(), x.astype("float64").var(), rtol=1e-3 if dtype == "float16" else 1e-5)
    exact = values("float64")
    assert np.allclose(hello.variance(exact, ddof=1).to_numpy(), exact.var(ddof=1), rtol=1e-12)


def test_variance_refuses_complex():
    with pytest.raises(TypeError, match="complex128"):
        hello.variance(np.ones(3, complex))


@pytest.mark.parametrize("view", [
    lambda a: a[::3], lambda a: a[::-2, 5:60], lambda a: a.T, lambda a: a[7], lambda a: a[:, 3], lambda a: a[:0],
    lambda a: a[None, ::5, :, None],
])
def test_views_of_any_strides(view):
    mine, theirs = view(cunumeric.arange(63_300.0).reshape(300, 211)), view(np.arange(63_300.0).reshape(300, 211))
    assert np.allclose(hello.sum(mine).to_numpy(), theirs.sum(), rtol=1e-14)
    assert np.array_equal(hello.square(mine).to_numpy(), theirs * theirs)


def test_no_copy_between_libraries():
    x = cunumeric.ones(1000)
    y = cunumeric.asarray(hello.square(x))
    y += 1
    assert isinstance(y, cunumeric.ndarray)
    assert float(y.sum()) == 2000


def test_square_fuses_with_its_neighbours():
    """Ten operations of two libraries, one loop."""
    x = cunumeric.arange(200_000.0)
    float(x[0])
    before = _legate.counts()
    y = x
    for _ in range(5):
        y = cunumeric.asarray(hello.square(cunumeric.sin(y)))
    np.asarray(y)
    after = _legate.counts()
    assert after["kernels"] - before["kernels"] == 1
    assert after["opaqueTasks"] == before["opaqueTasks"]
    expected = np.arange(200_000.0)
    for _ in range(5):
        expected = np.sin(expected) ** 2
    assert np.allclose(y, expected, rtol=1e-10)


def run(code, **environment):
    process = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True, text=True, timeout=300)
    assert process.returncode == 0, process.stderr[-2000:]
    return process.stdout


def test_messages():
    lines = run("import hello; hello.print_hello('one'); hello.print_hellos('many', 5)").splitlines()
    assert lines[0] == "Hello from replica 0 of 1: one"
    assert sorted(lines[1:]) == [f"Hello from replica {k} of 5: many" for k in range(5)]


def test_refused_messages():
    with pytest.raises(ValueError, match="at least one replica, not 0"):
        hello.print_hellos("x", 0)
    with pytest.raises(TypeError, match="not int"):
        hello.print_hello(3)


PROGRAM = """
import cunumeric, hello
x = hello.iota(300_000)
y = hello.square(cunumeric.sqrt(x) + 1)
print(hello.sum(y).item().hex(), hello.variance(y).item().hex())
"""


def test_bits_do_not_depend_on_workers_or_ranks():
    outputs = {
        run(PROGRAM, LEGATE_CONFIG=f"--cpus {cpus}", **({"LEGATE_REPLAY_RANKS": ranks} if ranks else {}))
        for cpus, ranks in [(1, None), (2, None), (2, "2"), (2, "4")]
    }
    assert len(outputs) == 1
