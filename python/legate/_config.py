"""Settings of a program that was started without the command ``legate``: ``python program.py``.

``LEGATE_CONFIG`` and the variables that stand for flags are read by the driver itself, so that there is
one set of rules; what it makes of them is set in ``os.environ`` before the runtime reads it. Called when
the array library is imported; costs nothing where none of the variables is set.
"""

import os
import sys

# Set, these mean something only after the driver's rules; the runtime reads the others itself.
_VARIABLES = """
LEGATE_AUTO_CONFIG LEGATE_OMP_PROCS LEGATE_OMP_THREADS LEGATE_UTILITY_CORES LEGATE_NUMAMEM LEGATE_REGMEM
LEGATE_FBMEM LEGATE_ZCMEM LEGATE_EAGER_ALLOC_PERCENTAGE LEGATE_SHOW_CONFIG LEGATE_MIN_OMP_CHUNK
LEGATE_INLINE_TASK_LAUNCH
""".split()


def apply():
    """Reads the variables; a ``ValueError`` says what is wrong with them."""
    environment = os.environ
    config = environment.get("LEGATE_CONFIG", "")
    is_new = config and environment.get("LEGATE_CONFIG_READ") != config
    if not is_new and ("LEGATE_RANKS" in environment or not any(map(environment.get, _VARIABLES))):
        return
    import subprocess

    driver = _driver()
    if driver is None:
        raise ValueError("LEGATE_CONFIG and its like need the driver, which is not built; run bin/build")
    result = subprocess.run(
        [driver, "--print-variables", "-c", ""], stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if result.returncode != 0:
        raise ValueError(result.stderr.strip().removeprefix("legate: "))
    if not result.stdout.startswith("\0"):  # LEGATE_CONFIG=--help and its like: only printed.
        print(result.stdout, end="")
        sys.exit(0)
    sys.stderr.write(result.stderr)
    for pair in filter(None, result.stdout.split("\0")):
        name, _, value = pair.partition("=")
        if name != "PYTHONPATH":
            environment[name] = value


def shows_usage():
    """Whether the run is to end with a report of its memory."""
    return os.environ.get("LEGATE_SHOW_USAGE", "") not in ("", "0")


def _driver():
    """The driver beside the extension module, or as the command that started this says."""
    import importlib.util

    found = importlib.util.find_spec("_legate")
    places = [os.environ.get("LEGATE_DRIVER", "")]
    if found is not None and found.origin:
        folder = os.path.dirname(found.origin)
        places += [os.path.join(os.path.dirname(folder), "bin", "legate-driver")]
    return next((place for place in places if os.access(place, os.X_OK) and os.path.isfile(place)), None)
