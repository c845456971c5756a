"""Random programs whose loops are all taken over while they run, at every iteration that begins one."""

import sys

import array_programs
import pytest
import reference
import test_random_loops
from cunumeric._loops import _find, _look, _rewrite, _running
from outcomes import outcome, plain

pytestmark = pytest.mark.skipif(sys.version_info[:2] > (3, 13), reason="nothing is taken over here")


class Everything:
    """Stands for a loop around the whole function, which never begins another iteration."""

    line, last = 0, 10**9


class Poke:
    """Called by a function under test when its variables are there: takes over its loops, if it is to."""

    def __init__(self):
        self.is_on, self.loops = False, []

    def __call__(self):
        if not self.is_on:
            return
        frame = sys._getframe(1)
        _, entries, _, _ = _rewrite.rewritten(frame.f_code, frame.f_globals, _find.variables(frame))
        entries = [e for e in entries if _running._is_found(frame.f_code, e)]
        self.loops += [entry.loop for entry in entries]
        if entries:
            waiting = _running.Waiting(frame, entries)
            waiting.outermost = Everything
            waiting.start()


@pytest.fixture
def poke(monkeypatch):
    monkeypatch.setattr(_look, "REMEMBERED", 0)
    return Poke()


def text(number):
    """Every other program is one of numbers."""
    if number % 2:
        lines = test_random_loops.Writer(number).text().splitlines()
        place = lines.index("def f():") + 2
    else:
        lines = array_programs.Writer(number).text().splitlines()
        place = lines.index("    a = b = i = j = 0") + 1
        place += sum(line.startswith("    o") for line in lines[place : place + 2])
    return "\n".join([*lines[:place], "    poke()", *lines[place:], ""])


def result_of(function):
    result = outcome(function)
    return repr(plain(result)) if isinstance(result, tuple) and len(result) > 3 else result


@pytest.mark.parametrize("kind", ["reference", "native"])
@pytest.mark.parametrize("seed", range(4))
def test_taken_over(kind, seed, module, poke, monkeypatch):
    if kind == "reference":
        monkeypatch.setattr("_legate.compile_loop", reference.Loop)
    for number in range(seed * 5, seed * 5 + 5):
        subject = module(text(number), f"running_{kind}_{number}")
        subject.poke = poke
        poke.is_on = False
        expected = result_of(subject.f)
        poke.is_on = True
        assert result_of(subject.f) == expected, number
        assert sys.gettrace() is None
    assert any(loop.runs for loop in poke.loops)
    _look.drop_copies()
