"""What the tests of loops compare: values in plain form, errors with their lines, variables, iterations."""

import sys
import traceback
import types

import numpy


def plain(value):
    if isinstance(value, (tuple, list)):
        return tuple(map(plain, value))
    value = numpy.asarray(value)
    return value.dtype.name, value.shape, value.tolist()


def copied(function):
    code, names = function.__code__, function.__globals__
    return types.FunctionType(code, names, function.__name__, function.__defaults__, function.__closure__)


def counted(loops):
    return sum(loop.iterations for loop in loops)


def lines_of(function, *arguments):
    """The error's type, text and lines."""
    try:
        function(*arguments)
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)[1:]
        return type(error), str(error), [(f.name, f.lineno, f.end_lineno, f.colno, f.end_colno, f.line) for f in frames]
    raise AssertionError("no error")


def outcome(function):
    """The result, or the error."""
    try:
        return function()
    except UnboundLocalError as error:
        return str(error)  # Python 3.11 names another line once the function has run a few times.
    except Exception:
        return lines_of(function)


def watched(function, call):
    """What `call` gives, and the variables of `function` when it returned, its local functions too."""
    found = {}

    def watch(frame, event, argument):
        if event == "return" and frame.f_code is function.__code__:
            found.update(frame.f_locals)

    sys.setprofile(watch)
    try:
        return call(), found
    finally:
        sys.setprofile(None)
