"""Updates in place of large arrays: their temporaries stream, on one rank and on several, with NumPy's values.

`in_place_programs.py` draws the programs; over loopback ranks every store is compared after every window.
"""

import json
import sys

import pytest
from launcher import run, run_legate

PROGRAM = __file__.replace("test_in_place.py", "in_place_programs.py")
COUNTED = __file__.replace("test_in_place.py", "counted_programs.py")


@pytest.mark.parametrize(
    "ranks, first, count",
    [(0, 0, 15), (2, 100, 15), (3, 200, 10)]
    + [pytest.param(*case, marks=pytest.mark.slow) for case in ((0, 1000, 60), (2, 1100, 60), (4, 1200, 60), (7, 1300, 40))],
)
def test_random_updates(ranks, first, count):
    process = run_legate(PROGRAM, first, count, cpus=1 if ranks else 2, ranks=ranks, LEGATE_MIN_CPU_CHUNK=16384)
    assert json.loads(process.stdout)["programs"] == count


@pytest.mark.parametrize("ranks", [2, 64, 4096])
def test_a_rank_reads_and_writes_its_part_once(ranks):
    """As one rank of many that computes nothing: bytes moved in a round, and none allocated."""
    rows, columns = 512, 1022
    sizes = {"n": rows * ranks - 2, "m": columns, "rounds": 3, "warm": 2}
    process = run([sys.executable, COUNTED, "stencil", json.dumps(sizes)], LEGATE_SIMULATE_RANKS=ranks)
    found = json.loads(process.stdout)
    part = rows * (columns + 2) * 8
    assert found["messages"] == min(2, ranks - 1) and found["bytes"] == found["messages"] * columns * 8
    assert found["allocated"] == 0
    assert 0.95 * part <= found["read"] <= 1.02 * part
    assert 0.95 * part <= found["written"] <= part
