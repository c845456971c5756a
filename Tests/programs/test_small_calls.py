"""Loops of small calls by their counters: what runs at once, what is allocated, what is replayed.

Each case is one process that warms a loop up, runs it again and prints how the
counters changed; no times.
"""

import json
from pathlib import Path

import pytest
from launcher import run_legate

PROGRAM = Path(__file__).with_name("small_calls.py")


def changes(case, *warm, **settings):
    return json.loads(run_legate(PROGRAM, case, *warm, cpus=1, **settings).stdout.splitlines()[-1])


@pytest.mark.parametrize("case", ["arithmetic", "grid", "rows", "elements", "vectors_of_three", "conversions"])
def test_small_loops_allocate_nothing(case):
    """Once warm, a loop of small calls records nothing and takes no memory."""
    found = changes(case)
    assert found["launches"] == 0, found
    assert found["allocations"] <= 2, found


def test_arrays_that_somebody_holds_are_not_used_again():
    assert changes("held")["launches"] == 0


@pytest.mark.parametrize("case", ["products", "masks"])
def test_what_runs_at_once_has_the_bits_of_what_is_recorded(case):
    found, recorded = changes(case), changes(case, LEGATE_IMMEDIATE_SIZE=0)
    assert found["launches"] == 0 < recorded["launches"]
    assert len(found["digests"]) == 1 and found["digests"] == recorded["digests"]


def test_windows_begin_where_a_loop_begins():
    """Seventeen launches a round do not divide a window of 64: three rounds make one."""
    found = changes("long_loop", LEGATE_COMPILE_LOOPS=0)
    assert found["launches"] == 40 * 17
    assert found["plannedLaunches"] == 0, found
    assert found["replays"] == found["windows"] == 14, found


def test_bodies_longer_than_a_window_are_replayed():
    found = changes("longer_than_a_window")
    assert found["plannedLaunches"] == 0, found
    assert found["replays"] == found["windows"] > 0, found


@pytest.mark.parametrize("case, windows", [("moving_rows", 13), ("crossing_parts", 12)])
def test_windows_whose_operands_move_are_replayed(case, windows):
    """Not even a first pass plans each of its windows: the third runs the second's plan, moved."""
    found = changes(case, 0)
    assert found["windows"] >= windows, found
    assert found["movedReplays"] >= windows - 4, found
    assert found["plannedLaunches"] <= 4 * 64, found


def test_explain_says_why_a_window_is_not_replayed():
    text = run_legate(PROGRAM, "differing", cpus=1, LEGATE_EXPLAIN=1).stderr
    found = [line for line in text.splitlines() if "  plan " in line or "  replay " in line]
    expected = [
        "new: the first window",
        "new: unlike window 1: ",
        "the plan of window 2",
        "subtract at ",
        "is another operation, or over another shape",
        "3 launches, of which the first 2 are the same",
        "is held by the program in one and not in the other",
        "is another operation, or over another shape",
    ]
    assert len(found) == len(expected), text
    for line, words in zip(found, expected):
        assert words in line, text
