"""What is not rewritten, and that the rest of a function still is."""

import linecache
import types

import pytest
from outcomes import counted

HEAD = "import cunumeric as np\n"

REFUSED = {
    "a name that may be unbound": (
        "x = np.zeros(2)\nif n > 5:\n    y = 1\nfor k in range(n):\n    x = x + y\n",
        "y may have no value",
    ),
    "a deleted name": ("x = y = np.zeros(2)\ndel y\nfor k in range(n):\n    x = x + y\n", "y may have no value"),
    "bound in one branch, read later": (
        "x = np.zeros(2)\nfor k in range(n):\n    if k > 1:\n        z = x\n    x = x + 1\nx = z\n",
        "z may have no value",
    ),
    "swallowed by with": (
        "x = np.zeros(2)\nwith open('/dev/null'):\n    y = 1\nfor k in range(n):\n    x = x + y\n",
        "y may have no value",
    ),
    "bound in a try": (
        "x = np.zeros(2)\ntry:\n    y = 1\nexcept ValueError:\n    pass\nfor k in range(n):\n    x = x + y\n",
        "y may have no value",
    ),
    "break": ("for k in range(n):\n    break\n", "`break`"),
    "continue in with": ("for k in range(n):\n    with np:\n        continue\n", "`with`"),
    "return": ("for k in range(n):\n    return k\n", "`return`"),
    "a condition that binds": ("while (x := n) > 5:\n    pass\n", "`:=`"),
    "break alone": ("while n:\n    break\n", "`break`"),
    "with": ("for k in range(n):\n    with np.errstate():\n        pass\n", "`with`"),
    "try": ("for k in range(n):\n    try:\n        pass\n    finally:\n        pass\n", "`try`"),
    "print": ("for k in range(n):\n    print(end='')\n", "print"),
    "text": ("for k in range(n):\n    x = f'{k}'\n", "an f-string"),
    "comprehension": ("for k in range(n):\n    x = [j for j in range(3)]\n", "a comprehension"),
    "lambda": ("for k in range(n):\n    x = lambda: k\n", "a lambda"),
    "def": ("for k in range(n):\n    def x():\n        pass\n", "a function defined"),
    "del": ("for k in range(n):\n    x = 1\n    del x\n", "del"),
    "walrus": ("for k in range(n):\n    x = (y := k)\n", "`:=`"),
    "is": ("for k in range(n):\n    x = k is None\n", "`is`"),
    "in": ("for k in range(n):\n    x = k in (1, 2)\n", "`in`"),
    "chain": ("for k in range(n):\n    x = 0 < k + 1 < 3\n", "chain"),
    "star": ("for k in range(n):\n    x = max(*(k, 2))\n", "with *"),
    "unpacking with a star": ("for k in range(n):\n    *x, y = k, k\n", "assignment to"),
    "attribute": ("np.zz = 0\nfor k in range(n):\n    np.zz = k\n", "assignment to"),
    "host function": ("for k in range(n):\n    x = np.polyfit([1, 2, 3], [1, 2, 3], 1)\n", "np.polyfit"),
    "open": ("for k in range(n):\n    x = open\n", "used as a value"),
    "tuple target": ("for k, j in ((1, 2), (3, 4)):\n    x = k\n", "a loop over"),
    "zip with a star": ("for k in zip(*((1, 2),)):\n    x = k\n", "`*`"),
    "zip with a keyword": ("for k, j in zip((1, 2), (3, 4), strict=True):\n    x = k\n", "a loop over"),
    "another function's items": ("for k in reversed((1, 2)):\n    x = k\n", "a loop over"),
    "a rebound function": ("for k in range(n):\n    x = g()\n    g = abs\n", "a call of g"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_loops(what, module, rewritten, compiled):
    body, reason = REFUSED[what]
    text = HEAD + "def f(n=4):\n    g = len\n" + "".join(f"    {line}\n" for line in body.splitlines())
    subject = module(text)
    reasons = rewritten(subject.f)
    assert any(reason in found for found in reasons.values()), reasons
    assert compiled == []


INLINED = {
    "yield": "def g(x):\n    yield x\n",
    "starred": "def g(*x):\n    return 1\n",
    "recursion": "def g(x):\n    return g(x)\n",
    "global": "y = 0\ndef g(x):\n    global y\n    y = x\n    return x\n",
    "return in a loop": "def g(x):\n    for k in range(3):\n        return x\n    return x\n",
    "unbound": "def g(x):\n    if x > 100:\n        y = 1\n    else:\n        z = 1\n    return y\n",
    "class": "class g:\n    def __init__(self, x):\n        pass\n",
    "lambda": "g = lambda x: x\n",
    "print": "def g(x):\n    print(end='')\n    return x\n",
    "missing": "def g(x, y):\n    return x\n",
}


@pytest.mark.parametrize("what", INLINED)
def test_refused_functions(what, module, rewritten, compiled):
    subject = module(HEAD + INLINED[what] + "def f():\n    for k in range(4):\n        x = g(k)\n    return x\n")
    assert rewritten(subject.f)
    assert compiled == []


def test_names_that_an_inner_loop_may_not_bind(module, rewritten, compiled):
    subject = module(
        HEAD + "def f(n=4):\n"
        "    for k in range(n):\n"
        "        for j in range(2 - k):\n"
        "            z = k + j\n"
        "    return z\n"
    )
    assert "z may have no value" in rewritten(subject.f)[3]
    assert len(compiled) == 1 and subject.f() == 1


def test_inner_loops_of_refused_ones(module, rewritten, compiled):
    subject = module(
        HEAD + "def f():\n"
        "    x = np.zeros(2)\n"
        "    for name in ('a', 'b'):\n"
        "        print(end='')\n"
        "        for k in range(4):\n"
        "            x = x + k\n"
        "    return x.tolist()\n"
    )
    rewritten(subject.f)
    assert subject.f() == [12, 12] and counted(compiled) == 6


def test_a_cell_that_the_loop_binds(module, rewritten, compiled):
    """The function called reads what the loop has just bound."""
    subject = module(
        HEAD + "def f(names):\n"
        "    y = 1\n"
        "    def g(x):\n"
        "        return x + y\n"
        "    x = np.zeros(2)\n"
        "    for k in range(4):\n"
        "        y = k\n"
        "        x = g(x)\n"
        "    names.append(g)\n"
        "    return x.tolist()\n"
    )
    names = []
    assert subject.f(names) == [6, 6]
    assert "shared" in rewritten(subject.f, g=names[0])[7]
    assert compiled == []


def test_changed_source(module, rewritten, compiled, tmp_path):
    subject = module(HEAD + "def f():\n    x = 0\n    for k in range(4):\n        x = x + 1\n    return x\n")
    path = tmp_path / f"{subject.__name__}.py"
    path.write_text(path.read_text().replace("x + 1", "x + 2"))
    linecache.checkcache(str(path))
    assert "changed" in rewritten(subject.f)[2]
    path.unlink()
    linecache.checkcache(str(path))
    assert "not there" in rewritten(subject.f)[2]
    assert subject.f() == 4 and compiled == []


def test_code_without_source(rewritten, compiled):
    names = {}
    exec(compile("def f():\n    for k in range(4):\n        pass\n", "<nowhere>", "exec"), names)
    assert "not there" in rewritten(names["f"])[1]
    assert rewritten(lambda: [0 for k in range(3)])
    assert compiled == []


def test_functions_that_look_at_their_variables(module, rewritten, compiled):
    subject = module(HEAD + "def f():\n    for k in range(4):\n        x = k\n    return sorted(locals())\n")
    rewritten(subject.f)
    assert subject.f() == ["k", "x"] and compiled == []


def test_generators(module, looking, compiled):
    subject = module(HEAD + "def f(look):\n    for k in range(4):\n        x = k + 1\n    look()\n    yield x\n")
    before = subject.f.__code__
    assert [list(subject.f(looking)) for _ in range(4)] == [[4]] * 4
    assert subject.f.__code__ is before and isinstance(before, types.CodeType)
