"""Loops of small calls in a user's functions, compiled while the program runs.

`_look` finds functions that are at work, `_find` the function objects of their code, `_source` reads
them, `_translate` makes a program of each loop, `_rewrite` puts native loops in front of Python's. All
of it is loaded when the first function is worth it, `_look` alone with the package.

    user's function -> syntax tree -> loop program -> _legate.compile_loop -> the function's new code
"""

import os

import _legate


def install():
    """Called once, when the package is loaded: the library asks now and then what is running."""
    if os.environ.get("LEGATE_EXPLAIN", "") not in ("", "0"):
        import atexit

        from ._explain import explain

        atexit.register(explain)
    hook = getattr(_legate, "set_loop_hook", None)
    if hook is None or os.environ.get("LEGATE_COMPILE_LOOPS") == "0" or _legate.rank_count() > 1:
        return
    from ._look import look

    hook(look)
    if os.environ.get("LEGATE_SHOW_LOOPS", "") not in ("", "0"):
        import atexit

        from ._report import show

        atexit.register(show)
