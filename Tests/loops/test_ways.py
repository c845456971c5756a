"""Where iterations of a `while` begin, names that loops delete, and whose loop a `break` or a `continue` leaves."""

import ast

import pytest
from cunumeric._loops._rewrite import _start
from outcomes import counted, plain

HEAD = "import cunumeric as np\n"

# The line that only a new iteration gets to, or None.
STARTS = {
    "while x:\n    y = 1\n": 1,
    "while x and y:\n    y = 1\n    z = 2\n": 1,
    "while x: y = 1\n": None,
    "while x: y = 1; z = 2\n": None,
    "while (x and\n       y):\n    y = 1\n": None,
    "while (\n    x\n):\n    y = 1\n": None,
    "while \\\n        x:\n    y = 1\n": None,
    "while True:\n    y = 1\n    z = 2\n": 2,
    "while 1:\n    y = 1\n": 2,
    "while True: y = 1\n": None,
    "while True:\n    y = (1,\n         2)\n    z = 2\n": None,
    "while True:\n    y = 1; z = 2\n": None,
    "while True:\n    y = 1; z = 2\n    z = 3\n": None,
    "while True:\n    y = 1\n    z = 2; z = 3\n": 2,
    "while True:\n    for k in x: y = 1\n": None,
    "while True:\n    while x: y = 1\n": None,
    "while True:\n    with x: y = 1\n": None,
    "while True:\n    if x: y = 1\n": None,
    "while True:\n    def y(): pass\n": None,
    "while True:\n    class y: pass\n": None,
    "while True:\n    try:\n        y = 1\n    finally:\n        z = 1\n": None,
    "while True:\n    match x:\n        case 1: y = 1\n": None,
}


@pytest.mark.parametrize("text", STARTS)
def test_where_iterations_begin(text):
    assert _start(ast.parse(text).body[0]) == STARTS[text]


def test_where_iterations_begin_further_down():
    assert _start(ast.parse("\n\nwhile x:\n    y = 1\n").body[0]) == 3
    assert _start(ast.parse("\n\nwhile True:\n\n    y = 1\n").body[0]) == 5


