"""The function objects that run a code object, and the code objects that hold it as a constant.

In: a code object and a frame that runs it. Out: functions, found by name in the module, its classes
and the callers' variables, and only if there are none, through the garbage collector.
"""

import gc
from types import CodeType, FunctionType

FAST = 0x1  # The flag of code whose variables are not a dictionary.


def functions_of(code, frame):
    """Every function found that runs this code."""
    found = {}
    for value in _candidates(code, frame):
        for function in _functions_in(value):
            if function.__code__ is code:
                found[id(function)] = function
    if not found:
        found = {id(f): f for f in gc.get_referrers(code) if isinstance(f, FunctionType)}
    return list(found.values())


def holder_of(code, frame):
    """The outermost function in whose constants this nested function's code stands, or None."""
    top, *rest = code.co_qualname.split(".<locals>.")
    if not rest:
        return None
    for function in _functions_in(_at_path(frame.f_globals, top)):
        if contains(function.__code__, code):
            return function
    return None


def contains(outer, code):
    return any(
        constant is code or contains(constant, code) for constant in outer.co_consts if isinstance(constant, CodeType)
    )


def _candidates(code, frame):
    yield _at_path(frame.f_globals, code.co_qualname)
    yield frame.f_globals.get(code.co_name)
    if "<locals>" in code.co_qualname and frame.f_back is not None:
        yield from variables(frame.f_back).values()


def _at_path(names, path):
    """What `Class.method` leads to, without calling anything."""
    first, *rest = path.split(".")
    value = names.get(first)
    for name in rest:
        value = vars(value).get(name) if isinstance(value, type) else None
    return value


def _functions_in(value):
    """A function itself, or those inside methods, properties and what `functools.wraps` has left."""
    if isinstance(value, (staticmethod, classmethod)):
        value = value.__func__
    parts = (value.fget, value.fset, value.fdel) if isinstance(value, property) else (value,)
    for part in parts:
        for _ in range(8):
            if isinstance(part, FunctionType):
                yield part
            part = getattr(part, "__dict__", {}).get("__wrapped__") if part is not None else None
            if part is None:
                break


def variables(frame):
    """A frame's variables, without what Python up to 3.12 keeps of them beside the frame once asked."""
    found = frame.f_locals
    names = dict(found)
    if type(found) is dict and frame.f_code.co_flags & FAST:
        found.clear()
    return names
