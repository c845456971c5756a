"""Loops that run already are taken over between two iterations: in functions called once, in modules.

The programs look themselves, by reading `now.there`, which any compiled loop may do.
"""

import ast
import gc
import linecache
import sys

import pytest
from cunumeric._loops import _running
from outcomes import counted, plain

HEAD = "import cunumeric as np\nfrom looking_now import now\n"

pytestmark = pytest.mark.skipif(sys.version_info[:2] > (3, 13), reason="nothing is taken over here")


@pytest.fixture
def program(module, looking):
    """Runs the text of a module that can look; gives the module."""

    class Now:
        def __getattr__(self, name):
            looking()
            return 0

    module("", "looking_now").now = Now()
    return lambda text: module(HEAD + text)


BODY = (
    "x, total = np.zeros(2), 0\n"
    "for k in range(20):\n"
    "    x = x + k\n"
    "    total += k + now.there\n"
    "    if k == 1:\n"
    "        total -= 5\n"
    "result = x.tolist(), total, k\n"
)
RESULT = ([190, 190], 185, 19)
NESTED = (
    "x, total = np.zeros(2), 0\n"
    "for i in range(6):\n"
    "    for j in range(5):\n"
    "        x = x + j\n"
    "        total += now.there + 1\n"
    "result = x.tolist(), total, i, j\n"
)


def indented(text, depth=1):
    return "".join("    " * depth + line + "\n" for line in text.splitlines())


def test_frames_look_as_expected():
    assert _running.trusted()


def test_at_module_level(program, compiled):
    assert program(BODY).result == RESULT
    assert 15 <= counted(compiled) <= 18
    assert sys.gettrace() is None


def test_in_a_function_called_once(program, compiled):
    subject = program(
        "def f(a, *b, c=1, **d):\n"
        + indented(BODY)
        + "    def inner():\n        return a, x\n    return result\nresult = f(1, 2)\n"
    )
    assert subject.result == RESULT
    assert 15 <= counted(compiled) <= 18
    assert sys.gettrace() is None


WHILE = (
    "x, total, k = np.zeros(2), 0, -1\n"
    "while {test}:\n"
    "    {first}\n"
    "    x = x + k\n"
    "    total += k + now.there\n"
    "    if k == 1:\n"
    "        total -= 5\n"
    "    {last}\n"
    "result = x.tolist(), total, k\n"
)
WHILES = {
    "numbers": ("k < 19", "k += 1", "pass"),
    "elements": ("x[1] < 190", "k += 1", "pass"),
    "both": ("k < 100 and (x[0] < 190 or not x.any())", "k += 1", "pass"),
    "left by numbers": ("True", "k += 1", "if k == 19:\n        break"),
    "left by elements": ("1", "k += 1", "if x.max() >= 190:\n        break"),
}


@pytest.mark.parametrize("what", WHILES)
def test_while(what, program, compiled):
    """Both in a module and in a function that is called once."""
    test, first, last = WHILES[what]
    body = WHILE.format(test=test, first=first, last=last)
    assert program(body).result == RESULT
    assert program("def f():\n" + indented(body) + "    return result\nresult = f()\n").result == RESULT
    assert 30 <= counted(compiled) <= 36
    assert sys.gettrace() is None


HIDDEN = {
    "a condition of several lines": "while (k <\n       19):\n    k += 1\n",
    "all in one line": "while k < 19: k += 1; x = x + k; total += k + now.there\n",
    "a loop first": "while True:\n    for j in range(2):\n        k += 1\n    if k > 17:\n        break\n",
}


@pytest.mark.parametrize("what", HIDDEN)
def test_while_that_is_not_found(what, program, compiled):
    """Where an iteration begins cannot be told: the loop is Python's until it is entered again."""
    rest = "    x = x + k\n    total += k + now.there\n" if "total" not in HIDDEN[what] else ""
    subject = program("x, total, k = np.zeros(2), 0, -1\n" + HIDDEN[what] + rest + "result = x.tolist(), total, k\n")
    if what != "a loop first":
        assert subject.result == ([190, 190], 190, 19)
    assert sys.gettrace() is None


def test_nested_loops(program, compiled):
    """The inner loop first, then at its next iteration the outer one, with the inner one in it."""
    assert program(NESTED).result == ([60, 60], 30, 5, 4)
    inner, outer = sorted(compiled, key=lambda loop: -int(loop.name.partition(":")[2]))
    assert inner.runs >= 1 and outer.runs == 1 and outer.iterations == 4


def test_behind_values_on_the_stack(program, compiled):
    """Loops around it and `with` keep values below the iterator."""
    text = (
        "for name in ('a',):\n    with np.errstate(), np.errstate():\n        while True:\n"
        + indented(BODY, 3)
        + "            break\n"
    )
    assert program(text).result == RESULT
    assert counted(compiled) >= 15
    assert program("def f():\n" + indented(text) + "    return result\nresult = f()\n").result == RESULT


def test_a_long_body(program, compiled):
    """The instruction at the loop's head has a part in front of it."""
    long = BODY.replace(
        "    if k == 1", "".join(f"    y{n} = x + {n} - total * 2\n" for n in range(60)) + "    if k == 1"
    )
    assert program(long).result == RESULT
    assert counted(compiled) >= 15
    assert program("def f():\n" + indented(long) + "    return result\nresult = f()\n").result == RESULT
    assert counted(compiled) >= 30


