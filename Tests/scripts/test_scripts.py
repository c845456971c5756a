"""Every behaviour script prints the same under NumPy and the array library.

The scripts beside this file use `np`, `show`, `raises` and others (see
`run_script.py`); their whole output is compared, with 1 and with 3 CPUs, and
once more while the run replays itself over four loopback ranks. One process
runs all of them; a script that it did not reach is run by itself.
"""

import difflib
from pathlib import Path

import pytest
from launcher import run_legate, run_numpy
from run_script import HEADING

FOLDER = Path(__file__).parent
RUNNER = FOLDER / "run_script.py"
INFRASTRUCTURE = {"conftest.py", "run_script.py", "test_scripts.py"}
SCRIPTS = sorted(path.name for path in FOLDER.glob("*.py") if path.name not in INFRASTRUCTURE)
SETTINGS = {"cpus1": {"cpus": 1}, "cpus3": {"cpus": 3}, "ranks4": {"cpus": 2, "ranks": 4}}

outputs, endings = {}, {}


def sections(process):
    """The output of each script in what one process printed."""
    parts = process.stdout.split(HEADING)[1:]
    if process.returncode != 0 and parts:
        parts.pop()
    return {part.splitlines()[0]: part.splitlines()[1:] for part in parts}


def output(script, label, start, package, **settings):
    """The lines that a script prints, from one process for all of them."""
    if label not in outputs:
        paths = [FOLDER / name for name in SCRIPTS]
        process = start(RUNNER, package, *paths, check=False, **settings)
        outputs[label], endings[label] = sections(process), process
    if script not in outputs[label]:
        process = start(RUNNER, package, FOLDER / script, check=False, **settings)
        assert process.returncode == 0, process.stdout[-2000:] + process.stderr[-4000:]
        outputs[label].update(sections(process))
    return outputs[label][script]


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("script", SCRIPTS)
def test_script(script, setting):
    expected = output(script, "numpy", run_numpy, "numpy")
    assert len(expected) > 10 and "Traceback" not in "".join(expected)
    actual = output(script, setting, run_legate, "cunumeric", **SETTINGS[setting])
    lines = difflib.unified_diff(expected, actual, "numpy", "cunumeric", lineterm="", n=1)
    difference = "\n".join(list(lines)[:40])
    assert not difference, difference


@pytest.mark.parametrize("setting", SETTINGS)
def test_process_of_all_scripts_ends_well(setting):
    output(SCRIPTS[0], setting, run_legate, "cunumeric", **SETTINGS[setting])
    process = endings[setting]
    assert process.returncode == 0, process.stderr[-4000:]
