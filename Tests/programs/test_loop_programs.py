"""Compiled loops do what Python's loops do: random functions, on any number of workers, on any tier.

`loop_programs.py` draws the functions and compares calls of the compiled ones bit for bit with calls of the same text that
is never compiled, and with NumPy's. Its output names the seeds: `loop_programs.py SEED 1 --direct` runs one again.
"""

import json
import re

import pytest
from launcher import run_legate

PROGRAM = __file__.replace("test_loop_programs.py", "loop_programs.py")
HOT = __file__.replace("test_loop_programs.py", "hot_loops.py")
SETTINGS = {
    "one": {"cpus": 1},
    "recorded": {"cpus": 2, "LEGATE_IMMEDIATE_SIZE": 0},
    "interpreted": {"cpus": 3, "LEGATE_TIER": 0, "LEGATE_MIN_CPU_CHUNK": 64},
    "compiled": {"cpus": 7, "LEGATE_TIER": 1},
    "some recorded": {"cpus": 2, "LEGATE_IMMEDIATE_SIZE": 40, "LEGATE_WINDOW_SIZE": 5},
}


def campaign(first, count, *flags, **settings):
    """The counts of a campaign in which nothing differed."""
    process = run_legate(PROGRAM, first, count, "--direct", "--most", 3, *flags, check=False, timeout=900, **settings)
    assert process.returncode == 0, process.stdout[-6000:] + process.stderr[-3000:]
    found = json.loads(process.stdout.splitlines()[-1])
    assert found["programs"] == count and found["differ"] == 0
    return found


def assert_native(found):
    """Most functions have a loop that is compiled, and many of those are run natively."""
    if found["feature"]:
        assert found["compiled"] > 0.6 * found["programs"] and found["native"] > 0.15 * found["programs"], found


def test_random_functions():
    assert_native(campaign(0, 60, cpus=2))


@pytest.mark.slow
@pytest.mark.parametrize("setting", SETTINGS)
def test_more_random_functions(setting):
    first = 1000 * (1 + list(SETTINGS).index(setting))
    assert_native(campaign(first, 400, **SETTINGS[setting]))


def test_programs_of_loops_mean_what_python_does():
    """The translation by itself: an interpreter in Python runs what it makes."""
    found = campaign(7000, 60, "--interpret", "--no-numpy", cpus=1)
    if found["feature"]:
        assert found["native"] > 0.5 * found["programs"], found


def test_loops_are_not_compiled_where_that_is_off():
    found = campaign(100, 10, "--calls", 3, cpus=1, LEGATE_COMPILE_LOOPS=0)
    assert found["native"] == 0 and found["compiled"] == 0


def test_functions_are_compiled_while_they_run():
    """Without help from the test: functions that are called often run natively soon, with the same results."""
    found = json.loads(run_legate(HOT, cpus=1).stdout)
    assert found["equal"] == found["functions"] > 5
    if found["feature"]:
        assert found["native"] == found["functions"], found


def test_a_report_shows_its_difference(tmp_path):
    """A campaign whose oracle is broken on purpose finds it, and writes a file that can be run."""
    process = run_legate(
        PROGRAM, 0, 40, "--direct", "--interpret", "--broken", "--most", 1, "--failures", tmp_path, cpus=1, check=False
    )
    found = json.loads(process.stdout.splitlines()[-1])
    if not found["feature"]:
        return
    assert process.returncode == 1 and found["differ"] == 1
    report = next(tmp_path.glob("loops_compiled_*.py"))
    assert re.search(r"^ *def f\(", report.read_text(), re.M)
    shown = run_legate(report, "--direct", "--interpret", "--broken", cpus=1).stdout
    assert "expected" in shown.split("numpy:")[0]
