"""Iterations that are Python's: those that print, append, break, raise; the ones between run natively."""

import sys

import pytest
from outcomes import counted, plain

HEAD = "import cunumeric as np\n"

# Body -> (iterations of 12 that run natively from the first on, what the loop leaves).
STOPS = {
    "print": "if k == 5:\n    print(k)\nx = x + k\n",
    "append": "x = x + k\nif k % 6 == 5:\n    found.append(x.tolist())\n",
    "break": "x = x + k\nif k == 5:\n    break\nx = x * 2\n",
    "raise": "x = x + k\nif k == 5:\n    raise ValueError(k)\n",
    "return": "x = x + k\nif k == 5:\n    return x.tolist(), k\n",
    "in an inner loop": "for j in range(3):\n    x = x + j\n    if k + j == 7:\n        found.append(k)\n",
    "in a function": "x = x + report(k)\n",
    "in one way of several": (
        "if k < 5:\n    x = x + 1\nelif k == 5:\n    with open('/dev/null'):\n        x = x - 1\nelse:\n    x = x + 2\n"
    ),
    "with names of its own": "if k == 5:\n    y = [k]\n    found.extend(y)\nx = x + k\n",
    "by an element": "x = x + k\nif x[0] > 30:\n    break\nx *= 2\ny = x + 1\n",
    "by an element behind what it writes": "x += k\nz[k % 3] = x[0]\nif z.max() >= 15:\n    found.append(k)\n    break\n",
    "in a branch of elements": "x[0] += k\nif x.sum() > 5:\n    x[1] += 1\n    if x[0] >= 15:\n        return k, x.tolist()\n",
    "names bound behind a break": "x = x + k\nif k == 5:\n    break\ny = x * 2\n",
    "names bound in branches behind a break": (
        "x = x + k\nif x.sum() > 24:\n    break\nif k % 2:\n    y = x * 2\nelse:\n    y = x + 1\n"
    ),
    "and continue": "if k == 5:\n    print(k)\n    continue\nx = x + k\n",
}


def text(body):
    return (
        HEAD + "def report(k):\n    if k == 5:\n        print(k)\n    return k * 2\n"
        "def f(found):\n    x, y, z = np.zeros(2), 0, np.zeros(3)\n    for k in range(12):\n"
        + "".join(f"        {line}\n" for line in body.splitlines())
        + "    return x.tolist(), k, found, getattr(y, 'tolist', int)(), z.tolist()\n"
    )


def ending(function):
    found = []
    try:
        return function(found)
    except ValueError as error:
        return repr(error), error.__traceback__.tb_next.tb_lineno, found


@pytest.mark.parametrize("what", STOPS)
def test_same_result(what, module, rewritten, compiled, capsys):
    subject = module(text(STOPS[what]))
    expected, shown = ending(subject.f), capsys.readouterr().out
    assert rewritten(subject.f, found=[]) == {}
    assert ending(subject.f) == expected
    assert capsys.readouterr().out == shown
    assert compiled[0].iterations == 5


def test_a_loop_that_always_stops(module, rewritten, compiled):
    subject = module(text("if k > 5:\n    print(k)\nelse:\n    print(-k)\n"))
    assert "print" in rewritten(subject.f)[8]
    assert compiled == []


def test_what_is_bound_where_it_stops(module, rewritten, compiled):
    """A name that only Python's iterations bind has its value in the native ones behind them."""
    subject = module(text("if k == 3:\n    w = [k][0]\n    print(end='')\nif k > 3:\n    x = x + w\n"))
    assert "w may have no value" in rewritten(subject.f, found=[])[8]
    assert compiled == []


RUNNING = """
import sys
x, total, seen = np.zeros(2), 0, []
for k in range(60):
    x = x + k
    if k % 10 == 9:
        seen.append(x.tolist())
    total += k + now.there
    if k % 10 == 9:
        total += 1
assert sys.gettrace() is None
result = x.tolist(), total, k, seen
"""


@pytest.mark.parametrize("place", ["module", "function"])
def test_running_loops(place, module, looking, compiled):
    """One look is enough: behind each iteration of Python's the native loop goes on."""

    class Now:
        looks = 0

        def __getattr__(self, name):
            Now.looks += 1
            if Now.looks < 4:
                looking()
            return 0

    module("", "looking_now").now = Now()
    inside = "".join(f"    {line}\n" for line in RUNNING.splitlines())
    program = RUNNING if place == "module" else f"def f():\n{inside}    return result\nresult = f()\n"
    subject = module(HEAD + "from looking_now import now\n" + program)
    sums = [sum(range(10 * n)) for n in range(1, 7)]
    assert plain(subject.result) == plain(([1770.0] * 2, 1776, 59, [[float(s)] * 2 for s in sums]))
    assert counted(compiled) >= 45
    assert sys.gettrace() is None
