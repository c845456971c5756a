"""``lgpatch [-p numpy]... [-v] PROG args``: runs a program that imports NumPy on Legate's arrays.

The program is not changed: ``import numpy`` in it, and in what it imports, finds ``cunumeric``. Patches
that are known: numpy.
"""

import argparse
import importlib
import os
import sys

# What programs import by name below ``numpy``; modules of types and exceptions stay NumPy's.
_SUBMODULES = ("linalg", "fft", "random", "polynomial", "ma", "testing", "char", "strings", "rec", "lib")

# Modules of the package that are loaded when they are needed, and need NumPy itself.
_PARTS = ("_classes", "_draws", "_draw_parts", "_pcg64", "_stacks", "_tables", "_files")


def _patch_numpy():
    import numpy

    import cunumeric

    # What is loaded from now on finds the patch under NumPy's name: everything that needs NumPy first.
    for name in (*_PARTS, *_SUBMODULES):
        importlib.import_module(f"cunumeric.{name}")
    for name in ("exceptions", "dtypes", "typing", "ctypeslib", "emath"):
        getattr(numpy, name)
    cunumeric.__path__ = [*cunumeric.__path__, *numpy.__path__]
    sys.modules["numpy"] = cunumeric
    for name in _SUBMODULES:
        sys.modules[f"numpy.{name}"] = sys.modules[f"cunumeric.{name}"]


_PATCHES = {"numpy": _patch_numpy}


def _parser():
    parser = argparse.ArgumentParser(
        prog="lgpatch", allow_abbrev=False, add_help=True,
        usage="lgpatch [-p PATCH]... [-v] PROG [arguments]",
        description="Runs a program with libraries replaced by Legate's.",
    )  # fmt: skip
    parser.add_argument(
        "-p", "--patch", action="append", default=[], metavar="PATCH",
        help=f"a library to replace; known: {', '.join(_PATCHES)}; may be repeated",
    )  # fmt: skip
    parser.add_argument("-v", "--verbose", action="store_true", help="say what is replaced")
    parser.add_argument("program", nargs=argparse.REMAINDER, metavar="PROG", help="the program and its arguments")
    return parser


def apply(patches, verbose=False):
    """Replaces the named libraries; a ``ValueError`` names one that is not known."""
    for patch in dict.fromkeys(patches):
        if patch not in _PATCHES:
            raise ValueError(f"no patch for '{patch}'; allowed: {', '.join(_PATCHES)}")
    for patch in dict.fromkeys(patches):
        _PATCHES[patch]()
        if verbose:
            print(f"lgpatch: {patch} is {sys.modules[patch].__name__}", file=sys.stderr)


def _run(words):
    """Runs a program file as ``__main__``, with its own folder first on the path, as Python does."""
    path = words[0]
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec")
    sys.argv = words
    sys.path[0] = os.path.dirname(os.path.realpath(path))
    main = sys.modules["__main__"]
    names = vars(main)
    for name in [name for name in names if not name.startswith("__")]:
        del names[name]
    names.update(__file__=path, __spec__=None, __package__=None, __doc__=None)
    exec(code, names)


def main(words=None):
    parser = _parser()
    options = parser.parse_args(words)
    program = options.program[1:] if options.program[:1] == ["--"] else options.program
    if not program:
        parser.print_usage(sys.stderr)
        print("lgpatch: a program is needed after the flags", file=sys.stderr)
        raise SystemExit(2)
    try:
        open(program[0], "rb").close()
    except OSError as error:
        print(f"lgpatch: cannot read the program '{program[0]}': {error.strerror}", file=sys.stderr)
        raise SystemExit(2) from None
    if not options.patch:
        print("lgpatch: nothing is replaced; -p numpy runs the program on Legate's arrays", file=sys.stderr)
    try:
        apply(options.patch, options.verbose)
    except ValueError as error:
        print(f"lgpatch: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    _run(program)


if __name__ == "__main__":
    main()
