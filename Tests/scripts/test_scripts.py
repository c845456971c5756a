"""Every behaviour script prints the same under NumPy and the array library.

The scripts beside this file use `np`, `show` and `raises` (see
`run_script.py`); their whole output is compared, with 1 and with 3 CPUs, and
once more while the run replays itself over four loopback ranks.
"""

import difflib
from pathlib import Path

import pytest
from launcher import run_legate, run_numpy

FOLDER = Path(__file__).parent
RUNNER = FOLDER / "run_script.py"
INFRASTRUCTURE = {"conftest.py", "run_script.py", "test_scripts.py"}
SCRIPTS = sorted(path.name for path in FOLDER.glob("*.py") if path.name not in INFRASTRUCTURE)
SETTINGS = {"cpus1": {"cpus": 1}, "cpus3": {"cpus": 3}, "ranks4": {"cpus": 2, "ranks": 4}}

expected = {}


def expected_output(script):
    if script not in expected:
        expected[script] = run_numpy(RUNNER, "numpy", FOLDER / script).stdout
    return expected[script]


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("script", SCRIPTS)
def test_script(script, setting):
    wanted = expected_output(script)
    assert wanted.count("\n") > 10
    finished = run_legate(
        RUNNER, "cunumeric", FOLDER / script, check=False, **SETTINGS[setting]
    )
    lines = difflib.unified_diff(
        wanted.splitlines(), finished.stdout.splitlines(), "numpy", "cunumeric", lineterm="", n=1
    )
    text = "\n".join(list(lines)[:40])
    assert finished.returncode == 0 and not text, text + "\n" + finished.stderr[-2000:]
