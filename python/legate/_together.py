"""One input for all ranks: what rank 0 reads, every rank runs; a Ctrl-C stops it everywhere.

Used by the console and by notebooks on several ranks. All ranks must run the same program, so they meet
before each input and agree there. A Ctrl-C reaches rank 0, which tells the others; it takes effect

- where the ranks next flush recorded work: they all flush the same, so all stop at the same place;
- in code that flushes nothing for a second (a sleep, a loop over plain Python): each rank stops where it
  is. Python's own variables may then differ from rank to rank, and a note says so.

        rank 0   read  ==meet==  run ... flush? ... flush?  read  ==meet==
        rank 1   -     ==meet==  run ... flush? ... flush?  -     ==meet==

A meeting carries its kind with it, so that a rank that was stopped and waits for the next input is
understood by one that still runs.
"""

import os
import pickle
import signal
import socket
import sys

import _legate

# How long a Ctrl-C waits for the next flush before it stops each rank where it is.
PATIENCE_SECONDS = 1.0


class Ranks:
    """The ranks of this process as seen by an interactive program."""

    def __init__(self):
        self.rank = _legate.rank()
        self.count = _legate.rank_count()
        self.pending = False
        self.running = False
        self.places = self._meet("places", (socket.gethostname(), os.getpid()))
        _legate.set_flush_hook(self._at_flush)
        self.listen()
        signal.signal(signal.SIGALRM, self._out_of_patience)

    def share(self, make):
        """What ``make()`` gives on rank 0, on all ranks; a ``KeyboardInterrupt`` or ``EOFError`` too."""
        self.running = False
        value = error = None
        if self.rank == 0:
            try:
                value = self._made(make)
            except (EOFError, KeyboardInterrupt, SystemExit) as raised:
                error = raised.with_traceback(None)
        value, error = self._meet("input", (value, error))[0]
        self.pending = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        if error is not None:
            raise error
        self.running = True
        return value

    def _made(self, make):
        """What ``make()`` gives, unless a Ctrl-C came to the input before and found no flush to stop at."""
        if self.pending:
            raise KeyboardInterrupt
        return make()

    def listen(self):
        """Takes Ctrl-C; returns who had it."""
        return signal.signal(signal.SIGINT, self._interrupted)

    def end(self):
        """Ends the input of all ranks; called on rank 0."""

        def nothing():
            raise EOFError

        try:
            self.share(nothing)
        except EOFError:
            pass

    def _meet(self, kind, value):
        """Everybody's value, once all are at a meeting of this kind."""
        while True:
            said = [pickle.loads(part) for part in _legate.all_gather(pickle.dumps((kind, value)))]
            if all(other == kind for other, _ in said):
                return [other for _, other in said]

    def _at_flush(self):
        if not self.running:
            return
        said = [pickle.loads(part) for part in _legate.all_gather(pickle.dumps(("flush", self.pending)))]
        if any(kind != "flush" or stops for kind, stops in said):
            self.pending = self.running = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            raise KeyboardInterrupt

    def _interrupted(self, number, frame):
        if not self.running:
            if self.rank == 0:
                raise KeyboardInterrupt
            return
        if self.pending:
            return
        self.pending = True
        signal.setitimer(signal.ITIMER_REAL, PATIENCE_SECONDS)
        if self.rank == 0:
            host = self.places[0][0]
            for place, process in self.places[1:]:
                if place == host:
                    os.kill(process, signal.SIGINT)

    def _out_of_patience(self, number, frame):
        if not self.running:
            return
        self.pending = self.running = False
        if self.rank == 0:
            print("legate: every rank stops where it is; Python's variables may differ", file=sys.stderr)
        raise KeyboardInterrupt


def ranks():
    """The ranks of this run; nothing where there is one."""
    if os.environ.get("LEGATE_RANKS", "1") in ("", "1"):
        return None
    import cunumeric  # noqa: F401 - it starts MPI

    return Ranks()
