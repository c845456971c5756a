"""The same functions with the library's own loops: what they gave before, whether or not a loop ran natively."""

import pickle
import signal

import _legate
import array_programs
import pytest
import subjects
from outcomes import copied, lines_of, outcome, plain, watched
from test_errors import FAILING
from test_errors import HEAD as IMPORTS
from test_random_loops import Writer


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


REASONS = {
    "contents": ("for k in range(6):\n        x = np.vdot(x, x) + x", "np.vdot", None),
    "its first iteration": ("for k in range(6):\n        x[k + 9] = k", "an index, a shape or a size", "an index, a shape"),
    "its condition": (
        "while x[0] < 0:\n        x = x + 1",
        "its condition, an index, a shape or a size",
        "its condition ended it, or an index, a shape",
    ),
}


@pytest.mark.parametrize("what", REASONS)
def test_reasons(what, module, native):
    """A few words of each; a clause of what is no part of the loop."""
    text, words, clause = REASONS[what]
    subject = module(IMPORTS + f"def f():\n    x = np.ones(4)\n    {text}\n    return x\n")
    expected = outcome(subject.f)
    (loop,) = native(subject.f)
    assert repr(outcome(subject.f)) == repr(expected)
    assert (loop.runs, loop.reason) == (0, words)
    assert loop.clause is None if clause is None else loop.clause.startswith(clause)


WHILES = ["repeated", "until_close", "until_found", "forever", "never", "while_in_a_loop"]


@pytest.mark.parametrize("name", WHILES)
def test_all_iterations_but_the_last_run(name, native):
    function = copied(getattr(subjects, name))
    native(function)
    before = _legate.counts()["nativeIterations"]
    function()
    expected = subjects.SUBJECTS[getattr(subjects, name)][1]
    assert _legate.counts()["nativeIterations"] - before == expected


CONDITIONS = {
    "that only looks": ("    y = np.abs(x)\n    return y.max() + y[k]\n", True),
    "with a loop": ("    s = x.sum()\n    for j in range(3):\n        s = s + x[j] + k\n    return s\n", True),
    "that writes": ("    x += 1\n    return x.max()\n", False),
    "that writes an element": ("    x[k] = x[k - 1] + 1\n    return x.sum()\n", False),
}


@pytest.mark.parametrize("what", CONDITIONS)
def test_functions_in_conditions(what, module, native):
    """What a condition does must be done once."""
    body, is_native = CONDITIONS[what]
    subject = module(
        IMPORTS + f"def g(x, k):\n{body}def f():\n    x, k = np.arange(4.0), 0\n"
        "    while g(x, k) < 30 and k < 3 or k == 1:\n        x = x * 1.25\n        k = (k + 1) % 4\n    return x.tolist(), k\n"
    )
    expected = subject.f()
    (loop, *_) = native(subject.f)
    assert subject.f() == expected and bool(loop.runs) == is_native, loop.reason


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
    result, found = watched(function, lambda: outcome(function))
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


def test_interrupts_find_variables_of_one_iteration(module, native):
    """A signal ends a native loop between two iterations, and is raised when its names have their values."""
    subject = module(
        IMPORTS + "def f(start):\n"
        "    x, y = np.zeros(2), np.zeros(2)\n"
        "    try:\n"
        "        for k in range(10**9):\n"
        "            x = x + 1\n"
        "            y += 1\n"
        "    except KeyboardInterrupt:\n"
        "        return x[0].item(), y[0].item(), k\n"
    )
    (loop,) = native(subject.f)
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        x, y, k = subject.f(0)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert loop.runs == 1 and x > 1
    assert x - y in (0, 1) and x - k in (0, 1)


def test_loops_are_ordinary_objects(native):
    (loop,) = native(copied(subjects.straight))
    line = subjects.straight.__code__.co_firstlineno + 2
    assert repr(loop) == f"<loop at subjects.py:{line}>" and {loop: 1}[loop] == 1
    assert not hasattr(loop, "anything") and loop.__doc__ is None
    absent = pickle.loads(pickle.dumps(loop))
    assert absent[range(3), 1.0] is None and pickle.loads(pickle.dumps(absent)).runs == 0


def test_views_of_what_a_loop_makes_stay_views(module, native):
    subject = module(
        IMPORTS + "def f():\n"
        "    v, w, u = np.arange(6.0), np.zeros(6), np.zeros(2)\n"
        "    for j in range(5):\n"
        "        if j == 1:\n"
        "            v = v * 0.5\n"
        "            w = v[::-1]\n"
        "            u = v[1:5:2]\n"
        "        w[0] = j\n"
        "        u[1] = j + 0.5\n"
        "    w[1] = 77\n"
        "    return v.tolist(), w.tolist(), u.tolist()\n"
    )
    expected = subject.f()
    (loop,) = native(subject.f)
    assert subject.f() == expected and loop.runs == 1
