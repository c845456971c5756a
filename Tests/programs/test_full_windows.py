"""A window that is full in the middle of an expression leaves it to the next one: no operation's result exists in full."""

from pathlib import Path

import launcher
import pytest

PROGRAM = Path(__file__).with_name("full_windows.py")
CUT = {"LEGATE_IMMEDIATE_SIZE": "0", "LEGATE_CUT_BYTES": "100000"}


def run(launches, **settings):
    total, arrays, *counts = launcher.run_legate(PROGRAM, launches, cpus=2, **CUT | settings).stdout.split()
    return total, float(arrays), *map(int, counts)


@pytest.mark.parametrize("size", [30, 31, 33])
def test_no_result_of_an_operation_exists(size):
    """Two arrays, and their windows' rings and rounding: what is in use however long the windows are."""
    total, arrays, _, replays = run(0, LEGATE_WINDOW_SIZE=size)
    assert arrays < 2.9
    assert replays > 0
    whole = run(0, LEGATE_WINDOW_SIZE=size, LEGATE_CUT_BYTES=1 << 40)
    assert total == whole[0]
    # The test would be empty if such windows ended well by themselves.
    assert whole[1] >= 2.9


@pytest.mark.parametrize("size", [1, 2, 3])
def test_small_windows(size):
    assert run(0, LEGATE_WINDOW_SIZE=size, LEGATE_CUT_BYTES=1)[0] == run(0)[0]


def test_ranks_cut_alike():
    expected = run(0, LEGATE_WINDOW_SIZE=31)[0]
    assert run(0, LEGATE_WINDOW_SIZE=31, ranks=4)[0] == expected
