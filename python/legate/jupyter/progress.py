"""A bar under a cell that takes a while: how far the recorded work has come.

A timer looks every quarter of a second, between two steps of the runtime; that is why it also moves while a
flush holds the interpreter. A cell that is quick shows nothing.
"""

import signal
import time

INTERVAL_SECONDS = 0.25
WIDTH = 30


class Progress:
    """The bar of the cell that runs."""

    def __init__(self, shell):
        self.shell = shell
        self.is_on = False
        self.handle = None

    def switch(self, on):
        """Shows bars from the next cell on, or no more."""
        if on == self.is_on:
            return
        change = self.shell.events.register if on else self.shell.events.unregister
        change("pre_run_cell", self._begin)
        change("post_run_cell", self._end)
        self.is_on = on

    def _begin(self, info):
        import cunumeric  # noqa: F401
        import _legate

        self.handle = None
        self.first = _legate.progress()
        self.start = time.monotonic()
        signal.signal(signal.SIGALRM, self._look)
        signal.setitimer(signal.ITIMER_REAL, INTERVAL_SECONDS, INTERVAL_SECONDS)

    def _end(self, result):
        signal.setitimer(signal.ITIMER_REAL, 0)
        if self.handle is not None:
            self._show(is_over=True)

    def _look(self, number, frame):
        self._show(is_over=False)

    def _show(self, is_over):
        from IPython.display import display

        text = {"text/plain": self._text(is_over)}
        if self.handle is None:
            self.handle = display(text, raw=True, display_id=True)
        else:
            self.handle.update(text, raw=True)

    def _text(self, is_over):
        import _legate

        windows, launches, done, count = _legate.progress()
        full = WIDTH if is_over or count == 0 else WIDTH * done // count
        return (
            f"[{'#' * full}{'.' * (WIDTH - full)}] {launches - self.first[1]} launches, "
            f"{windows - self.first[0]} windows, {time.monotonic() - self.start:.1f} s"
        )
