"""The console and programs from standard input on two ranks: rank 0 reads, both run the same."""

import subprocess

import pytest

from test_console import Terminal
from test_driver import LEGATE, clean_environment

TWO = ["--ranks-per-node", "2", "--launcher", "mpirun", "--cpus", "1"]
ARRAYS = "a = np.arange(100_000) * 2.0"


@pytest.fixture
def console(tmp_path, mark, leaves_nothing, mpi):
    """A console on two ranks, at its first prompt."""
    console = Terminal(tmp_path, *TWO, LEGATE_TEST_MARK=mark)
    assert "2 ranks of 1 cores" in console.until(">>> ", 60)
    yield console
    if console.process.poll() is None:
        console.process.kill()
        console.process.wait()


def answer(console, line, wanted, seconds=60):
    """Types a line and waits for what it prints, and the next prompt."""
    console.type(line + "\n")
    text = console.until(wanted, seconds)
    return text + console.until(">>> ", seconds)


def test_both_ranks_run_what_is_typed(console):
    answer(console, ARRAYS, "")
    answer(console, "a.sum()", r"np\.float64\(9999900000\.0\)")
    answer(console, "import _legate; _legate.rank_count(), _legate.all_gather(str(int(a[-1])).encode())", r"\(2, \[b'199998', b'199998'\]\)")
    console.type("def f(x):\n    return x[::2].sum()\n\n")
    console.until(">>> ")
    answer(console, "f(a)", r"np\.float64\(4999900000\.0\)")
    answer(console, "1/0", "ZeroDivisionError")
    answer(console, "unlikely_name = 6", "")
    answer(console, "unlikely_n\t * 7", r"\b42\r\n")
    console.type("\x04")
    assert console.end() == 0


def test_exit_code(console):
    console.type("raise SystemExit(3)\n")
    assert console.end() == 3


def test_ctrl_c_in_work_stops_all_ranks_at_one_place(console):
    answer(console, ARRAYS, "")
    answer(console, "n = 0", "")
    console.type("while True: n += 1; a = a + 1.0; float(a[n % 100_000])\n\n")
    console.until(r"\b9\.0\r\n", 60)
    console.type("\x03")
    console.until("KeyboardInterrupt", 60)
    console.until(">>> ", 60)
    answer(console, "import _legate; len(set(_legate.all_gather(str(n).encode())))", r"\b1\r\n")
    answer(console, "float(a[0]) == n or float(a[0]) == n - 1", "True")
    console.type("\x04")
    assert console.end() == 0


def test_ctrl_c_that_finds_no_flush_is_told_at_the_next_prompt(console):
    console.type("import os, signal; os.kill(os.getpid(), signal.SIGINT); print('go' + 'es on')\n")
    console.until("goes on", 60)
    told = console.until(">>> ", 60)
    assert told.count("KeyboardInterrupt") == 1
    answer(console, "np.ones(50_000).sum()", r"50000\.0")
    console.type("\x04")
    assert console.end() == 0


def test_ctrl_c_in_a_sleep_and_at_the_prompt(console):
    console.type("12\x03")
    console.until("KeyboardInterrupt", 60)
    console.until(">>> ", 60)
    console.type("import time; print('as' + 'leep'); time.sleep(600)\n")
    console.until("asleep", 60)
    console.type("\x03")
    console.until("every rank stops where it is", 60)
    console.until("KeyboardInterrupt", 60)
    console.until(">>> ", 60)
    answer(console, "np.ones(50_000).sum()", r"50000\.0")
    console.type("\x04")
    assert console.end() == 0


PROGRAM = """
import sys
import cunumeric as np
import _legate
print(sys.argv, float(np.arange(50_000).sum()), _legate.all_gather(b"x"))
raise SystemExit(len(sys.argv))
"""


@pytest.mark.parametrize("words", [[], ["-", "x y"]])
def test_program_from_standard_input(tmp_path, mark, leaves_nothing, mpi, words):
    result = subprocess.run(
        [LEGATE, *TWO, *words], input=PROGRAM, capture_output=True, text=True, timeout=120,
        env=clean_environment(LEGATE_TEST_MARK=mark),
    )  # fmt: skip
    argv = words or ["-c"]
    assert result.stdout == f"{argv} 1249975000.0 [b'x', b'x']\n", result.stderr
    assert result.returncode == len(argv)


def test_input_that_is_no_program(tmp_path, mark, leaves_nothing, mpi):
    result = subprocess.run(
        [LEGATE, *TWO, "-"], input="1 +", capture_output=True, text=True, timeout=120,
        env=clean_environment(LEGATE_TEST_MARK=mark),
    )  # fmt: skip
    assert result.returncode == 1 and result.stderr.count("SyntaxError") == 1
