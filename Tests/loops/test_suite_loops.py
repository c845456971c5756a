"""The programs that are measured: which of their loops are compiled, and that they give what they gave.

Every loop over a range is compiled, in the suite's kernels, their functions, and the small loops. As a
script this file prints the table: each loop, or why it stays as it is.
"""

import ast
import sys
import types
import warnings
from pathlib import Path

import cunumeric
import numpy
import pytest
from outcomes import watched

BENCHMARKS = Path(__file__).resolve().parent.parent.parent / "Benchmarks"
sys.path.insert(0, str(BENCHMARKS))

PROGRAMS = sorted((BENCHMARKS / "suite").glob("*/*.py"))


def name_of(path):
    return f"{path.parent.name}/{path.stem}"


def loaded(path, package):
    from server import load

    return load(str(path), package)


def functions_of(module):
    found = [f for f in vars(module).values() if isinstance(f, types.FunctionType) and f.__name__ != "initialize"]
    return [f for f in found if f.__code__.co_filename == module.__file__]


def loops_of(path):
    """The lines of the loops over ranges that are not in `initialize`."""
    functions = [
        f for f in ast.parse(path.read_text()).body if isinstance(f, ast.FunctionDef) and f.name != "initialize"
    ]
    loops = [n for f in functions for n in ast.walk(f) if isinstance(n, ast.For)]
    return {n.lineno for n in loops if isinstance(n.iter, ast.Call) and ast.unparse(n.iter.func) == "range"}


def result_of(module, data):
    arguments = [cunumeric.array(x) if isinstance(x, numpy.ndarray) else x for x in data]
    result = module.kernel(*arguments)
    parts = result if isinstance(result, tuple) else (result,)
    return [numpy.asarray(part) for part in parts]


@pytest.mark.parametrize("path", [p for p in PROGRAMS if loops_of(p)], ids=name_of)
def test_suite(path, rewritten, compiled):
    module, data = loaded(path, cunumeric), loaded(path, numpy)
    data = data.initialize(*data.SIZES["tiny"])
    expected = result_of(module, data)
    reasons = {}
    for function in functions_of(module):
        reasons |= rewritten(function)
    assert {int(loop.name.partition(":")[2]) for loop in compiled} == loops_of(path), reasons
    for ours, theirs in zip(result_of(module, data), expected, strict=True):
        assert numpy.array_equal(ours, theirs, equal_nan=ours.dtype.kind in "fc")
    assert all(loop.runs or loop.reason is None for loop in compiled)
    assert any(loop.runs for loop in compiled)


@pytest.mark.parametrize(
    "name", ["cavity", "laplace", "lorenz_numbers", "lorenz_vectors", "oscillator", "rows", "elements", "vectors"]
)
def test_small_loops(name, rewritten, compiled):
    import small_loops

    function = getattr(small_loops, name)
    original, expected = function.__code__, function(cunumeric)
    try:
        rewritten(function, **watched(function, lambda: function(cunumeric))[1])
        assert function(cunumeric) == expected
    finally:
        function.__code__ = original
    assert compiled and all(loop.runs for loop in compiled)


def table():
    """Every loop of the suite, and why it stays as it is."""
    import _legate
    import reference
    from cunumeric._loops import _rewrite

    _legate.compile_loop = reference.compile_loop
    for path in PROGRAMS:
        for function in functions_of(loaded(path, cunumeric)):
            _, entries, _, reasons = _rewrite.rewritten(function.__code__, function.__globals__, {})
            for line, reason in sorted({**{e.line: "compiled" for e in entries}, **reasons}.items()):
                print(f"{name_of(path)}:{line} {function.__name__}: {reason}")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    table()
