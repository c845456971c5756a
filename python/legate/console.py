"""The console behind ``legate`` without a program.

On a terminal: IPython if this Python has it, else Python's interactive console with completion and a
history in ~/.legate_history (``LEGATE_CONSOLE=python`` or ``ipython`` decides). ``np`` is ready; cunumeric
itself is loaded when ``np`` is first used. When the input is a pipe it is run as a program, as Python
does, so nothing is echoed.

On several ranks only rank 0 has an input: what is read there is run on all of them. The driver hands it
the terminal (``LEGATE_TERMINAL``), which a launcher would not.
"""

import code
import importlib.util
import os
import sys

from legate import _terminal


def run():
    """Runs the console until the end of input; a ``SystemExit`` inside it ends the process."""
    together = _prepared()
    names = vars(sys.modules["__main__"])
    names["np"] = _lazily("cunumeric")
    if not _shared(together, lambda: sys.stdin.isatty()):
        return _run_program(names, together)
    if _wants_ipython():
        from legate import _ipython

        return _ipython.run(names, together, _banner())
    _interact(names, together)


def run_input():
    """Runs the program that comes through standard input; ``sys.argv`` is the program's."""
    together = _prepared()
    sys.argv[0] = "-"
    del sys.argv[1:2]
    _run_program(vars(sys.modules["__main__"]), together)


def _prepared():
    """``__main__`` as Python leaves it for a console; and the other ranks, if there are any."""
    if sys.path and sys.path[0] != "":
        sys.path.insert(0, "")
    names = vars(sys.modules["__main__"])
    for name in ("c", "legate"):
        names.pop(name, None)
    if os.environ.get("LEGATE_RANKS", "1") in ("", "1"):
        return None
    _terminal.take()
    from legate import _together

    return _together.ranks()


def _shared(together, make):
    return make() if together is None else together.share(make)


def _run_program(names, together):
    text = _shared(together, lambda: sys.stdin.buffer.read())
    exec(compile(text, "<stdin>", "exec"), names)


def _wants_ipython():
    choice = os.environ.get("LEGATE_CONSOLE", "")
    if choice not in ("", "python", "ipython"):
        raise SystemExit(f"legate: the variable LEGATE_CONSOLE has the value '{choice}'; allowed: python, ipython")
    if choice == "python":
        return False
    found = importlib.util.find_spec("IPython") is not None
    if choice and not found:
        raise SystemExit("legate: LEGATE_CONSOLE=ipython, but this Python has no IPython (pip install ipython)")
    return found


class _Console(code.InteractiveConsole):
    def __init__(self, names, together):
        super().__init__(names)
        self.together = together

    def raw_input(self, prompt=""):
        return _shared(self.together, lambda: super(_Console, self).raw_input(prompt))

    def write(self, data):
        """Says it on rank 0 alone: all ranks come to say the same."""
        if self.together is None or self.together.rank == 0:
            super().write(data)


def _banner():
    from legate import __version__

    cores = os.environ.get("LEGATE_CPUS", "all")
    ranks = os.environ.get("LEGATE_RANKS", "1")
    where = f"{cores} cores" if ranks in ("", "1") else f"{ranks} ranks of {cores} cores"
    return f"Legate {__version__}, Python {sys.version.split()[0]}, {where}; np is cunumeric"


def _interact(names, together):
    is_first = together is None or together.rank == 0
    if is_first:
        _start_readline(names)
    _Console(names, together).interact(banner=_banner() if is_first else "", exitmsg="")


def _start_readline(names):
    try:
        import readline
    except ImportError:
        return
    import atexit
    import rlcompleter

    readline.set_completer(rlcompleter.Completer(names).complete)
    readline.parse_and_bind("tab: complete")
    history = os.path.expanduser("~/.legate_history")
    try:
        readline.read_history_file(history)
    except OSError:
        pass
    readline.set_history_length(10_000)
    atexit.register(_write_history, readline, history)


def _write_history(readline, path):
    try:
        readline.write_history_file(path)
    except OSError:
        pass


def _lazily(name):
    """The module ``name``, loaded when an attribute of it is first used."""
    spec = importlib.util.find_spec(name)
    if name in sys.modules or spec is None:
        return sys.modules.get(name)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
