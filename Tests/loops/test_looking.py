"""Functions found while they run: which are rewritten, when, and what stays alone."""

import sys
import weakref

import pytest
from outcomes import counted

HEAD = "import cunumeric as np\nlook = None\n"
LOOP = "x = np.zeros(2)\n{0}for k in range(5):\n{0}    x = x + k\n{0}look()\n{0}return x.tolist()\n"
BODY = "    " + LOOP.format("    ")
DEEPER = "        " + LOOP.format("        ")

KINDS = {
    "function": ("def f():\n" + BODY, "f()"),
    "method": ("class C:\n    def f(self):\n" + DEEPER, "C().f()"),
    "static method": ("class C:\n    @staticmethod\n    def f():\n" + DEEPER, "C.f()"),
    "class method": ("class C:\n    @classmethod\n    def f(cls):\n" + DEEPER, "C.f()"),
    "property": ("class C:\n    @property\n    def f(self):\n" + DEEPER, "C().f"),
    "private name": (
        "class C:\n    def __f(self):\n" + DEEPER + "    def f(self):\n        return self.__f()\n",
        "C().f()",
    ),
    "inherited": ("class B:\n    def f(self):\n" + DEEPER + "class C(B):\n    pass\n", "C().f()"),
    "super": ("class B:\n    pass\nclass C(B):\n    def f(self):\n        super().__init__()\n" + DEEPER, "C().f()"),
    "decorated": (
        "import functools\ndef d(f):\n    @functools.wraps(f)\n    def w():\n        return f()\n    return w\n"
        "@d\ndef f():\n" + BODY,
        "f()",
    ),
    "decorated without a trace": ("def d(f):\n    return lambda: f()\n@d\ndef f():\n" + BODY, "f()"),
    "under another name": ("def f():\n" + BODY + "g, f = f, None\n", "g()"),
    "nested": ("def f():\n    def inner():\n" + DEEPER + "    return inner()\n", "f()"),
    "in a dictionary": ("def make():\n    def f():\n" + DEEPER + "    return f\nD = {1: make()}\ndel make\n", "D[1]()"),
    "in a branch": ("if True:\n    def f():\n" + DEEPER, "f()"),
    "after text at the margin": ('TEXT = """\ndef f():\n"""\ndef f():\n    """A\nB"""\n' + BODY, "f()"),
    "with a future": ("def f(a: int = 1) -> int:\n" + BODY, "f()"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_found(kind, module, looking, compiled):
    text, call = KINDS[kind]
    future = "from __future__ import annotations\n" if kind == "with a future" else ""
    subject = module(future + HEAD + text)
    subject.look = looking
    results = [eval(call, vars(subject)) for _ in range(4)]
    assert results == [[10, 10]] * 4
    assert len(compiled) == 1 and counted(compiled) == 8, "rewritten after two looks, native in two calls"


def test_callers_are_seen(module, looking, compiled):
    subject = module(
        HEAD
        + "def g():\n    look()\ndef f():\n    x = np.zeros(2)\n    for k in range(4):\n        x = x + 1\n    g()\n"
    )
    subject.look = looking
    for _ in range(3):
        subject.f()
    assert [loop.runs for loop in compiled] == [1]


def test_running_functions_go_on(module, looking, compiled):
    """A function that is rewritten while it runs, and while it calls itself, keeps its variables."""
    subject = module(
        HEAD + "def f(depth):\n"
        "    x = np.ones(2)\n"
        "    y = np.array(f(depth - 1)) if depth else x\n"
        "    look()\n"
        "    for k in range(4):\n"
        "        x = x + y\n"
        "    return x.tolist()\n"
    )
    subject.look = lambda: None
    expected = subject.f(5)
    subject.look = looking
    assert [subject.f(5) for _ in range(3)] == [expected] * 3
    assert [loop.runs for loop in compiled] == [12]


@pytest.mark.parametrize("watch", ["settrace", "setprofile"])
def test_nothing_while_watched(watch, module, looking, compiled):
    subject = module(HEAD + "def f():\n" + BODY)
    subject.look = looking
    getter, setter = getattr(sys, watch.replace("set", "get")), getattr(sys, watch)
    before = getter()
    setter(lambda *event: None)
    try:
        for _ in range(4):
            subject.f()
    finally:
        setter(before)
    assert compiled == []


def test_errors_in_flight_stay(module, looking):
    subject = module(
        HEAD + "def f():\n"
        "    try:\n"
        "        raise KeyError('x')\n"
        "    except KeyError:\n"
        "        for k in range(2):\n"
        "            look()\n"
        "        raise\n"
    )
    subject.look = looking
    for _ in range(4):
        with pytest.raises(KeyError, match="x"):
            subject.f()


def test_a_look_raises_nothing(module, looking, monkeypatch):
    from cunumeric._loops import _rewrite

    def broken(*arguments):
        raise RecursionError

    monkeypatch.setattr(_rewrite, "rewrite_running", broken)
    subject = module(HEAD + "def f():\n" + BODY)
    subject.look = looking
    assert [subject.f() for _ in range(3)] == [[10, 10]] * 3


def test_no_compiler_warnings(module, looking, compiled, recwarn):
    """What the compiler warned of once is not said again, and no other warning is shown twice."""
    with pytest.warns(SyntaxWarning):
        subject = module(HEAD + "def f():\n    a = 1 is 1\n" + BODY)
    subject.look = looking
    recwarn.clear()
    for _ in range(4):
        subject.f()
    assert len(compiled) == 1 and not recwarn.list


def test_arrays_are_not_kept(module, looking, compiled):
    """Neither a look nor a rewritten function keeps arrays longer than the program does."""
    subject = module(
        HEAD + "def f(seen):\n"
        "    x = np.zeros(2)\n"
        "    for k in range(5):\n"
        "        x = x + k\n"
        "    seen.append(weak(x))\n"
        "    look()\n"
        "    x = None\n"
        "    return seen[-1]() is None\n"
    )
    subject.look, subject.weak = looking, weakref.ref
    assert [subject.f([]) for _ in range(4)] == [True] * 4
    assert [loop.runs for loop in compiled] == [2]


def test_new_functions_of_a_rewritten_maker(module, looking, compiled):
    """The functions that a rewritten function makes are rewritten with it, each with its own cells."""
    subject = module(
        HEAD + "def make(step):\n"
        "    def f():\n"
        "        x = np.zeros(2)\n"
        "        for k in range(5):\n"
        "            x = x + step\n"
        "        look()\n"
        "        return x.tolist()\n"
        "    y = np.zeros(2)\n"
        "    for k in range(3):\n"
        "        y = y + 1\n"
        "    look()\n"
        "    return f\n"
    )
    subject.look = looking
    results = [subject.make(step)() for step in range(1, 7)]
    assert results == [[5 * step] * 2 for step in range(1, 7)]
    assert [loop.runs for loop in compiled] == [4, 4]
