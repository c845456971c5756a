"""Import time beyond NumPy's own, time to a first result, installed size."""

import os

from measure import ROOT, legate_words, numpy_words, successful_child
from report import bytes_text, failure, limit, time_text

SECTION = "startup"
IMPORT = """
import numpy, time
start = time.perf_counter()
import cunumeric
print(time.perf_counter() - start)
"""
CONSOLE = "import cunumeric as np\nprint(np.arange(10).sum())\n"


def best(words, rounds, text="", value=lambda result: result["seconds"]):
    return min(value(successful_child(words, text=text)) for _ in range(rounds))


def installed_bytes():
    """The Python packages, the extension module, the driver and the commands."""
    seen = set()
    for folder in (ROOT / "python", ROOT / "build" / "python", ROOT / "build" / "bin", ROOT / "bin"):
        for parent, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if name != "__pycache__"]
            seen.update(os.path.realpath(os.path.join(parent, name)) for name in names)
    return sum(os.path.getsize(path) for path in seen if os.path.exists(path))


def measure(options):
    rounds = 3 if options.quick else 8
    cpus = options.cpus
    plain = best(numpy_words("-c", "pass"), rounds)

    def first_line():
        return best(legate_words(cpus, "-c", "pass"), rounds) - plain

    def imported():
        words = legate_words(cpus, "-c", IMPORT)
        return best(words, rounds, value=lambda result: float(result["output"]))

    def console():
        return best(legate_words(cpus), rounds, text=CONSOLE)

    def command():
        return best(legate_words(cpus, "-c", CONSOLE), rounds)

    cases = (
        ("legate before the first line", first_line, 0.2),
        ("import beyond NumPy's own", imported, 0.06),
        ("console to first result", console, 0.4),
        ("legate -c to first result", command, 0.4),
    )
    for what, measured, most in cases:
        try:
            yield limit(SECTION, what, measured(), most, time_text)
        except (RuntimeError, ValueError) as error:
            yield failure(SECTION, what, str(error))
    yield limit(SECTION, "installed size", installed_bytes(), 60 * 2**20, bytes_text)
