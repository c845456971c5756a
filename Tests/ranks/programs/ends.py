"""The ways in which a program on several ranks may end; the first word chooses.

    mpirun -n 3 python ends.py raise
"""

import gc
import os
import sys

import cunumeric as np

import _legate

rank, ranks = _legate.rank(), _legate.rank_count()
array = np.arange(200_000.0) * 2


def last_rank_only(action):
    """One rank goes another way; the others wait for its part of an array."""
    if rank == ranks - 1:
        action()
    else:
        float(np.sort(array[::-1])[-1] + array.sum())


def fail():
    raise ValueError("the end of a program")


def cycles():
    """Arrays in cycles are collected at the same places on all ranks, though these make other objects of their own."""
    assert not gc.isenabled()
    kept = []
    for turn in range(200):
        ring = [np.arange(50_000.0) + turn]
        ring.append(ring)
        kept.extend({} for _ in range(rank * 37))
        total = float((ring[0] * 2).sum())
        del ring
        assert total == (50_000 * 49_999 / 2 + 50_000 * turn) * 2
    assert len(gc.get_objects()) < 400_000


def strict():
    """A call that is an error is one before anything is brought together for it."""
    float(array[0])
    before = _legate.counts()["messageBytes"]
    try:
        np.fft.fft(array)
    except RuntimeError as error:
        told = "(1600000 bytes gathered" in str(error)
        # At once: ranks share the output.
        os.write(1, f"refused: {told} {_legate.counts()['messageBytes'] - before}\n".encode())


endings = {
    "well": lambda: print("the sum is", float(array.sum())),
    "pending": lambda: np.arange(300_000.0).reshape(300, 1000).T.copy(),
    "raise": fail,
    "exit": lambda: sys.exit(7),
    "systemexit": lambda: (_ for _ in ()).throw(SystemExit(5)),
    "message": lambda: sys.exit("in words"),
    "one raises": lambda: last_rank_only(fail),
    "one exits": lambda: last_rank_only(lambda: sys.exit(3)),
    "cycles": cycles,
    "differ": lambda: print(float((array + (rank == 1)).sum())),
    "warn": lambda: np.fft.fft(array),
    "strict": strict,
}
endings[sys.argv[1]]()
