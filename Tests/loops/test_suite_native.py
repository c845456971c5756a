"""How many loops of the suite's programs run natively, and how many of their iterations, is what `suite_loops.txt` says.

A loop that is lost is a difference in the text. After a change that is meant:

    PYTHONPATH=build/python:python:Tests/loops .venv/bin/python Tests/loops/test_suite_native.py --write
"""

import sys
import warnings
from pathlib import Path

import _legate
import cunumeric
import numpy
import pytest
from cunumeric._loops import _look, _rewrite
from test_suite_loops import PROGRAMS, functions_of, loaded, loops_of, name_of, result_of

EXPECTED = Path(__file__).with_name("suite_loops.txt")
LOOPS = [path for path in PROGRAMS if loops_of(path)]


def line_of(path):
    """What a program's second call runs natively, and what keeps its other loops in Python."""
    module, data = loaded(path, cunumeric), loaded(path, numpy)
    data = data.initialize(*data.SIZES["tiny"])
    entries = []
    for function in functions_of(module):
        new, found, _, _ = _rewrite.rewritten(function.__code__, function.__globals__, {})
        if new is not None:
            function.__code__ = new
        entries += found
    result_of(module, data)
    before = _legate.counts()
    result_of(module, data)
    loops, iterations = (_legate.counts()[name] - before[name] for name in ("nativeLoops", "nativeIterations"))
    reasons = sorted({entry.loop.reason for entry in entries if not entry.loop.runs} - {None})
    return f"{name_of(path)}: {loops} loops, {iterations} iterations{''.join(f', not {r}' for r in reasons)}"


@pytest.mark.skipif(_legate.rank_count() > 1, reason="nothing is compiled on several ranks")
@pytest.mark.parametrize("path", LOOPS, ids=name_of)
def test_suite(path, monkeypatch):
    monkeypatch.setattr(_look, "REMEMBERED", 0)
    assert line_of(path) in EXPECTED.read_text().splitlines()


if __name__ == "__main__" and sys.argv[1:] == ["--write"]:
    warnings.simplefilter("ignore")
    _look.REMEMBERED = 0
    EXPECTED.write_text("".join(f"{line_of(path)}\n" for path in LOOPS))
