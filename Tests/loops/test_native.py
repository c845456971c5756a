"""The same functions with the library's own loops: what they gave before, whether or not a loop ran natively."""

import sys

import array_programs
import pytest
import subjects
from cunumeric._loops import _look, _rewrite
from test_errors import FAILING, lines_of
from test_errors import HEAD as IMPORTS
from test_loops import copied, plain
from test_random_loops import Writer, outcome


@pytest.fixture
def native(monkeypatch):
    """Rewrites a function with native loops; gives the loops."""
    monkeypatch.setattr(_look, "REMEMBERED", 0)

    def rewrite(function, **names):
        new, entries, _, _ = _rewrite.rewritten(function.__code__, function.__globals__, names)
        if new is not None:
            function.__code__ = new
        return [entry.loop for entry in entries]

    return rewrite


@pytest.mark.parametrize("subject", subjects.SUBJECTS, ids=lambda f: f.__name__)
def test_same_result(subject, native):
    expected, function = plain(subject()), copied(subject)
    native(function)
    for _ in range(3):
        assert plain(function()) == expected


def test_loops_run(native):
    function = copied(subjects.straight)
    (loop,) = native(function)
    function(), function()
    assert loop.runs == 2 and loop.reason is None


@pytest.mark.parametrize("where", FAILING)
def test_same_error(where, module, native):
    helper = "def g(x, k):\n    y = x[k]\n    return x + y\n"
    subject = module(IMPORTS + helper + "def f():\n    x = np.arange(5.0)\n" + FAILING[where])
    expected = lines_of(subject.f)
    native(subject.f)
    for _ in range(3):
        assert lines_of(subject.f) == expected


@pytest.mark.parametrize("seed", range(5))
def test_random_loops(seed, module, native):
    for number in range(1000 + seed * 10, 1010 + seed * 10):
        subject = module(Writer(number).text(), f"native_loops_{number}")
        expected = outcome(subject.f)
        native(subject.f)
        for _ in range(2):
            assert outcome(subject.f) == expected, number


def at_the_end(function):
    """All that a random program over arrays gives, its variables, and the error it may end with."""
    found = {}

    def watch(frame, event, argument):
        if event == "return" and frame.f_code is function.__code__:
            found.update(frame.f_locals)

    sys.setprofile(watch)
    try:
        result = outcome(function)
    finally:
        sys.setprofile(None)
    return repr(plain(result)) if isinstance(result, tuple) and len(result) > 3 else result, found


@pytest.mark.parametrize("seed", range(8))
def test_random_arrays(seed, module, native):
    """To the last bit, and most of the loops do run."""
    loops = []
    for number in range(seed * 5, seed * 5 + 5):
        subject = module(array_programs.Writer(number).text(), f"array_loops_{number}")
        expected, names = at_the_end(subject.f)
        loops += native(subject.f, **names)
        for _ in range(2):
            assert at_the_end(subject.f)[0] == expected, number
    assert sum(loop.runs > 0 for loop in loops) > len(loops) / 2
