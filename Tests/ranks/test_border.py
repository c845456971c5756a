"""Programs under mpirun in which values, files and random numbers cross the border of the library, and how they end."""

import os
import re
import sys
import time
from pathlib import Path

import pytest

from rank_programs import SOON
from test_driver import ROOT

PROGRAMS = Path(__file__).resolve().parent / "programs"


@pytest.fixture
def on_ranks(run, tmp_path):
    """Runs one of the programs; returns exit code, output, errors and seconds."""

    def start(ranks, program, *words, **variables):
        launcher = ["mpirun", "--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1"]
        if os.geteuid() == 0:
            launcher.insert(1, "--allow-run-as-root")
        begin = time.monotonic()
        process = run(
            "-n", str(ranks), sys.executable, str(PROGRAMS / program), *words, command=launcher,
            LEGATE_RANKS=str(ranks), LEGATE_CPUS="1",
            PYTHONPATH=os.pathsep.join((str(ROOT / "build" / "python"), str(ROOT / "python"))), **variables,
        )  # fmt: skip
        output, errors = process.communicate(timeout=120)
        return process.returncode, output, errors, time.monotonic() - begin

    return start


@pytest.mark.parametrize("ranks", [2, 3])
@pytest.mark.parametrize("program, words", [("files.py", "files"), ("draws.py", "draws"), ("border.py", "of the border")])
def test_program(on_ranks, tmp_path, ranks, program, words):
    code, output, errors, _ = on_ranks(ranks, program, str(tmp_path))
    assert (code, output) == (0, f"all {words}: ok\n"), errors


@pytest.mark.parametrize("ranks", [2, 3])
@pytest.mark.parametrize("ending", ["well", "pending", "cycles"])
def test_good_end_is_silent(on_ranks, ranks, ending):
    code, output, errors, _ = on_ranks(ranks, "ends.py", ending)
    assert (code, errors) == (0, "")
    assert output.count("39999800000.0") == (ranks if ending == "well" else 0)


@pytest.mark.parametrize("ending, expected", [("exit", 7), ("systemexit", 5), ("raise", 1), ("message", 1)])
def test_all_end_alike(on_ranks, ending, expected):
    code, _, errors, seconds = on_ranks(3, "ends.py", ending)
    assert code == expected and seconds < SOON
    assert errors.count("ValueError: the end of a program") == (ending == "raise"), errors
    assert "MPI_ABORT" not in errors


@pytest.mark.parametrize("ending, expected", [("one raises", 1), ("one exits", 3)])
def test_one_ends_and_ends_all(on_ranks, ending, expected):
    code, _, errors, seconds = on_ranks(3, "ends.py", ending)
    assert code == expected and seconds < SOON
    assert len(re.findall(r"legate: rank \d on ", errors)) == 1 and f"exit status {expected}" in errors
    assert errors.count("ValueError: the end of a program") == (ending == "one raises"), errors


def test_ranks_that_differ_are_ended(on_ranks):
    code, _, errors, seconds = on_ranks(3, "ends.py", "differ")
    assert code == 70 and seconds < SOON
    assert re.search(r"rank \d at \S*ends.py:\d+: add, rank \d at \S*ends.py:\d+: add", errors), errors


def test_warnings_are_heard_once(on_ranks):
    code, _, errors, _ = on_ranks(3, "ends.py", "warn")
    assert code == 0
    assert errors.count("RuntimeWarning") == 1 and "(1600000 bytes gathered on each of 3 ranks)" in errors


def test_strict_is_an_error_on_all(on_ranks):
    code, _, errors, _ = on_ranks(3, "ends.py", "warn", LEGATE_STRICT="1")
    assert code == 1 and errors.count("RuntimeError: cuNumeric has not implemented fft.fft natively") == 1


def test_strict_gathers_nothing(on_ranks):
    code, output, errors, _ = on_ranks(3, "ends.py", "strict", LEGATE_STRICT="1")
    assert code == 0 and output.count("refused: True 0") == 3, errors
