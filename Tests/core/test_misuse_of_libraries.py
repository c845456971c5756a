"""Tasks in Swift that go wrong, launched from Python: the sentence, the launching line, and whether the process goes on.

The library is in ``Tests/core/broken``; ``bin/test`` builds it, else the first test does.
"""

import pathlib
import subprocess

import pytest

from test_misuse import ROOT, run

LIBRARY = ROOT / "Tests/core/broken/build/libbroken.so"

BEGIN = f"""\
import numpy as np
from legate.core import *
runtime = get_legate_runtime()
library = load_library({str(LIBRARY)!r})
x = runtime.create_store_from_buffer(np.arange(4.0))
y, whole = runtime.create_store(types.float64, (4,)), runtime.create_store(types.int32, (4,))

def launch(name, outputs=(y,), inputs=(), kind=None):
    task = runtime.create_auto_task(library, name)
    for store in inputs:
        task.add_input(store)
    for store in outputs:
        task.add_output(store)
    task.execute()

def blamed():
    """
END = """

try:
    blamed()
    runtime.issue_execution_fence(block=True)
except Exception:
    import traceback
    traceback.print_exc()
launch("numbers", inputs=(x,))
assert y.to_numpy().tolist() == [0, 1, 2, 3]
print("alive")
"""
EXECUTED = BEGIN.splitlines().index("    task.execute()") + 1


@pytest.fixture(scope="module", autouse=True)
def built():
    if not LIBRARY.exists() or LIBRARY.stat().st_mtime < (ROOT / "build/python/_legate.abi3.so").stat().st_mtime:
        made = subprocess.run([ROOT / "bin/build-library", LIBRARY.parent.parent], capture_output=True, text=True)
        assert made.returncode == 0, made.stderr


@pytest.mark.parametrize("lines, sentence", [
    ("launch('numbers', (whole,), (x,))", "operand 'y' has elements of int32, not of float64"),
    ("launch('numbers', (), (x,))", "ValueError: task 'numbers' takes 1 (y) as outputs, not 0 (launched at program.py:{line})"),
    ("launch('numbers', (y, y), (x,))", "ValueError: task 'numbers' takes 1 (y) as outputs, not 2 (launched at program.py:{line})"),
    ("launch('throws')", "RuntimeError: task 'broken.throws' launched at program.py:{line} failed: Refused()"),
    ("launch('throwsLate')", "RuntimeError: task 'broken.throwsLate' launched at program.py:{line} failed: Refused()"),
    ("launch('greedy')", "MemoryError: cannot allocate 1048576.0 GiB: the ceiling (--sysmem) is"),
    ("launch('readsUnbound', (runtime.create_store(types.float64),))", "operand 'y' has no shape yet: bind(_:) gives its elements"),
    ("launch('writesNothing', (runtime.create_store(types.float64),))", "gave output 'y' no elements in tile 0 (launched at program.py:{line})"),
    ("launch('nothing')", "KeyError: \"library 'broken' has no task 'nothing'; it has: numbers, throws"),
    ("load_library('nowhere', __file__)", "FileNotFoundError: libnowhere.so is in none of"),
    ("runtime.create_library('broken')", "RuntimeError: a library named 'broken' is registered already, by program.py:4"),
])
def test_the_process_goes_on(lines, sentence, tmp_path):
    result = run(tmp_path, BEGIN + lines + END)
    errors = result.stderr.replace(f"{tmp_path}/", "")
    assert sentence.format(line=EXECUTED) in errors, errors
    assert result.stdout == "alive\n" and result.returncode == 0


@pytest.mark.parametrize("task, words", [("traps", "ends the process: a trap"), ("endless", "has not returned")])
def test_a_body_that_cannot_be_survived_is_named(task, words, tmp_path):
    result = run(tmp_path, BEGIN + f"launch('{task}')" + END, LEGATE_TASK_SECONDS="0.5")
    place = pathlib.Path(tmp_path, "program.py")
    assert f"legate: the body of task 'broken.{task}' launched at {place}:{EXECUTED} {words}" in result.stderr, result.stderr
    assert result.returncode == 70 if task == "endless" else result.returncode < 0
