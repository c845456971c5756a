"""Loops over rows, columns and planes: one plan moves with its operands, with NumPy's values."""

import json

import pytest
from launcher import run_legate

PROGRAM = __file__.replace("test_moving.py", "moving_programs.py")


@pytest.mark.parametrize(
    "first, count, cpus, settings",
    [(0, 40, 1, {}), (100, 40, 3, {"LEGATE_TIER": 0})]
    + [
        pytest.param(*case, marks=pytest.mark.slow)
        for case in ((1000, 300, 1, {}), (2000, 300, 2, {"LEGATE_MIN_CPU_CHUNK": 64}), (3000, 200, 7, {}))
    ],
)
def test_random_programs(first, count, cpus, settings):
    found = json.loads(run_legate(PROGRAM, first, count, cpus=cpus, LEGATE_IMMEDIATE_SIZE=0, **settings).stdout)
    assert found["programs"] == count
    # Most windows run an earlier plan, and most of these have moved.
    assert found["replays"] > 0.4 * found["windows"] and found["movedReplays"] > 0.6 * found["replays"], found


def test_random_programs_on_ranks():
    found = json.loads(run_legate(PROGRAM, 200, 12, cpus=1, ranks=3).stdout)
    assert found["programs"] == 12
