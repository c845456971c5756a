"""Programs over several libraries: nothing waits, nothing is gathered, neighbours of different libraries fuse."""

import json
import os
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).with_name("composed.py")
SIDE, STEPS = 200, 3


def report(ranks=1, cpus=2):
    environment = dict(os.environ, LEGATE_CONFIG=f"--cpus {cpus}", LEGATE_WINDOW_SIZE="500")
    if ranks > 1:
        environment["LEGATE_REPLAY_RANKS"] = str(ranks)
    process = subprocess.run(
        [sys.executable, str(PROGRAM)], env=environment, capture_output=True, text=True, timeout=300)
    assert process.returncode == 0, process.stderr[-2000:]
    return json.loads(process.stdout)


def test_nothing_runs_before_the_number_is_asked_for():
    """All launches of all libraries are in one window: whoever had waited, had begun another."""
    run = report()["run"]
    assert run["launches"] > 20
    assert run["windows"] == 1


def test_libraries_fuse():
    """Subtraction, hello's square, root, addition and sum: one loop over the vector, nothing opaque."""
    tail = report()["tail"]
    assert tail["kernels"] == 1
    assert tail["opaqueTasks"] == 0


def test_no_gather_on_four_ranks():
    """A step moves one row of the grid over each border, both ways, and single numbers; a gather would move it all."""
    run = report(4)["run"]
    halo = 2 * 3 * SIDE * 8
    assert run["messageBytes"] >= STEPS * halo
    assert run["messageBytes"] < SIDE * SIDE * 8


def test_bits():
    assert len({report(1, 1)["value"], report(1, 2)["value"], report(4, 2)["value"]}) == 1
