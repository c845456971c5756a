"""Random updates in place of large arrays on ranks of several workers, against NumPy: each rank streams its part in bands,
and what waits for a neighbour's row comes last. Over loopback ranks `programs/test_in_place.py` runs the same.
"""

from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[1] / "programs" / "in_place_programs.py"
slow = pytest.mark.slow


@pytest.mark.parametrize(
    "ranks, workers, first, count",
    [
        pytest.param(2, 2, 20_000, 10),
        pytest.param(2, 2, 21_000, 80, marks=slow),
        pytest.param(3, 1, 22_000, 80, marks=slow),
        pytest.param(4, 3, 23_000, 60, marks=slow),
    ],
)
def test_random_updates(start_on, ranks, workers, first, count):
    process = start_on(ranks, PROGRAM, first, count, LEGATE_CPUS=str(workers), LEGATE_MIN_CPU_CHUNK="16384")
    output, errors = process.communicate(timeout=500)
    assert process.returncode == 0, errors[-4000:]
    assert output.count(f'"programs": {count}') == ranks
