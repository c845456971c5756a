"""Runs behaviour scripts with `np` bound to the package named first.

    legate run_script.py cunumeric views.py indexing.py

A script finds `np` and two functions: `show(value, ...)` prints type, shape
and elements, floats with `digits` significant digits; `raises(call, ...)`
prints the type of the exception that `call()` raises and whether its message
contains each of the further texts.
"""

import importlib
import os
import sys
import traceback
import warnings

HEADING = "==== "


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


def main():
    package = importlib.import_module(sys.argv[1])
    warnings.simplefilter("ignore")
    for path in sys.argv[2:]:
        print(f"{HEADING}{os.path.basename(path)}", flush=True)
        namespace = {"np": package, "show": show, "raises": raises}
        try:
            with open(path) as file:
                exec(compile(file.read(), path, "exec"), namespace)
        except Exception:
            traceback.print_exc(file=sys.stdout)


if __name__ == "__main__":
    main()
