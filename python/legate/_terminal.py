"""Rank 0 of a console takes the terminal that the driver was started on.

A launcher gives its ranks pipes, so that nothing could be edited, completed or interrupted there. On the
driver's own machine rank 0 opens the terminal itself and becomes its foreground: keys and Ctrl-C reach it
alone. The driver takes the terminal back when the run is over.
"""

import os
import signal
import socket
import sys


def take():
    """Makes the terminal in ``LEGATE_TERMINAL`` (``host:path``) standard input, output and error."""
    host, _, path = os.environ.get("LEGATE_TERMINAL", "").rpartition(":")
    if os.environ.get("LEGATE_GLOBAL_RANK") != "0" or host != socket.gethostname():
        return
    try:
        terminal = os.open(path, os.O_RDWR | os.O_NOCTTY)
    except OSError:
        return
    # A process in the background may not change who is in front, unless it ignores the objection.
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        os.tcsetpgrp(terminal, os.getpgrp())
    except OSError:
        os.close(terminal)
        return
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # The shell could not bring it back.
    sys.stdout.flush()
    for stream in range(3):
        os.dup2(terminal, stream)
    os.close(terminal)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        replaced = open(stream.fileno(), mode, encoding=stream.encoding, errors=stream.errors, closefd=False, buffering=1)
        setattr(sys, name, replaced)
        setattr(sys, f"__{name}__", replaced)
