"""Runs behaviour scripts with `np` bound to the package named first.

    legate run_script.py cunumeric views.py indexing.py

A script finds `np` and some functions: `show(value, ...)` prints type, shape
and elements, floats with `digits` significant digits; `raises(call, ...)`
prints the type of the exception that `call()` raises and whether its message
contains each of the further texts. For scripts about loops there are `warm`,
`stirred` and `count_compiled`.
"""

import importlib
import os
import sys
import traceback
import warnings

HEADING = "==== "
# Over several ranks nothing is compiled, and every call takes long.
CALLS = 4 if os.environ.get("LEGATE_REPLAY_RANKS") else 300


def rounded(value, digits):
    if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
        value = value.item()
    if isinstance(value, list):
        return "[" + ", ".join(rounded(element, digits) for element in value) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(rounded(element, digits) for element in value) + ")"
    if isinstance(value, complex):
        return f"{value:.{digits}g}"
    if isinstance(value, float):
        return f"{value:.{digits}g}"
    return repr(value)


def show(*values, digits=12):
    """Prints each value on a line of its own."""
    for value in values:
        if hasattr(value, "dtype") and hasattr(value, "tolist"):
            print(value.dtype, value.shape, rounded(value.tolist(), digits))
        elif isinstance(value, (tuple, list)) and any(hasattr(v, "dtype") for v in value):
            print(type(value).__name__, len(value))
            show(*value, digits=digits)
        else:
            print(type(value).__name__, rounded(value, digits))


def raises(call, *texts):
    """Prints which exception `call()` raises."""
    try:
        result = call()
    except Exception as error:
        for kind in type(error).__mro__:
            if kind.__module__ in ("builtins", "numpy.exceptions", "numpy.linalg"):
                break
        print(kind.__name__, *[f"{text!r}: {text in str(error)}" for text in texts])
    else:
        print("no exception:", result)


def warm(call, times=CALLS):
    """The result of the last of many calls, which must be that of the first."""
    first = str(call())
    for _ in range(times - 3):
        call()
    assert str(call()) == first, (str(call()), first)
    return call()


def count_compiled(names, least):
    """Prints whether more than `least` loops of the functions among `names` ran natively, where loops are compiled."""
    ran = least + 1
    if hasattr(sys.modules.get("_legate"), "compile_loop") and CALLS > 4 and os.environ.get("LEGATE_COMPILE_LOOPS") != "0":
        codes = [value.__code__ for value in list(names.values()) if hasattr(value, "__code__")]
        ran = sum(constant.runs > 0 for code in codes for constant in code.co_consts if hasattr(constant, "runs"))
    print("compiled:", ran > least)


def namespace(package):
    """The names that a script finds."""

    def stirred(n=48):
        return (package.arange(n) * 7919 % 101) / 16.0 - 2

    functions = {f.__name__: f for f in (show, raises, warm, stirred, count_compiled)}
    return {"np": package, **functions}


def main():
    package = importlib.import_module(sys.argv[1])
    warnings.simplefilter("ignore")
    for path in sys.argv[2:]:
        print(f"{HEADING}{os.path.basename(path)}", flush=True)
        try:
            with open(path) as file:
                exec(compile(file.read(), path, "exec"), namespace(package))
        except Exception:
            traceback.print_exc(file=sys.stdout)


if __name__ == "__main__":
    main()
