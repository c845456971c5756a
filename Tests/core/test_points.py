"""Concurrent tasks in Python: tiles that speak with each other, on one rank and on several; and what priorities change."""

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

import cunumeric as cn
import legate.core as lc
from legate.core import InputStore, OutputStore, TaskContext, VariantOptions, align, get_legate_runtime, task

ROOT = pathlib.Path(__file__).resolve().parents[2]
runtime = get_legate_runtime()


@task(concurrent=True, throws_exception=True, constraints=(align("x", "y"),))
def normalized(context: TaskContext, x: InputStore, y: OutputStore):
    y[:] = x / context.communicator.all_reduce(x.sum())


def test_tiles_bring_their_numbers_together():
    x = cn.arange(70_000.0)
    y = cn.empty_like(x)
    normalized(x, y)
    assert np.allclose(y, np.arange(70_000.0) / np.arange(70_000.0).sum(), rtol=1e-13)


def test_everything_that_points_say():
    seen = {}

    @task(options=VariantOptions(concurrent=True, may_throw_exception=True))
    def speaks(context: TaskContext, y: OutputStore):
        points = context.communicator
        assert (points.point, points.count) == (context.tile, context.tile_count)
        points.barrier()
        words = points.all_gather(f"point {points.point}")
        sent = points.all_to_all([(points.point, k) for k in range(points.count)])
        most = points.all_reduce(np.array([points.point, -points.point]), lc.MAX)
        seen[points.point] = (words, sent, most.tolist())
        y[...] = points.point

    y = cn.empty(70_000)
    speaks(y)
    count = len(seen)
    assert count > 2
    for point, (words, sent, most) in seen.items():
        assert words == [f"point {k}" for k in range(count)]
        assert sent == [(k, point) for k in range(count)]
        assert most == [count - 1, 0]


def concurrent(body, size=70_000):
    @task(concurrent=True, throws_exception=True)
    def made(context: TaskContext, y: OutputStore):
        body(context)

    made(cn.empty(size))


def fails_in_one(context):
    if context.tile == 1:
        raise KeyError("by one point")
    context.communicator.barrier()


def returns_in_one(context):
    if context.tile:
        context.communicator.barrier()


@pytest.mark.parametrize("body, error, words", [
    (fails_in_one, (KeyError, RuntimeError), "by one point|do not meet"), (returns_in_one, RuntimeError, "do not meet"),
    (lambda c: c.communicator.barrier() if c.tile else c.communicator.all_gather(1), RuntimeError, "while others wait in"),
    (lambda c: c.communicator.all_to_all([1]), ValueError, "a value for each of"),
    (lambda c: c.communicator.all_reduce(1, "sub"), ValueError, "there is no reduction"),
])
def test_points_that_do_not_meet(body, error, words):
    with pytest.raises(error, match=words):
        concurrent(body)
    runtime.issue_execution_fence(block=True)


def test_a_communicator_does_not_outlive_the_body():
    kept = []
    concurrent(lambda context: kept.append(context.communicator))
    with pytest.raises(RuntimeError, match="the body has returned"):
        kept[0].barrier()


def test_only_concurrent_tasks_have_one():
    @task(throws_exception=True)
    def alone(context: TaskContext, y: OutputStore):
        context.communicator

    with pytest.raises(RuntimeError, match=r"@task\(concurrent=True\)"):
        alone(cn.empty(3))
    library = runtime.find_library("python")
    launch = runtime.create_auto_task(library, library.task_names[-1])
    for asks in (launch.add_cpu_communicator, launch.add_communicator, launch.set_concurrent):
        with pytest.raises(ValueError, match="declare it as concurrent"):
            asks()
    launch.set_concurrent(False)
    with pytest.raises(NotImplementedError, match="no GPUs"):
        launch.add_nccl_communicator()


PROGRAM = """if True:
    import cunumeric as cn, numpy as np
    from legate.core import *

    @task(concurrent=True, constraints=(align("x", "y"),))
    def shifted(context: TaskContext, x: InputStore, y: OutputStore):
        points = context.communicator
        total = points.all_reduce(float(x.sum()))
        firsts = points.all_gather(float(x[0]))
        sent = points.all_to_all([100 * points.point + k for k in range(points.count)])
        points.barrier()
        after = firsts[(points.point + 1) % points.count]
        y[:] = np.append(x[1:], after) / total + sum(sent)

    x = cn.sqrt(cn.arange(200_003.0))
    for _ in range(3):
        y = cn.empty_like(x)
        shifted(x, y)
        x = y + 1
    print(float(x.sum()).hex(), float(x[-1]).hex(), float(x[70_000]).hex())
"""


def run(command, **settings):
    environment = dict(os.environ, PYTHONPATH=f"{ROOT}/build/python:{ROOT}/python", **settings)
    result = subprocess.run([str(word) for word in command], env=environment, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_points_of_all_ranks_meet(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    one = run([sys.executable, program], LEGATE_CPUS="2")
    assert "0x" in one
    assert run([sys.executable, program], LEGATE_REPLAY_RANKS="5") == one
    if (ROOT / "build/python/libLegateMPI.so").exists():
        command = [ROOT / "bin/legate", "--ranks-per-node", "3", "--launcher", "mpirun", "--cpus", "1", program]
        assert run(command) == one


def test_tiles_of_higher_priority_come_first():
    order = []

    @task(options=VariantOptions(has_side_effect=True))
    def noted(y: OutputStore, name: str):
        order.append(name)

    stores = [runtime.create_store(lc.types.float64, (4,)) for _ in range(4)]
    with runtime.machine[lc.ProcessorKind.CPU][0:1]:
        noted(stores[0], "first")
        with lc.Scope(priority=-1):
            noted(stores[1], "low")
        noted(stores[2], "second")
        with lc.Scope(priority=5):
            noted(stores[3], "high")
            # Nothing comes before what it waits for.
            noted(stores[0], "high, after first")
        runtime.issue_execution_fence(block=True)
    assert order[0] == "high" and order[-1] == "low"
    assert order.index("first") < order.index("high, after first") < order.index("low")


FAILING = """if True:
    import cunumeric as cn
    from legate.core import *

    @task(concurrent=True, throws_exception=True)
    def fails(context: TaskContext, y: OutputStore):
        if context.tile == context.tile_count - 1:
            raise KeyError("by the last point")
        context.communicator.barrier()

    y = cn.empty(100_000)
    try:
        fails(y)
    except (KeyError, RuntimeError) as error:
        print(type(error).__name__, error)
    y[:] = 1
    print(float(y.sum()))
"""


@pytest.mark.skipif(not (ROOT / "build/python/libLegateMPI.so").exists(), reason="without MPI")
def test_a_point_that_fails_on_another_rank_is_an_error_on_all(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(FAILING)
    command = [ROOT / "bin/legate", "--ranks-per-node", "2", "--launcher", "mpirun", "--cpus", "1", program]
    first, second = run(command).splitlines()
    assert first.startswith("RuntimeError the points of a launch do not meet: a point of rank 1 failed")
    assert second == "100000.0"