def test_not_in_handlers_of_errors(program, compiled):
    text = "try:\n    1 / 0\nexcept ZeroDivisionError:\n" + indented(BODY) + "finally:\n" + indented(BODY)
    assert program(text).result == RESULT


def test_attributes_of_objects(program, compiled):
    subject = program(
        "class Model:\n"
        "    def run(self, inner):\n"
        "        inner.k = 0\n"
        "        for k in range(20):\n"
        "            self.x = self.x + k\n"
        "            inner.k += 1 + now.there\n"
        "        return self.x.tolist(), inner.k\n"
        "model, other = Model(), Model()\n"
        "model.x = np.zeros(2)\n"
        "result = model.run(other)\n"
    )
    assert subject.result == ([190, 190], 20)
    assert counted(compiled) >= 15


def test_variables_of_cells(program, compiled):
    subject = program(
        "def f():\n"
        "    x, step = np.zeros(2), 2\n"
        "    def g():\n"
        "        return x, step\n"
        "    for k in range(20):\n"
        "        x = x + step\n"
        "        now.there\n"
        "    return g()\n"
        "result = f()\n"
    )
    assert plain(subject.result) == plain((subject.np.full(2, 40.0), 2))
    assert counted(compiled) >= 15


def test_functions_that_read_what_the_module_binds(program, compiled):
    """A global that the loop binds is the same variable in a function that it calls."""
    subject = program(
        "s = 1\n"
        "def g(x):\n"
        "    return x + s\n"
        "x = np.zeros(2)\n"
        "for k in range(20):\n"
        "    x = g(x)\n"
        "    s = k + now.there\n"
        "result = x.tolist(), s, k\n"
    )
    assert subject.result == ([172, 172], 19, 19)
    assert counted(compiled) >= 15


def test_an_error_in_a_loop_taken_over(program, compiled):
    with pytest.raises(IndexError) as caught:
        program("x = np.zeros(9)\nfor k in range(20):\n    x[k] = k + now.there\n")
    assert caught.traceback[-1].lineno + 1 == 5
    assert counted(compiled) >= 4
    assert sys.gettrace() is None


def test_a_loop_that_ends_first(program, compiled):
    """Nothing is traced any longer than the function runs."""
    subject = program(
        "def f(n):\n"
        "    x = np.zeros(2)\n"
        "    for k in range(2):\n"
        "        x = x + k + now.there\n"
        "    return x.tolist()\n"
        "result = f(1)\n"
    )
    assert subject.result == [1, 1] and sys.gettrace() is None


def test_what_a_native_loop_refuses(program, compiled, monkeypatch):
    """It is asked twice, then Python goes on alone."""
    import reference

    asked = []
    monkeypatch.setattr(reference.Loop, "__getitem__", lambda loop, given: asked.append(loop) or None)
    assert program(BODY).result == RESULT
    assert len(asked) == 2 and sys.gettrace() is None


def test_copies_of_variables_go(program, looking, compiled):
    """What Python keeps of a frame's variables beside it is dropped by the next look."""
    subject = program(
        "import weakref\n"
        "def f():\n"
        "    x = np.zeros(2)\n"
        "    for k in range(20):\n"
        "        x = x + k + now.there\n"
        "    seen = weakref.ref(x)\n"
        "    now.there\n"
        "    x = None\n"
        "    return seen() is None\n"
        "result = f()\n"
    )
    assert counted(compiled) >= 15
    gc.collect()
    assert subject.result is True


def test_nothing_of_a_frame_is_kept(program, looking, compiled, monkeypatch):
    """What a function held whose loop was taken over goes when it returns, without a look and without the collector."""
    monkeypatch.setattr(_running, "_trusted", None)
    gc.disable()
    try:
        subject = program(
            "import weakref\n"
            "def f():\n"
            "    x = np.zeros(2)\n"
            "    for k in range(20):\n"
            "        x = x + k + now.there\n"
            "    return weakref.ref(x)\n"
            "result = f()() is None\n"
        )
    finally:
        gc.enable()
    assert counted(compiled) >= 15
    assert subject.result is True


@pytest.mark.parametrize("count", [_running.MANY, 3 * _running.MANY])
def test_many_iterations(program, compiled, count):
    """The native program is made in a few iterations, and the others follow."""
    subject = program(
        "def f(n):\n"
        "    x, total = np.zeros(2), 0\n"
        "    for k in range(n):\n"
        "        x = x + k\n"
        "        total += k + now.there\n"
        "    return x.tolist(), total, k\n"
        f"result = f({count})\n"
    )
    total = count * (count - 1) // 2
    assert subject.result == ([total, total], total, count - 1)
    assert counted(compiled) >= count - 6


def test_in_a_cell_of_a_notebook(module, looking, compiled):
    """Notebooks compile each statement of a cell alone, under a name that only `linecache` knows."""
    source, name = HEAD.replace("from looking_now import now\n", "") + BODY, "<cell 1>"

    class Now:
        def __getattr__(self, name):
            looking()
            return 0

    variables = {"now": Now(), "__name__": "__main__"}
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    try:
        for statement in ast.parse(source).body:
            exec(compile(ast.Module([statement], []), name, "exec"), variables)
    finally:
        del linecache.cache[name]
    assert variables["result"] == RESULT
    assert counted(compiled) >= 15
