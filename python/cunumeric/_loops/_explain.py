"""What `legate explain` says about a program's loops.

In: what was tried while the program ran, and the source of the main program. Out: at its end a line for
each loop on standard error, in the order of the files: how often it ran natively, or why it was left to Python.
"""

import ast
import os
import sys

import _legate

from . import _look
from ._flow import LOOPS
from ._scope import Clause

_UNMET = "it was never found at work, which is looked at after every thousand small operations or so"
_PROCESS = os.getpid()
_PROGRAM = getattr(sys.modules.get("__main__"), "__file__", None)  # Python forgets it at the end.


def explain():
    """Prints the lines; children of the process say nothing."""
    if os.getpid() == _PROCESS and _legate.rank() == 0:
        for line in lines():
            print(f"legate explain:   loop    {line}", file=sys.stderr)


def lines():
    """A line for each loop that was tried, and for those of the main program that were not."""
    reasons, entries, whole = {}, {}, {}
    for code, own, refused in _look.tried():
        file, name = code.co_filename, code.co_name
        for line, reason in refused.items():
            # What is wrong with a function as a whole stands at its first line.
            (whole if line == code.co_firstlineno else reasons)[file, line, name] = sentence(reason)
        for entry in own:
            place = file, entry.line, name
            if place not in entries or entries[place].loop.runs < entry.loop.runs:
                entries[place] = entry
    of_function = {(file, name): reason for (file, _, name), reason in whole.items()}
    unmet = {place: of_function.get((place[0], place[2]), reason) for place, reason in _unmet().items()}
    listed = {(file, name) for file, _, name in unmet}
    whole = {place: reason for place, reason in whole.items() if (place[0], place[2]) not in listed}
    found = {place: f"left to Python: {reason}" for place, reason in {**unmet, **whole, **reasons}.items()}
    found |= {place: _state(place, entry, entries) for place, entry in entries.items()}
    return [
        f"{os.path.basename(file)}:{line}{'' if name == '<module>' else f' in {name}'}: {text}"
        for (file, line, name), text in sorted(found.items())
    ]


def sentence(reason):
    """Why a loop, or an iteration of it, is Python's."""
    return str(reason) if isinstance(reason, Clause) else f"a native loop cannot contain {reason}"


def _state(place, entry, entries):
    loop, stops = entry.loop, sorted(set(entry.translation.stops))
    stopped = [sentence(stop) for stop in stops]
    refused = loop.clause or (sentence(loop.reason) if loop.reason else None)
    if loop.runs:
        text = f"compiled, ran natively {_times(loop.runs)}, {_count(loop.iterations, 'iteration')}"
        if stops:
            text += f"; some iterations are Python's: {', and '.join(stopped)}"
        return f"{text}; not the last time: {refused}" if refused else text
    around = [
        other.line
        for (file, _, name), other in entries.items()
        if (file, name) == (place[0], place[2]) and other.line < entry.line <= other.last and other.loop.runs
    ]
    if around:
        return f"compiled, ran natively as a part of the loop in line {max(around)}"
    if stops or refused:
        return f"left to Python: {', or '.join([*([refused] if refused else []), *stopped])}"
    return "compiled, but not run: it did not begin again, had fewer than four iterations, or what it relies on has changed"


def _times(count):
    return "once" if count == 1 else f"{count:,} times"


def _count(count, thing):
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _unmet():
    """Why the main program's loops were not tried, if they were not: `{(file, line, function): reason}`."""
    file = _PROGRAM
    try:
        with open(file, "rb") as source:
            tree = ast.parse(source.read())
    except (OSError, TypeError, SyntaxError, ValueError):
        return {}
    if os.environ.get("LEGATE_COMPILE_LOOPS") == "0":
        common = "LEGATE_COMPILE_LOOPS=0 asks for it"
    else:
        common = "on several ranks every loop is Python's" if _legate.rank_count() > 1 else None
    found = {}
    _collect(tree, "<module>", common, lambda node, name, reason: found.setdefault((file, node.lineno, name), reason))
    return found


def _collect(node, name, reason, found):
    """Goes through the loops of a tree with the name of the function that they are in."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)):
            _collect(part, part.name, reason or _of_function(part), found)
            continue
        if isinstance(part, LOOPS):
            found(part, name, reason or _UNMET)
        _collect(part, name, reason, found)


def _of_function(node):
    if isinstance(node, ast.AsyncFunctionDef):
        return f"{node.name} is a coroutine"
    inside = [part for part in ast.walk(node) if isinstance(part, (ast.Yield, ast.YieldFrom))]
    return f"{node.name} is a generator" if inside else None
