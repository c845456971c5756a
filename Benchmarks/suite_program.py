"""A program of the suite as a process of its own: `suite_program.py FILE SIZE [numpy]`, data and all with one package."""

import importlib
import sys

from server import load


def main():
    file, size, *package = sys.argv[1:]
    package = importlib.import_module(package[0] if package else "cunumeric")
    program = load(file, package)
    result = program.kernel(*program.initialize(*program.SIZES[size]))
    for part in result if isinstance(result, tuple) else (result,):
        float(package.asarray(part).reshape(-1)[-1])


if __name__ == "__main__":
    main()
