"""Rewritten functions give what they gave before, and their loops run natively (here: in the reference)."""

import types

import numpy
import pytest
import subjects
from outcomes import copied, counted, plain


@pytest.mark.parametrize("subject", subjects.SUBJECTS, ids=lambda f: f.__name__)
def test_same_result(subject, rewritten, compiled):
    expected = plain(subject())
    function = copied(subject)
    reasons = rewritten(function)
    count, iterations = subjects.SUBJECTS[subject]
    assert len(compiled) == count, reasons
    assert plain(function()) == expected
    assert counted(compiled) == iterations, [loop.reason for loop in compiled]


def test_functions_made_by_each_call(rewritten, compiled):
    """They are new objects each time: their code is checked, what they close over goes in."""
    expected, function = plain(subjects.inside_function()), copied(subjects.inside_function)
    made = subjects.inside_function.__code__.co_consts
    rate = next(c for c in made if isinstance(c, types.CodeType))
    cell = types.CellType(numpy.zeros(2))
    rewritten(function, rate=types.FunctionType(rate, vars(subjects), "rate", (0.1,), (cell,)))
    assert plain(function()) == expected
    assert counted(compiled) == 4


def test_closures_read_their_cells(rewritten, compiled):
    run = subjects.closure(3)
    expected = plain(run(5))
    rewritten(run)
    assert plain(run(5)) == expected
    assert counted(compiled) == 4
    assert plain(subjects.closure(3)(5)) == expected


def test_methods_keep_self(rewritten, compiled):
    expected = plain(subjects.method())
    function = copied(subjects.Model.method)
    rewritten(function)
    assert plain(function(subjects.Model())) == expected
    assert counted(compiled) == 2


def test_local_names_hide_functions_and_globals(rewritten, compiled):
    expected, function = plain(subjects.shadowed()), copied(subjects.shadowed)
    inner = next(c for c in function.__code__.co_consts if isinstance(c, types.CodeType))
    rewritten(function, abs=types.FunctionType(inner, vars(subjects), "abs"))
    assert plain(function()) == expected
    assert counted(compiled) == 2


def test_loops_inside_of_other_statements(rewritten, compiled):
    expected, function = plain(subjects.within_other_blocks()), copied(subjects.within_other_blocks)
    rewritten(function)
    assert len(compiled) == 3
    assert plain(function()) == expected


def test_a_package_given_as_an_argument(module, rewritten, compiled):
    import cunumeric

    subject = module(
        "def f(np, n):\n    x = np.zeros(3)\n    for k in range(n):\n        x = np.sqrt(x + k)\n    return x\n"
    )
    expected = plain(subject.f(cunumeric, 4))
    rewritten(subject.f, np=cunumeric)
    assert plain(subject.f(cunumeric, 4)) == expected
    assert plain(subject.f(numpy, 4)) == expected
    assert compiled[0].runs == 1 and compiled[0].reason == "guards"


def test_numpy_itself_is_left_alone(module, rewritten, compiled):
    subject = module("import numpy as np\ndef f():\n    for k in range(3):\n        x = np.sqrt(k)\n    return x\n")
    assert "NumPy" in rewritten(subject.f)[3]
    assert compiled == []


def test_functions_that_change_later(module, rewritten, compiled):
    subject = module(
        "import cunumeric as np\n"
        "def g(x):\n"
        "    return x + 1\n"
        "def f():\n"
        "    x = np.zeros(2)\n"
        "    for k in range(4):\n"
        "        x = g(x) + len(x)\n"
        "    return x.tolist()\n"
    )
    rewritten(subject.f)
    assert subject.f() == [12, 12] and counted(compiled) == 3
    subject.g = lambda x: x + 2
    assert subject.f() == [16, 16] and counted(compiled) == 3
    del subject.g
    with pytest.raises(NameError):
        subject.f()


def test_numbers_that_change_later(module, rewritten, compiled):
    subject = module(
        "import cunumeric as np\n"
        "N = 2\n"
        "def f():\n"
        "    x = np.zeros(2)\n"
        "    for k in range(4):\n"
        "        x = x + N\n"
        "    return x.tolist()\n"
    )
    rewritten(subject.f)
    assert subject.f() == [8, 8]
    subject.N = 3.5
    assert subject.f() == [14, 14] and counted(compiled) == 6


def test_other_modules_names(module, rewritten, compiled):
    other = module(
        "import cunumeric as np\nK = 3\nclass O:\n    pass\ndef g(x):\n    return np.sqrt(x) + K\n", "other_names"
    )
    subject = module(
        "import math\n"
        "import cunumeric as np\n"
        "import other_names\n"
        "from other_names import g\n"
        "K = 100\n"
        "def f():\n"
        "    x = np.zeros(2)\n"
        "    for k in range(4):\n"
        "        x = g(x) + other_names.g(x) * other_names.K + math.pi\n"
        "    return x.tolist()\n"
    )
    expected = subject.f()
    rewritten(subject.f)
    assert subject.f() == expected and counted(compiled) == 3
    other.K = 5
    changed = subject.f()
    assert changed != expected and counted(compiled) == 6
    other.g = lambda x: x
    assert subject.f() != changed and counted(compiled) == 6


def test_a_program_as_it_looks(module, rewritten, compiled):
    """x is read first and bound anew: in and back. y goes in. t is set by each iteration: neither."""
    subject = module(
        "import cunumeric as np\n"
        "def f(x, y):\n"
        "    for k in range(9):\n"
        "        t = x[k, 1:] - 2 * 3\n"
        "        x = np.maximum(t, y, dtype='f4')\n"
        "        y[:] += -t if k else x.sum(axis=0)\n"
        "    return x\n"
    )
    rewritten(subject.f)
    import cunumeric

    name, count, inputs, carried, guards, loop = compiled[0].program
    assert name == subject.__name__ + ".py:3" and count == 4
    k, t, x, y = loop[1], loop[3][0][1][1], loop[3][1][1][1], loop[3][2][2][1][1]
    assert set(inputs) == {x, y} and carried == (x,) and guards == (cunumeric,)
    row = ("index", ("name", x), (("name", k), ("slice", ("const", 1), None, None)))
    single = (("dtype", ("dtype", "float32")),)
    total = ("method", ("name", x), "sum", (), (("axis", ("const", 0)),))
    assert loop == (
        "for", k, None,
        (
            ("assign", ("name", t), ("binary", "subtract", row, ("const", 6))),
            ("assign", ("name", x), ("call", "np.maximum", (("name", t), ("name", y)), single)),
            (
                "update", "add", ("index", ("name", y), (("slice", None, None, None),)),
                ("choose", ("name", k), ("unary", "negative", ("name", t)), total),
            ),
        ),
    )  # fmt: skip
