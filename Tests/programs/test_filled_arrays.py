"""Large arrays are filled when they are used, not all at the window's begin: then all of them would need memory."""

from pathlib import Path

import launcher

PROGRAM = Path(__file__).with_name("filled_arrays.py")


def test_few_exist_at_a_time():
    total, arrays = launcher.run_legate(PROGRAM, cpus=2).stdout.split()
    assert float(arrays) < 7
    # Ranks do as one process does.
    assert launcher.run_legate(PROGRAM, cpus=2, ranks=2).stdout.split()[0] == total
