"""Temporaries that are only copied together are not made: readers read what they would be copied from."""

from pathlib import Path

import launcher
import pytest

PROGRAMS = Path(__file__).with_name("copied_programs.py")
COUNTED = """
import sys
import _legate
import cunumeric as np
a = np.arange(40_000.0).reshape(200, 200)
b = np.zeros((200, 200))
float(a[0, 0] + b[0, 0])
before = _legate.counts()
{0}
after = _legate.counts()
print((after["allocatedBytes"] - before["allocatedBytes"]) // 320_000, after["bytesWritten"] // 320_000
      - before["bytesWritten"] // 320_000)
"""


@pytest.mark.parametrize("settings", [{"LEGATE_TIER": "0"}, {"LEGATE_TIER": "1"}, {"cpus": 3}], ids=str)
def test_random_programs(settings):
    result = launcher.run_legate(PROGRAMS, 0, 150, LEGATE_IMMEDIATE_SIZE="0", **settings)
    assert result.stdout == "150 programs\n"


@pytest.mark.slow
def test_many_random_programs():
    result = launcher.run_legate(PROGRAMS, 1000, 5000, LEGATE_IMMEDIATE_SIZE="0")
    assert result.stdout == "4000 programs\n"


@pytest.mark.parametrize(
    "line, arrays, written",
    [
        ("r = np.roll(a, 1, axis=0) + np.roll(a, -1, axis=0) + np.roll(a, 1, axis=1) + np.roll(a, -1, axis=1) - a", 1, 1),
        ("r = np.concatenate([a[100:], a[:100]]) * 2 + 1", 1, 1),
        # A single copy is made on the way, in a register.
        ("r = a.copy() + b", 1, 1),
        # What was rolled changes before the sum is taken: the copy is made, and the sum takes its memory.
        ("t = np.roll(a, 1, axis=0); a[0] = 0; r = t + b; del t", 1, 2),
        # The program keeps what was rolled.
        ("t = np.roll(a, 1, axis=0); r = t + b", 2, 2),
        # The order of a sum is that of the whole array.
        ("t = np.roll(a, 1, axis=0); r = (t * b).sum(keepdims=True); del t", 1, 1),
    ],
)
def test_what_is_made(line, arrays, written, tmp_path):
    program = tmp_path / "counted.py"
    program.write_text(COUNTED.format(f"{line}\nfloat(r[0, 0])"))
    result = launcher.run_legate(program, LEGATE_IMMEDIATE_SIZE="0")
    assert result.stdout.split() == [str(arrays), str(written)]


def test_explain(tmp_path):
    program = tmp_path / "rolled.py"
    program.write_text("import cunumeric as np\na = np.ones((200, 200))\nprint((np.roll(a, 1, axis=1) + a).sum())\n")
    result = launcher.run_legate("explain", program, LEGATE_IMMEDIATE_SIZE="0")
    assert result.stdout == "80000.0\n"
    assert result.stderr.count("(not made: readers read what it copies)") == 2
    assert "another box of the same points" in result.stderr
