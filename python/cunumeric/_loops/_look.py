"""What the program is doing: called now and then between two bytecodes of the main thread.

In: the frames on the stack. Out: a function whose code was seen twice is handed to `_rewrite`, once.
A look takes a few microseconds; it raises nothing of its own, and nothing is done while a debugger,
a profiler or a measurement of coverage watches the program.
"""

import os
import sys

import _legate_pages

FRAMES = 4  # Of the program's own, the innermost ones.
STEPS = 24  # Frames of any kind that a look goes through.
REMEMBERED = 2000  # Code objects held; a program that makes more of them is left alone.
TRIES = 3  # A value that a function needs may not be there yet.

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_FOREIGN = tuple(os.path.join(_ROOT, name) + os.sep for name in ("cunumeric", "cupynumeric", "legate"))

_seen = {}  # Identity of a code object -> [the object, how often it was seen].
_done = {}  # Those that were tried: identity -> (the object, its compiled loops' entries, {line: why others are not}).
_foreign_files = {}

stale = []  # Frames beside which Python up to 3.12 keeps a copy of their variables, because they were traced.


def look():
    """Looks at what runs now."""
    if _watched() or len(_done) >= REMEMBERED:
        return
    try:
        if stale:
            drop_copies()
        frame, left = sys._getframe(1), FRAMES
        for _ in range(STEPS):
            if frame is None or left == 0:
                return
            code = frame.f_code
            done = _done.get(id(code))
            if done is not None:
                left -= 1
                if done[1] and _taken_over(frame, done[1]):
                    return
            elif not _is_foreign(code.co_filename):
                left -= 1
                if _meet(code, frame):
                    return
            frame = frame.f_back
    except Exception:
        pass  # What cannot be looked at stays as it is.


def mark(code, entries=(), reasons=None):
    """This code object was tried; its compiled loops may be taken over while they run."""
    _done[id(code)] = (code, entries, reasons or {})


def tried():
    """`(code object, entries, {line: why not})` of all that was tried and has loops."""
    return [each for each in _done.values() if each[1] or each[2]]


def follow(new, old):
    """This code object stands for another one from now on."""
    if id(old) in _done:
        mark(new, *_done[id(old)][1:])


def _meet(code, frame):
    """Tries a code object that was seen before; says whether a loop waits to be taken over."""
    if len(_seen) >= REMEMBERED:
        _seen.clear()
    entry = _seen.setdefault(id(code), [code, 0])
    entry[1] += 1
    if entry[1] < 2:
        return False
    if not _has_loop(code):
        mark(code)
        return False
    from ._rewrite import rewrite_running

    entries, again, reasons = rewrite_running(code, frame)
    if entries:
        # Translating touches much of Python's compiler and of the library that nothing else needs.
        _legate_pages.release()
    if not again or entry[1] > TRIES:
        mark(code, entries, reasons)
        del _seen[id(code)]
    return bool(entries) and _taken_over(frame, entries)


def _taken_over(frame, entries):
    from ._running import wait

    return wait(frame, entries)


def drop_copies():
    """Drops what stale frames keep of their variables."""
    from ._find import variables

    while stale:
        variables(stale.pop())


def _watched():
    if sys.gettrace() is not None or sys.getprofile() is not None:
        return True
    monitoring = getattr(sys, "monitoring", None)
    return monitoring is not None and any(monitoring.get_tool(k) is not None for k in range(6))


def _is_foreign(file):
    known = _foreign_files.get(file)
    if known is None:
        if len(_foreign_files) >= REMEMBERED:
            _foreign_files.clear()
        known = _foreign_files[file] = _belongs_to_others(file)
    return known


def _belongs_to_others(file):
    import numpy

    host = os.path.dirname(os.path.abspath(numpy.__file__)) + os.sep
    return file.startswith(("<frozen", host, *_FOREIGN))


def _has_loop(code):
    """Whether it iterates at all; generators and coroutines are never rewritten."""
    import opcode

    if code.co_flags & 0x2A0:
        return False
    jumps = [number for name, number in opcode.opmap.items() if name == "FOR_ITER" or "JUMP_BACKWARD" in name]
    return not {*code.co_code[::2]}.isdisjoint(jumps)