# Body -> (lines of loops that run natively, lines of those that do not since `y` may have no value, a call's argument).
DELETED = {
    "in a while around": (
        "k = 0\nwhile k < 3:\n    k += 1\n    for j in range(n if k == 1 else 0):\n        x = x + y\n"
        "    if k == 1:\n        del y\n",
        [], [5, 7],
    ),
    "in a while around a while": (
        "k = 0\nwhile k < 3:\n    j, k = 0, k + 1\n    while j < n and k == 1:\n        j, x = j + 1, x + y\n"
        "    if k == 1:\n        del y\n",
        [], [7],
    ),
    "in a for around": (
        "for k in range(3):\n    for j in range(n if k == 0 else 0):\n        x = x + y\n    if k == 0:\n        del y\n",
        [], [4, 5],
    ),
    "in a while in front": (
        "k = 0\nwhile k < 3:\n    k += 1\n    if k == 1:\n        del y\nfor j in range(n - 6):\n    x = x + y\n",
        [5], [9],
    ),
    "in the else of a while": (
        "k = 0\nwhile k < 6:\n    k += 1\nelse:\n    del y\nfor j in range(n - 6):\n    x = x + y\n",
        [5], [9],
    ),
    "in the else of a for": (
        "for k in range(6):\n    x = x + k\nelse:\n    del y\nfor j in range(n - 6):\n    x = x + y\n",
        [4], [8],
    ),
    "and bound again": (
        "k = 0\nwhile k < 3:\n    k += 1\n    del y\n    y = 2.0\nfor j in range(n):\n    x = x + 1\n",
        [9], [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", DELETED)
def test_deleted_names(what, module, rewritten, compiled):
    """A loop that has nothing to do reads no name: one without a value does not matter to it."""
    body, native, refused = DELETED[what]
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    subject = module(f"{HEAD}def f(n=6):\n    x, y = np.zeros(2), 1.0\n{lines}    return x\n")
    expected = plain(subject.f())
    reasons = rewritten(subject.f)
    assert [line for line, reason in reasons.items() if "y may have no value" in reason] == refused, reasons
    assert [int(loop.name.partition(":")[2]) for loop in compiled] == native
    assert plain(subject.f()) == expected


def test_loops_in_the_else_of_a_while(module, rewritten, compiled):
    subject = module(
        HEAD + "def f():\n"
        "    x, k = np.zeros(2), 0\n"
        "    while k < 5:\n"
        "        k += 1\n"
        "    else:\n"
        "        y = 2.0\n"
        "        for j in range(4):\n"
        "            x = x + y * k\n"
        "    return x\n"
    )
    expected = plain(subject.f())
    assert rewritten(subject.f) == {}
    assert plain(subject.f()) == expected and counted(compiled) == 4 + 3


# What an iteration does, before it binds `y`, which has no value before the loop -> iterations of 12 that run natively.
INSIDE = {
    "a break of an inner loop of Python's": ("if k == 5:\n    for j in range(3):\n        print(j)\n        break\n", 5),
    "a break of a while of Python's": ("if k == 5:\n    while True:\n        print(k)\n        break\n", 5),
    "a break of an inner loop": ("for j in range(4):\n    x = x + j\n    if k + j == 8:\n        break\n", 5),
    "a break of an inner loop, by an element": (
        "for j in range(4):\n    x = x + 1\n    if x[0] > 22:\n        break\n", 5,
    ),
    "a continue of an inner loop": (
        "for j in range(4):\n    if j == k % 3:\n        continue\n    x = x + j\n", 11,
    ),
}  # fmt: skip


def looped(body, before="", behind="    y = x * 2\n"):
    lines = "".join(f"        {line}\n" for line in body.splitlines())
    return f"{HEAD}def f():\n    x{before} = np.zeros(2)\n    for k in range(12):\n{lines}    {behind}    return x, y, k\n"


@pytest.mark.parametrize("what", INSIDE)
def test_what_leaves_inner_loops_only(what, module, rewritten, compiled, capsys):
    """`y` is bound in every iteration, and needs no value before the loop."""
    body, iterations = INSIDE[what]
    subject = module(looped(body))
    expected, shown = plain(subject.f()), capsys.readouterr().out
    rewritten(subject.f)
    assert plain(subject.f()) == expected and capsys.readouterr().out == shown
    outer = [loop for loop in compiled if loop.name.endswith(":4")]
    assert [loop.iterations for loop in outer] == [iterations]


# The same where the loop itself may be left in front of `y`.
OUTSIDE = {
    "in the else of an inner loop": "if k == 5:\n    for j in range(3):\n        print(j)\n    else:\n        break\n",
    "in the else of a while": "if k == 5:\n    while not k:\n        print(k)\n    else:\n        break\n",
    "behind an inner loop": "if k == 5:\n    for j in range(3):\n        print(j)\n        break\n    break\n",
    "in a with": "if k == 5:\n    with open('/dev/null'):\n        break\n",
    "in a try": "if k == 5:\n    try:\n        print(k)\n    finally:\n        break\n",
    "in a branch": "if k == 5:\n    print(k)\n    if x[0] >= 0:\n        break\n",
}


@pytest.mark.parametrize("what", OUTSIDE)
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_what_leaves_the_loop_itself(what, module, rewritten, compiled, capsys):
    """`y` keeps what the iteration before has bound it to: it goes into the loop and comes out of it."""
    subject = module(looped(OUTSIDE[what], " = y"))
    expected, shown = plain(subject.f()), capsys.readouterr().out
    rewritten(subject.f)
    assert plain(subject.f()) == expected and capsys.readouterr().out == shown
    outer = [loop for loop in compiled if loop.name.endswith(":4")]
    assert [loop.iterations for loop in outer] == [5]
    subject = module(looped(OUTSIDE[what]))
    assert "y may have no value" in rewritten(subject.f)[4]


def test_a_continue_in_the_else_of_an_inner_loop(module, rewritten, compiled):
    """It is the outer loop's."""
    body = "for j in range(2):\n    x = x + j\nelse:\n    continue\n"
    subject = module(looped(body, " = y"))
    expected = plain(subject.f())
    assert "way out" in rewritten(subject.f)[4]
    assert plain(subject.f()) == expected


def test_what_iterations_of_pythons_read(module, rewritten, compiled, capsys):
    """A name that every native iteration binds first has its value in one of Python's behind them."""
    subject = module(looped("if k == 5:\n    print(float(y[0]))\nx = x + k\n", " = y"))
    expected, shown = plain(subject.f()), capsys.readouterr().out
    rewritten(subject.f)
    assert plain(subject.f()) == expected and capsys.readouterr().out == shown
    assert [loop.iterations for loop in compiled] == [5]
