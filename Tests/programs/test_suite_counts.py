"""Kernels, bytes, allocations and replays of the suite's programs are what `suite_counts.txt` says.

A lost fusion is a difference in the text. After a change that is meant:

    .venv/bin/python Tests/programs/test_suite_counts.py --write
"""

import difflib
import sys
from pathlib import Path

import launcher
import pytest

PROGRAM = Path(__file__).with_name("counted_suite.py")
EXPECTED = Path(__file__).with_name("suite_counts.txt")
SETTINGS = {"LEGATE_IMMEDIATE_SIZE": "0"}


def counts(*words):
    return launcher.run_legate(PROGRAM, *words, cpus=2, **SETTINGS).stdout.splitlines()


@pytest.mark.slow
def test_suite_counts():
    expected = EXPECTED.read_text().splitlines()
    found = counts()
    changed = list(difflib.unified_diff(expected, found, "suite_counts.txt", "now", n=0, lineterm=""))
    assert not changed, "\n".join(changed)


def test_some_counts():
    """The quick part: programs whose speed hangs on fusion."""
    words = ("stencils/jacobi", "stencils/heat", "black_scholes", "batch_norm", "wave")
    expected = [line for line in EXPECTED.read_text().splitlines() if any(word in line for word in words)]
    assert len(expected) >= 6
    found = counts(*words)
    changed = list(difflib.unified_diff(expected, found, "suite_counts.txt", "now", n=0, lineterm=""))
    assert not changed, "\n".join(changed)


if __name__ == "__main__" and sys.argv[1:] == ["--write"]:
    EXPECTED.write_text("\n".join(counts()) + "\n")
