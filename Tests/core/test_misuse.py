"""What authors and users do wrong, from outside: a program, the sentence it ends with, and the line that is to blame.

Every program goes on after the error, where a process can: the last line it prints is "alive".
"""

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

BEGIN = """\
import numpy as np
from legate.core import *
runtime = get_legate_runtime()
x = runtime.create_store_from_buffer(np.arange(4.0))
y = runtime.create_store(types.float64, (4,))

@task
def copied(x: InputStore, y: OutputStore):
    y[:] = x

@task(throws_exception=True)
def refuses(x: InputStore):
    raise OSError("by the body")

@task
def refuses_late(y: OutputStore):
    raise OSError("by the body")

@task(throws_exception=True)
def keeps(x: InputStore):
    global kept
    kept = x

@task(constraints=(align("x", "y"),))
def aligned(x: InputStore, y: OutputStore):
    y[:] = x

@task
def one_tile(y: OutputStore):
    y[:] = 1

one_tile.complete_registration()
library = runtime.find_library("python")
"""
END = """
try:
    blamed()
    runtime.issue_execution_fence(block=True)
except Exception as error:
    import traceback
    traceback.print_exc()
runtime.issue_execution_fence(block=True)
copied(x, y)
assert y.to_numpy().tolist() == [0, 1, 2, 3]
print("alive")
"""

CASES = {
    "wrong type": ("""copied(x, [1.0, 2.0])""", "TypeError: task 'copied' writes 'y': give a store or an array of cunumeric, not list"),
    "another element type": (
        """runtime.create_auto_task(library, "copied").add_input("text")""", "has no task 'copied'"),
    "missing output": (
        """runtime.create_auto_task(library, library.task_names[-1]).execute()""",
        "ValueError: task 'one_tile#1' takes 1 (y) as outputs, not 0 (launched at program.py:{line})"),
    "missing argument": ("""copied(x)""", "TypeError: missing a required argument: 'y'"),
    "overlapping writes": (
        """launch = runtime.create_manual_task(library, library.task_names[-1], (2,))
    launch.add_output(y.partition_by_tiling((2,)), lambda color: (0,))
    launch.execute()""",
        "would both write tile (0,) of output 'y' (launched at program.py:{line})"),
    "overlapping outputs": (
        """launch = runtime.create_manual_task(library, library.task_names[-1], (2,))
    launch.add_output(y)
    launch.execute()""",
        "all 2 points would write all of output 'y'; give it a partition, or make it a reduction (launched at program.py:{line})"),
    "throws": ("""refuses(x)""", "in task 'python.refuses#2' launched at program.py:{line}"),
    "throws late": ("""refuses_late(y)""", "in task 'python.refuses_late#2' launched at program.py:{line}"),
    "keeps its tile": ("""keeps(x)""", "launched at program.py:{line}: the body of 'keeps#2' keeps an array of its tile"),
    "unbound store": (
        """copied(runtime.create_store(types.float64), y)""",
        "ValueError: a store without a shape cannot be read: no task has written it"),
    "registered twice": (
        """runtime.create_library("python")""",
        "RuntimeError: a library named 'python' is registered already, by program.py:{registered}"),
    "too much memory": (
        """runtime.create_store(types.float64, (1 << 44,))""", "MemoryError: cannot allocate 131072.0 GiB: the ceiling"),
    "wrong shapes": (
        """aligned(x, runtime.create_store(types.float64, (5,)))""",
        "aligned stores need equal shapes: 'x' of shape (4), 'y' of shape (5) (launched at program.py:{line})"),
    "read while written": (
        """long = runtime.create_store_from_buffer(np.arange(100_000.0))
    aligned(long[1:], long[:-1])""",
        "tiles would read elements of 'x' that other tiles write as 'y'; align the two, or read from a copy"),
}


def run(tmp_path, program, **settings):
    (tmp_path / "program.py").write_text(program)
    environment = dict(os.environ, PYTHONPATH=f"{ROOT}/build/python:{ROOT}/python", **settings)
    return subprocess.run(
        [sys.executable, "program.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("case", CASES)
def test_the_process_goes_on(case, tmp_path):
    lines, sentence = CASES[case]
    program = f"{BEGIN}\ndef blamed():\n    {lines}\n{END}"
    line = BEGIN.count("\n") + 2 + lines.count("\n") + 1
    registered = BEGIN.splitlines().index("one_tile.complete_registration()") + 1
    result = run(tmp_path, program)
    errors = result.stderr.replace(f"{tmp_path}/", "")
    assert sentence.format(line=line, registered=registered) in errors, errors
    assert f'program.py", line {line}, in blamed' in errors or case == "throws late"
    assert result.stdout.endswith("alive\n") and result.returncode == 0
