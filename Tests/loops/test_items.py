"""Loops over lists, tuples, arrays, `zip` and `enumerate`: as loops over ranges, with what Python's give."""

import numpy
import pytest
from outcomes import counted, lines_of, plain

HEAD = "import cunumeric as np\nhost = __import__('numpy')\n"
SOURCES = (
    "    x, y, t = [1.0, 2.0, 3.5, 4.0, 0.5], (3, 1, 2, 7), np.zeros(2)\n"
    "    v, g = np.arange(5.0), np.arange(12.0).reshape(4, 3)\n"
)

# The loop's head and a body -> iterations that run natively.
LOOPS = {
    "a list": ("for a in x:", "t = t + a", 4),
    "a tuple": ("for a in y:", "t = t + a", 3),
    "numbers written out": ("for a in (0.5, 0.25, 2.0, 4.0):", "t = t + a", 3),
    "a vector": ("for a in v:", "t = t + a\n        v[1:] += 1", 4),
    "rows": ("for a in g:", "a += 1\n        t = t + a[:2]", 3),
    "a part": ("for a in g[::2, 1]:", "t = t + a", 1),
    "zip": ("for a, b in zip(x, y):", "t = t + a * b", 3),
    "zip of one": ("for (a,) in zip(v):", "t = t + a", 4),
    "enumerate": ("for k, a in enumerate(x):", "t = t * k + a", 4),
    "enumerate from a number": ("for k, a in enumerate(v, len(y)):", "t = t * k + a", 4),
    "all of them": ("for k, (a, b) in enumerate(zip(g, x), 1):", "t = t + a[1:] * b * k", 3),
    "enumerate in zip": ("for (k, a), b in zip(enumerate(x), v[1:]):", "t = t + a * b * k", 3),
    "a name for both": ("for a in zip(x, v):", "t = t + a[0] * a[1]", 4),
    "a target that changes": ("for k, a in enumerate(x):", "k = k + 1\n        a = a * k\n        t = t + a", 4),
    "what it goes over bound anew": ("for a in v:", "v = v + 1\n        t = t + a + v[0]", 4),
    "one item": ("for a in x[:1]:", "t = t + a", 0),
    "none": ("for a in g[:, :0].T:", "t = t + a[:2]", 0),
    "a loop inside": ("for k in range(4):", "for a, b in zip(x, v):\n            t = t + a * b * k", 3),
    "a break": ("for a, b in zip(x, v):", "if a * b > 5:\n            break\n        t = t + a", 2),
}


@pytest.mark.parametrize("what", LOOPS)
def test_same_result(what, module, rewritten, compiled):
    head, body, iterations = LOOPS[what]
    text = f"def f():\n    a, k, b = 7, 8, 9\n{SOURCES}    {head}\n        {body}\n    else:\n        t = t + 0.5\n"
    subject = module(HEAD + text + "    return t, a, k, b, v, g\n")
    expected = plain(subject.f())
    reasons = rewritten(subject.f, x=[1.0], y=(1,), v=subject.np.zeros(2), g=subject.np.zeros((2, 2)))
    outer = next((loop for loop in compiled if loop.name.endswith(":7")), None)
    assert outer is not None, reasons
    for _ in range(2):
        assert plain(subject.f()) == expected
    assert sum(loop.iterations for loop in compiled if loop is outer) == 2 * iterations, outer.reason


OTHERS = {
    "a generator": "zip((k for k in x), v)",
    "a dictionary": "enumerate({2: 'a', 3: 'b'})",
    "text": "zip(v, 'abc')",
    "an iterator": "enumerate(iter(x), 2)",
    "a list of a kind": "zip(type('L', (list,), {})(x), v)",
    "where to begin is no int": "enumerate(v, host.int64(2))",
}


@pytest.mark.parametrize("what", OTHERS)
def test_other_items_are_python_s(what, module, rewritten, compiled):
    subject = module(
        HEAD + f"def f():\n{SOURCES}    found = np.zeros(3)\n    for a in {OTHERS[what]}:\n        found = found + len(a)\n"
        "    return found, a[-1]\n"
    )
    expected = plain(numpy.asarray(subject.f()[0]))
    rewritten(subject.f)
    assert compiled and plain(numpy.asarray(subject.f()[0])) == expected
    assert counted(compiled) == 0


FAILING = {
    "not iterable": "zip(x, 3)",
    "not iterable behind another": "enumerate(zip(v, None), 1)",
    "begins with text": "enumerate(x, 'a')",
    "no such name": "zip(x, absent)",
    "an axis that is not there": "zip(v[0], x)",
    "in a part": "zip(x, v[9 // (y[1] - 1):])",
}


@pytest.mark.parametrize("what", FAILING)
def test_same_error(what, module, rewritten, compiled):
    subject = module(HEAD + f"absent_ = 0\ndef f():\n{SOURCES}    for a in {FAILING[what]}:\n        t = t + 1\n")
    expected = lines_of(subject.f)
    subject.absent = None
    rewritten(subject.f)
    del subject.absent
    assert compiled
    assert lines_of(subject.f) == expected


def test_a_list_that_grows_while_python_goes_on(module, rewritten, compiled):
    """Python's iterations see the list itself, not a copy."""
    subject = module(
        HEAD + "def f():\n"
        "    x, t = [1, 2, 3, 4], 0\n"
        "    for a in x:\n"
        "        t = t + a\n"
        "        if t == 6:\n"
        "            x.append(5)\n"
        "            x[3] = 40\n"
        "    return t, x\n"
    )
    expected = subject.f()
    rewritten(subject.f, x=[1])
    assert subject.f() == expected == (51, [1, 2, 3, 40, 5])
    assert counted(compiled) == 2


def test_names_of_python_that_stand_for_others(module, rewritten, compiled):
    subject = module(HEAD + "zip = lambda *a: [(1, 2), (3, 4)]\ndef f(t):\n    for a, b in zip(t, t):\n        t = t + a\n    return t\n")
    assert "zip" in rewritten(subject.f, t=[1])[5] and compiled == []
    assert subject.f(1) == 5


def test_zip_is_checked_at_each_entry(module, rewritten, compiled):
    subject = module(HEAD + "def f(t, x):\n    for a, b in zip(x, x):\n        t = t + a\n    return t\n")
    rewritten(subject.f, x=[1])
    assert subject.f(0, [1, 2, 3]) == 6 and counted(compiled) == 2
    subject.zip = lambda *a: [(5, 6)] * 3
    assert subject.f(0, [1, 2, 3]) == 15 and counted(compiled) == 2
