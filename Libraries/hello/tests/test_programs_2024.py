"""Programs in the style of the interface of 2024: whole outputs, on one rank and on loopback ranks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).with_name("programs_2024")

OUTPUTS = {
    "variance": """\
store 1.5 1.25
array 2.5 1.25
memory 5.0 4.0
memory 1.0 0.0
inline ((3,), True, (4,))
""",
    "reductions": """\
multiply [[0.0, 1.0, 4.0, 9.0], [16.0, 25.0, 36.0, 49.0], [64.0, 81.0, 100.0, 121.0]]
sum_over_axis [6.0, 22.0, 38.0]
matmul [[28.0, 34.0], [76.0, 98.0], [124.0, 162.0]]
bincount [0, 2, 0, 3, 1]
unique [1, 3, 4] (3,)
numbered [[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 2, 2], [10, 10, 11, 11, 12, 12], [10, 10, 11, 11, 12, 12]]
gather [3, 1, 4]
""",
}


def run(program, **settings):
    result = subprocess.run(
        [sys.executable, str(FOLDER / f"{program}.py")], env={**os.environ, **settings}, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-3000:]
    return result.stdout


@pytest.mark.parametrize("program", list(OUTPUTS))
@pytest.mark.parametrize("ranks", [None, "4"])
def test_programs(program, ranks):
    assert run(program, **({"LEGATE_REPLAY_RANKS": ranks} if ranks else {})) == OUTPUTS[program]


def test_messages():
    lines = run("hello_world").splitlines()
    assert lines[0] == "Hello from replica 0 of 1: hello"
    assert sorted(lines[1:]) == [f"Hello from replica {k} of 3: hello again" for k in range(3)]
