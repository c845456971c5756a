"""Whole programs under mpirun: all examples, all behaviour scripts and random programs, with the bits of one rank.

One process, or one mpirun, runs everything of a kind. Arrays of a few elements are spread, too, and nothing runs at once,
so that even the scripts' small arrays travel. Every rank must print the same: values with all their digits.
"""

import json
import os
import re
import sys
from pathlib import Path

import pytest

from test_driver import ROOT

PROGRAMS = Path(__file__).resolve().parent / "programs"
SETTINGS = {"LEGATE_CPUS": "1", "LEGATE_MIN_CPU_CHUNK": "2", "LEGATE_IMMEDIATE_SIZE": "-1", "OPENBLAS_NUM_THREADS": "1"}
RANDOM_SEED = 2_000_000
# Of examples the numbers that they print are times, and results that are compared as files.
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|inf|nan)")

slow = pytest.mark.slow


@pytest.fixture
def on_ranks(run, tmp_path):
    """Runs a program on some ranks; returns the folder that it wrote to."""

    def start(ranks, program, *words, seconds=600):
        folder = tmp_path / f"{program}-{ranks}"
        folder.mkdir()
        launcher = []
        if ranks > 1:
            launcher = ["mpirun", "--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1"]
            launcher += ["--allow-run-as-root"] * (os.geteuid() == 0) + ["-n", str(ranks)]
        process = run(
            str(PROGRAMS / program), str(folder), *map(str, words), command=[*launcher, sys.executable],
            PYTHONPATH=os.pathsep.join((str(ROOT / "build" / "python"), str(ROOT / "python"))),
            **SETTINGS, **({"LEGATE_RANKS": str(ranks)} if ranks > 1 else {}),
        )  # fmt: skip
        _, errors = process.communicate(timeout=seconds)
        assert process.returncode == 0, errors[-4000:]
        return folder

    return start


def differing(one, other):
    """The names of what two runs tell differently."""
    assert one and set(one) == set(other)
    return [name for name in one if one[name] != other[name]]


def printed(folder, rank):
    found = json.loads((folder / f"printed-{rank}.json").read_text())
    return {k: NUMBER.sub("#", v) if k.startswith("example") else v for k, v in found.items()}


@pytest.mark.parametrize("ranks", [2, pytest.param(4, marks=slow)])
def test_examples_and_scripts(on_ranks, ranks):
    alone, spread = (on_ranks(n, "whole_programs.py") for n in (1, ranks))
    expected = printed(alone, 0)
    assert len(expected) > 40
    assert not [name for name, text in expected.items() if "Traceback" in text or len(text) < 40]
    for rank in range(ranks):
        assert differing(expected, printed(spread, rank)) == [], f"rank {rank}"
    arrays = [path.name for path in alone.glob("*.npy")]
    assert len(arrays) == sum(name.startswith("example") for name in expected)
    assert [name for name in arrays if (alone / name).read_bytes() != (spread / name).read_bytes()] == []


@pytest.mark.parametrize(
    "ranks, count", [(2, 40), pytest.param(2, 1000, marks=slow), pytest.param(4, 1000, marks=slow)]
)
def test_random_programs(on_ranks, ranks, count):
    alone, spread = (on_ranks(n, "random_bits.py", RANDOM_SEED, count, seconds=1800) for n in (1, ranks))
    expected = json.loads((alone / "bits-0.json").read_text())
    assert len(expected) == count
    for rank in range(ranks):
        assert differing(expected, json.loads((spread / f"bits-{rank}.json").read_text())) == [], f"rank {rank}"
