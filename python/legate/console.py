"""The console behind ``legate`` without a program.

On a terminal: Python's interactive console with completion, a history in ~/.legate_history and
``np`` ready; cunumeric itself is loaded when ``np`` is first used. When the input is a pipe it is
run as a program, as Python does, so nothing is echoed.

On several ranks only rank 0 has an input: what is read there is run on all of them.
"""

import code
import importlib.util
import os
import sys


def run():
    """Runs the console until the end of input; a ``SystemExit`` inside it ends the process."""
    if sys.path and sys.path[0] != "":
        sys.path.insert(0, "")
    main = sys.modules["__main__"]
    for name in ("c", "legate"):
        vars(main).pop(name, None)
    names = vars(main)
    names["np"] = _lazily("cunumeric")
    from_root = _from_root()
    if from_root(sys.stdin.isatty):
        _interact(names, from_root)
    else:
        exec(compile(from_root(sys.stdin.read), "<stdin>", "exec"), names)


def _from_root():
    """Calls a function on rank 0 and gives its result, or its error, to all ranks."""
    if os.environ.get("LEGATE_RANKS", "1") in ("", "1"):
        return lambda function: function()
    from cunumeric import _ranks

    return _ranks.from_root


class _Console(code.InteractiveConsole):
    def __init__(self, names, from_root):
        super().__init__(names)
        self.from_root = from_root

    def raw_input(self, prompt=""):
        line, interruption = self.from_root(lambda: self.read(prompt))
        if interruption is not None:
            raise interruption
        return line

    def read(self, prompt):
        """A line, or what ended it: that is told to all ranks, too."""
        try:
            return super().raw_input(prompt), None
        except (EOFError, KeyboardInterrupt) as interruption:
            return "", interruption.with_traceback(None)


def _interact(names, from_root):
    from legate import __version__

    cores = os.environ.get("LEGATE_CPUS", "all")
    banner = f"Legate {__version__}, Python {sys.version.split()[0]}, {cores} cores; np is cunumeric"
    if sys.stdin.isatty():
        _start_readline(names)
    else:
        banner = ""  # Another rank has the terminal.
    _Console(names, from_root).interact(banner=banner, exitmsg="")


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
