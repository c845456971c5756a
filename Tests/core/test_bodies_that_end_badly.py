"""Bodies that abort, crash or never return: the process cannot be saved, but it says which task it was, and where launched."""

import os
import pathlib
import subprocess
import sys

import pytest

from test_misuse import run as run_program

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(body, **settings):
    program = f"""if True:
    import ctypes, os, time
    from legate.core import *
    runtime = get_legate_runtime()

    @task
    def broken(y: OutputStore):
        {body}

    y = runtime.create_store(types.float64, (4,))
    broken(y)
    runtime.issue_execution_fence(block=True)
    """
    environment = dict(os.environ, PYTHONPATH=f"{ROOT}/build/python:{ROOT}/python", **settings)
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("body, words, signal", [
    ("os.abort()", "it aborted", 6), ("ctypes.string_at(0)", "touched memory that is not its own", 11),
    ("os.kill(os.getpid(), 4)", "a trap", 4),
])
def test_a_body_that_crashes_is_named(body, words, signal):
    result = run(body)
    assert result.returncode == -signal
    assert "legate: the body of task 'python.broken#1' launched at <string>:11 ends the process" in result.stderr
    assert words in result.stderr


def test_a_body_that_never_returns_is_named():
    result = run("time.sleep(3600)", LEGATE_TASK_SECONDS="0.5")
    assert result.returncode == 70
    assert "the body of task 'python.broken#1' launched at <string>:11 has not returned" in result.stderr


def test_a_crash_outside_of_bodies_is_left_alone():
    result = run("y[:] = 1\n    os.abort()")
    assert result.returncode == -6 and "the body of" not in result.stderr


@pytest.mark.parametrize("look", ["y.to_numpy()", "np.asarray(cunumeric.asarray(y))", "np.asarray(y)", "np.add(y.array, 1).tolist()"])
def test_numpy_does_not_swallow_what_a_body_raised(look, tmp_path):
    """NumPy takes no notice of a buffer request that fails, and asks for the array in another way."""
    result = run_program(tmp_path, f"""\
import cunumeric, numpy as np
from legate.core import *
@task
def fails(x: InputStore, y: OutputStore):
    raise OSError("no such thing")
y = get_legate_runtime().create_store(types.float64, (4,), data=0)
fails(np.arange(4.0), y)
try:
    print({look})
except OSError as error:
    print(error)
print(np.asarray(y.array).tolist())
""")
    assert result.stdout == "no such thing\n[0.0, 0.0, 0.0, 0.0]\n" and result.returncode == 0, result.stderr


def test_a_body_that_fails_on_loopback_ranks_is_named(tmp_path):
    result = run_program(tmp_path, """\
import numpy as np
from legate.core import *
@task
def fails(x: InputStore, y: OutputStore):
    raise OSError("no such thing")
y = get_legate_runtime().create_store(types.float64, (100_000,), data=0)
fails(np.arange(100_000.0), y)
try:
    y.to_numpy()
except OSError as error:
    print(error)
y.fill(3)
print(float(y.array.sum()))
""", LEGATE_REPLAY_RANKS="3")
    assert result.stdout == "no such thing\n300000.0\n" and result.returncode == 0, result.stderr
