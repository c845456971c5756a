"""Runs all examples and all behaviour scripts, one after another, as one rank of several or alone.

    mpirun -n 4 python whole_programs.py FOLDER

Rank r writes FOLDER/printed-r.json: what each case printed. The examples'
results go to FOLDER/NAME.npy, written by all ranks together. Scripts show
their arrays with every digit.
"""

import contextlib
import io
import json
import os
import runpy
import sys
import traceback
import warnings
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TESTS / "programs"), str(TESTS / "scripts"), str(TESTS.parent / "Examples")]

import run_script  # noqa: E402
from example_cases import CASES  # noqa: E402
from launcher import EXAMPLES  # noqa: E402

import _legate  # noqa: E402
import cunumeric as np  # noqa: E402

SCRIPTS = sorted(
    path for path in (TESTS / "scripts").glob("*.py")
    if not path.name.startswith("test_") and path.name not in ("conftest.py", "run_script.py")
)  # fmt: skip


def run_example(folder, name, program, words):
    sys.argv = [program, *words.split(), "--package", "cunumeric", "--output", str(folder / f"{name}.npy")]
    runpy.run_path(str(EXAMPLES / program), run_name="__main__")


def all_digits(value, digits):
    """In the place of `run_script.rounded`: whatever a script says, digits that tell any two numbers apart."""
    return repr(value)


def run_behaviour(path):
    exec(compile(path.read_text(), str(path), "exec"), run_script.namespace(np))


def cases(folder):
    for name, (program, words, _) in CASES.items():
        yield f"example {name}", lambda: run_example(folder, name, program, words)
    for path in SCRIPTS:
        yield f"script {path.name}", lambda: run_behaviour(path)


def main():
    folder = Path(sys.argv[1])
    warnings.simplefilter("ignore")
    run_script.rounded = all_digits
    printed = {}
    for name, run in cases(folder):
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            try:
                run()
            except (Exception, SystemExit):
                print("Traceback", traceback.format_exc())
        printed[name] = text.getvalue()
        # What was done so far, should the next case end the run.
        part = folder / f"printed-{_legate.rank()}.json"
        part.with_suffix(".new").write_text(json.dumps(printed))
        os.replace(part.with_suffix(".new"), part)


if __name__ == "__main__":
    main()
