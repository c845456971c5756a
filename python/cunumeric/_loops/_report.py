"""What became of a program's loops, for `LEGATE_SHOW_LOOPS=1`.

In: what was tried while the program ran. Out: at its end a line for each loop on standard error: how
often it ran natively, or what kept it in Python.
"""

import os
import sys

from . import _look


def show():
    for line in lines() or ["no loop was worth compiling"]:
        print(f"legate: {line}", file=sys.stderr)


def lines():
    """A line for each loop of the functions that were tried, in their order in the files."""
    found = {}
    for code, entries, reasons in _look.tried():
        place = os.path.basename(code.co_filename)
        for line, reason in reasons.items():
            found[code.co_filename, line] = f"{place}:{line} {code.co_name}: stays in Python: {reason}"
        for entry in entries:
            found[code.co_filename, entry.line] = f"{place}:{entry.line} {code.co_name}: {_state(entry)}"
    return [text for _, text in sorted(found.items())]


def _state(entry):
    loop, stops = entry.loop, sorted(set(entry.translation.stops))
    if loop.runs:
        rest = f", but for iterations with {', '.join(stops)}" if stops else ""
        return f"ran natively {loop.runs} time{'' if loop.runs == 1 else 's'}{rest}"
    reasons = [*stops, *([loop.reason] if loop.reason else [])]
    return f"stays in Python: {', '.join(reasons)}" if reasons else "compiled, not run yet"
