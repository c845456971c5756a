"""The console behind ``legate`` without a program.

On a terminal: Python's interactive console with completion, a history in ~/.legate_history and
``np`` ready; cunumeric itself is loaded when ``np`` is first used. When the input is a pipe it is
run as a program, as Python does, so nothing is echoed.
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
    if sys.stdin.isatty():
        _interact(names)
    else:
        exec(compile(sys.stdin.read(), "<stdin>", "exec"), names)


def _interact(names):
    _start_readline(names)
    from legate import __version__

    cores = os.environ.get("LEGATE_CPUS", "all")
    banner = f"Legate {__version__}, Python {sys.version.split()[0]}, {cores} cores; np is cunumeric"
    code.InteractiveConsole(names).interact(banner=banner, exitmsg="")


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
