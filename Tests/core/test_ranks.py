"""The same programs over ranks: tasks in Python, cut, reduced and with halos, give the bits of one rank."""

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

PROGRAM = """if True:
    import cunumeric as cn, numpy as np
    from legate.core import *

    @task(constraints=(bloat("y", "x", (2,), (1,)),))
    def blurred(context: TaskContext, x: InputStore, y: OutputStore):
        low = 0 if context.tile == 0 else 2
        high = 0 if context.tile == context.tile_count - 1 else 1
        padded = np.concatenate([np.zeros(2 - low), x, np.zeros(1 - high)])
        y[:] = padded[:-3] * 0.1 + padded[1:-2] * 0.2 + padded[2:-1] + padded[3:] * 0.3

    @task
    def total(x: InputStore, s: ReductionStore[ADD]):
        s += x.sum()

    @task
    def small(x: InputStore, y: OutputStore):
        return x[x < 1000.0]

    @task
    def turned(context: TaskContext, x: InputStore, y: OutputStore, s: ReductionStore[MAX]):
        y[...] = x * 2 + context.task_index[0] * 10 + context.task_index[1]
        s[...] = np.maximum(s, x.max())

    @task
    def block(context: TaskContext, y: OutputStore):
        rows, columns = context.task_index
        return np.arange(1.0, (100 + rows) * (70 + columns) + 1).reshape(100 + rows, 70 + columns) / (1 + rows + columns)

    # The points decide a shape along both axes.
    runtime = get_legate_runtime()
    block.complete_registration()
    library, made = runtime.find_library("python"), runtime.create_store(types.float64, ndim=2)
    launch = runtime.create_manual_task(library, library.task_names[-1], (3, 5))
    launch.add_output(made)
    launch.execute()
    made = cn.asarray(made._array)
    print(made.shape, float((made * made[::-1]).sum()).hex(), float(made[150, 200]).hex())

    # Cut along both axes: every point sees the tile opposite to its own.
    runtime = get_legate_runtime()
    turned.complete_registration()
    library = runtime.find_library("python")
    g, h, top = cn.sin(cn.arange(250_000.0)).reshape(500, 500), cn.zeros((500, 500)), cn.zeros(())
    launch = runtime.create_manual_task(library, library.task_names[-1], (4, 3))
    launch.add_input(as_store(g).partition_by_tiling((130, 180)), lambda color: (3 - color[0], 2 - color[1]))
    launch.add_output(as_store(h).partition_by_tiling((130, 180)), lambda color: (3 - color[0], 2 - color[1]))
    launch.add_reduction(top, ReductionOp.MAX)
    launch.execute()
    print(float(h.sum()).hex(), float(top).hex(), float(h[0, 0]).hex())

    x = cn.sqrt(cn.arange(300_000.0) * 7)
    y, s = cn.empty_like(x), cn.zeros(())
    for _ in range(3):
        blurred(x, y)
        total(y, s)
        x = y / 2
        y = cn.empty_like(x)
    u = get_legate_runtime().create_store(types.float64)
    small(x, u)
    print(float(s).hex(), float(x.sum()).hex(), u.shape, float(cn.asarray(u._array).sum()).hex())
"""


def output(**settings):
    environment = dict(os.environ, PYTHONPATH=f"{ROOT}/build/python:{ROOT}/python", **settings)
    result = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_workers_and_loopback_ranks_change_no_bit():
    one = output(LEGATE_CPUS="1")
    assert "0x" in one
    assert output(LEGATE_CPUS="3") == one
    assert output(LEGATE_REPLAY_RANKS="3") == one


@pytest.mark.skipif(not (ROOT / "build/python/libLegateMPI.so").exists(), reason="without MPI")
def test_mpi_ranks_change_no_bit(tmp_path):
    program = tmp_path / "program.py"
    program.write_text("if True:\n" + PROGRAM.split("\n", 1)[1])
    command = [ROOT / "bin/legate", "--nodes", "2", "--launcher", "mpirun", "--cpus", "1", program]
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    assert result.stdout == output(LEGATE_CPUS="1"), result.stderr
