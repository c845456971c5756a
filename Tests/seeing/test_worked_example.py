"""The worked example of `Documentation/ReadingAProfile.md`: its programs, run as they stand there, and what it says of them."""

import re

import pytest
from take_pictures import programs

pytestmark = pytest.mark.slow


def summary(folder, name):
    printed = folder.legate("--cpus", 2, "--profile", folder.program(programs()[name], name)).stdout
    return printed, folder.legate("profile", "legate_0.prof", "--summary").stdout


def test_the_programs_of_the_worked_example(folder):
    before, slow = summary(folder, "heat.py")
    assert "heat.py:10 waits for a value every iteration (2,000 times)" in slow
    after, mended = summary(folder, "mended.py")
    assert before == after == "1999 0.012097349548263026\n"
    assert "mended.py:10 waits for a value every iteration (100 times)" in mended
    assert int(re.search(r"\(200 windows, (\d+) of them planned anew\)", mended)[1]) < 12


def test_the_first_try_plans_every_window_anew(folder):
    text = programs()["heat.py"].replace("history = np.zeros(0)", "history = np.zeros(2000)")
    text = text.replace("    change = np", "    history[step] = np").replace("    history = np.append(history, float(change))\n", "")
    text = text.replace("    if change < 1e-3:", "    if step % 20 == 19 and history[step] < 1e-3:")
    folder.legate("--cpus", 2, "--profile", folder.program(text))
    found = folder.legate("profile", "legate_0.prof", "--summary").stdout
    windows, planned = map(int, re.search(r"\((\d+) windows, (\d+) of them planned anew\)", found).groups())
    assert planned > 0.9 * windows
