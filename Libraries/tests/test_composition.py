"""Programs over several libraries: nothing waits, nothing is gathered, neighbours of different libraries fuse."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).with_name("composed.py")
SIDE, STEPS = 200, 3


def run(command, **settings):
    environment = dict(os.environ, LEGATE_WINDOW_SIZE="500", **settings)
    process = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert process.returncode == 0, process.stderr[-2000:]
    return process


STEP = """\
nest over (40000,): multiply, add.reduce
nest over (): divide, where
nest over (40000,): multiply, add, multiply, subtract, multiply, add.reduce
nest over (): sqrt, greater_equal, equal, where, divide
nest over (40000,): multiply, add
task over (16,): sparse.product
"""
PLAN = f"""\
task over (40000,): arange
nest over (40000,): sin, multiply, add, copy, multiply, add.reduce, fill, multiply, add.reduce
nest over (): sqrt, multiply, maximum, sqrt, greater
task over (16,): sparse.product
{(STEPS - 1) * STEP}\
nest over (40000,): multiply, add.reduce
nest over (): divide, where
nest over (40000,): multiply, add, subtract, hello.square, sqrt, add, add.reduce
"""


def report(ranks=1, cpus=2):
    settings = {"LEGATE_REPLAY_RANKS": str(ranks)} if ranks > 1 else {}
    return json.loads(run([sys.executable, str(PROGRAM)], LEGATE_CONFIG=f"--cpus {cpus}", **settings).stdout)


def report_of_mpi(ranks):
    command = [str(ROOT / "bin/legate"), "--ranks-per-node", str(ranks), "--launcher", "mpirun", "--cpus", "1", str(PROGRAM)]
    paths = ":".join(str(ROOT / "Libraries" / name / "python") for name in ("hello", "sparse"))
    return json.loads(run(command, PYTHONPATH=paths).stdout.strip().splitlines()[-1])


@pytest.mark.parametrize("ranks", [1, 4])
def test_nothing_runs_before_the_number_is_asked_for(ranks):
    """All launches of all libraries are in one window: whoever had waited, had begun another."""
    counts = report(ranks)["run"]
    assert counts["launches"] > 20
    assert counts["windows"] == 1


@pytest.mark.parametrize("ranks", [1, 4])
def test_no_tile_is_copied_and_nothing_is_gathered(ranks):
    """Nothing that only copies writes a byte, and no store spread over the ranks becomes whole on one."""
    counts = report(ranks)["run"]
    assert counts["copiedBytes"] == 0
    assert counts["gatheredBytes"] == 0


COUNTING = """if True:
    import cunumeric as np, json, _legate
    x = np.arange(100_000.0)
    y = np.empty(100_000)
    y[:] = x[::-1]
    first = float(y[0])
    print(json.dumps([_legate.counts()["copiedBytes"], _legate.counts()["gatheredBytes"]]))
    y.tolist()
    print(json.dumps([_legate.counts()["copiedBytes"], _legate.counts()["gatheredBytes"]]))
"""


def test_the_counters_count():
    process = run([sys.executable, "-c", COUNTING], LEGATE_IMMEDIATE_SIZE="0")
    # The array, and the one element that is asked for.
    assert [json.loads(line) for line in process.stdout.splitlines()] == [[800_008, 0]] * 2


@pytest.mark.skipif(not (ROOT / "build/python/libLegateMPI.so").exists(), reason="without MPI")
def test_gathers_are_counted(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(COUNTING)
    process = run([str(ROOT / "bin/legate"), "--ranks-per-node", "2", "--launcher", "mpirun", "--cpus", "1", str(program)])
    before, after = [json.loads(line) for line in process.stdout.splitlines()]
    assert before[1] == 0 and after[1] == 800_000


def test_libraries_fuse():
    """Subtraction, hello's square, root, addition and sum: one loop over the vector, with the solver's last step before it."""
    process = run([sys.executable, str(PROGRAM)], LEGATE_CONFIG="--cpus 2", LEGATE_EXPLAIN="1")
    tail = json.loads(process.stdout)["tail"]
    assert tail["kernels"] == 1
    assert tail["opaqueTasks"] == 0
    groups = re.findall(r"  group +[0-9]+  (.*)", process.stderr)
    count = PLAN.count("\n")
    assert "\n".join(groups[:count]) + "\n" == PLAN
    assert groups[-1] == "nest over (40000,): subtract, hello.square, sqrt, add, add.reduce"
    assert groups.count("nest over (40000,): multiply, add, subtract, hello.square, sqrt, add, add.reduce") == 2


def test_no_gather_on_four_ranks():
    """A step moves one row of the grid over each border, both ways, and single numbers; a gather would move it all."""
    counts = report(4)["run"]
    halo = 2 * 3 * SIDE * 8
    assert counts["messageBytes"] >= STEPS * halo
    assert counts["messageBytes"] < SIDE * SIDE * 8


@pytest.mark.skipif(not (ROOT / "build/python/libLegateMPI.so").exists(), reason="without MPI")
def test_one_wait_on_four_ranks_of_mpi():
    """The first rank tells what it did: one window, a halo with its one neighbour at each step, and the same bits."""
    mine = report_of_mpi(4)
    assert mine["run"]["windows"] == 1
    assert mine["run"]["messageBytes"] < SIDE * SIDE * 8 / 4
    assert mine["value"] == report()["value"]


def test_bits():
    assert len({report(1, 1)["value"], report(1, 2)["value"], report(4, 2)["value"]}) == 1
