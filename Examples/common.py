"""What every example shares: arguments, the choice of package, timing, reporting.

An example creates a `Program`, adds its own options, calls `start()` for its
arguments and its `np`, does its work inside `with program.timed():`, and ends
with `program.finish(result, ...)`. The same file runs with either package:

    legate Examples/stencil.py                       # cunumeric, all cores
    python Examples/stencil.py --package numpy       # plain NumPy

Results go to standard output, the elapsed time to standard error.
"""

import argparse
import contextlib
import importlib
import sys
import time


class Program:
    """One example: its options, its package, its clock and its result."""

    def __init__(self, description):
        self.parser = argparse.ArgumentParser(
            description=description,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self.parser.add_argument(
            "--package",
            choices=("cunumeric", "numpy"),
            default="cunumeric",
            help="the array package to run with (default: cunumeric)",
        )
        self.parser.add_argument(
            "--output",
            metavar="FILE.npy",
            help="save the main result array, for comparisons",
        )

    def option(self, *names, **settings):
        """Adds an option; the help text names the default."""
        if "default" in settings and settings.get("action") != "store_true":
            settings["help"] += f" (default: {settings['default']})"
        self.parser.add_argument(*names, **settings)

    def start(self):
        """Parses the command line; returns the arguments and the package."""
        self.arguments = self.parser.parse_args()
        self.package = importlib.import_module(self.arguments.package)
        return self.arguments, self.package

    def wait(self):
        """Waits until everything issued so far has been computed."""
        if self.arguments.package == "cunumeric":
            int(importlib.import_module("legate.timing").time())

    @contextlib.contextmanager
    def timed(self):
        """Times its body, the work still under way included."""
        self.wait()
        start = time.perf_counter()
        yield
        self.wait()
        elapsed = time.perf_counter() - start
        print(f"Elapsed Time: {elapsed * 1e3:.3f} ms", file=sys.stderr)

    def finish(self, result, **values):
        """Prints the named values, one per line, and saves `result` if asked."""
        for name, value in values.items():
            print(f"{name.replace('_', ' ')}: {compact(value)}")
        if self.arguments.output:
            self.package.save(self.arguments.output, result)


def compact(value):
    """Formats a number, or the elements of an array, with six digits."""
    if getattr(value, "ndim", 0) > 0:
        return "[" + ", ".join(compact(element) for element in value.tolist()) + "]"
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)
