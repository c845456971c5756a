"""Whole programs under mpirun: all examples, all behaviour scripts and random programs, with the bits of one rank.

One process, or one mpirun, runs everything of a kind. Arrays of a few elements are spread, too, and nothing runs at once,
so that even the scripts' small arrays travel. Every rank must print the same: values with all their digits.
"""

import json
import re

import pytest

RANDOM_SEED = 2_000_000
# Of examples the numbers that they print are times, and results that are compared as files.
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|inf|nan)")

slow = pytest.mark.slow


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
