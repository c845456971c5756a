"""Errors and interrupts in rewritten functions: the same text, the same lines, the same values left behind."""

import dis

import numpy as np
import pytest
from outcomes import counted, lines_of

HEAD = "import cunumeric as np\n"


FAILING = {
    "in the body": (
        "    for k in range(6):\n        y = x + k\n        z = (x[:3]\n             / y[7 - k])\n    return z\n"
    ),
    "in the first iteration": "    for k in range(6):\n        y = x + k\n        z = x[9]\n",
    "in the last iteration": "    for k in range(6):\n        y = x[5 - k - 1]\n        z = x[k - 8 + (k == 5) * 30]\n",
    "in the iterable": "    for k in range(\n        'x'):\n        x = x + k\n",
    "in an inlined function": "    for k in range(6):\n        x = g(x,\n              k)\n",
    "in an inner loop": "    for k in range(6):\n        for j in range(k):\n            x = x + x[k + j]\n",
    "not iterable": "    n = 3\n    for k in n:\n        x = x + k\n",
    "in a while": "    k = 0\n    while k < 6:\n        x[k] = k\n        k += 1\n",
    "in a condition": "    k = 0\n    while x[k] < 9:\n        k += 1\n",
    "in a condition of elements": "    k = 0\n    while x[:k].sum() + x[k] < 90:\n        x += 1\n        k += 1\n",
    "behind a break": "    for k in range(9):\n        x[k] += 1\n        if x.sum() > 90:\n            break\n",
    "behind the loop": "    for k in range(6):\n        x = x + k\n    x[9]\n",
}


@pytest.mark.parametrize("where", FAILING)
def test_same_error(where, module, rewritten, compiled):
    helper = "def g(x, k):\n    y = x[k]\n    return x + y\n"
    subject = module(HEAD + helper + "def f():\n    x = np.arange(5.0)\n" + FAILING[where])
    expected = lines_of(subject.f)
    assert expected[0] is not AssertionError
    rewritten(subject.f)
    assert compiled
    assert lines_of(subject.f) == expected


def test_values_when_an_iteration_fails(module, rewritten, compiled):
    """What the iterations before it did stays, as in Python."""
    subject = module(
        HEAD + "def f():\n"
        "    x, total, first, last = np.zeros(4), 0, None, -1\n"
        "    try:\n"
        "        for k in range(8):\n"
        "            first = k\n"
        "            x[k] = k\n"
        "            total += k\n"
        "            last = k\n"
        "    except IndexError:\n"
        "        pass\n"
        "    return x.tolist(), total, k, first, last\n"
    )
    expected = subject.f()
    rewritten(subject.f)
    assert subject.f() == expected == ([0, 1, 2, 3], 6, 4, 4, 3)
    assert counted(compiled) == 4


def test_no_signal_between_a_loop_and_its_values(module, rewritten, compiled):
    """From the native run to the assignment of what it gave no instruction looks for signals."""
    subject = module(
        HEAD + "def f():\n"
        "    x, y = np.zeros(2), np.zeros(2)\n"
        "    for k in range(10):\n"
        "        x = x + y\n"
        "        y += 1\n"
        "    return x\n"
    )
    rewritten(subject.f)
    code = list(dis.get_instructions(subject.f))
    start = next(k for k, i in enumerate(code) if i.argval is compiled[0])
    given = next(k for k, i in enumerate(code) if k > start and i.opname in ("BINARY_SUBSCR", "BINARY_OP"))
    taken = max(k for k, i in enumerate(code) if i.argval == "@done1" and i.opname == "STORE_FAST")
    between = code[given : taken + 1]
    assert {"@items1", "x", "y"} <= {name for i in between if "STORE" in i.opname for name in np.atleast_1d(i.argval)}
    assert not any(i.opname.startswith(("CALL", "JUMP_BACKWARD", "RESUME", "PRECALL")) for i in between)


def test_inspection(module, rewritten, compiled):
    """The function's source, name, line and signature stay."""
    import inspect

    subject = module(HEAD + "def f(a, *, b=3):\n    'Text.'\n    for k in range(4):\n        a = a + b\n    return a\n")
    before = [
        inspect.getsource(subject.f),
        str(inspect.signature(subject.f)),
        subject.f.__doc__,
        subject.f.__qualname__,
    ]
    old = subject.f.__code__
    rewritten(subject.f)
    new = subject.f.__code__
    assert new is not old
    assert [
        inspect.getsource(subject.f),
        str(inspect.signature(subject.f)),
        subject.f.__doc__,
        subject.f.__qualname__,
    ] == before
    for name in ("co_name", "co_qualname", "co_firstlineno", "co_filename", "co_freevars", "co_cellvars", "co_flags"):
        assert getattr(new, name) == getattr(old, name)
