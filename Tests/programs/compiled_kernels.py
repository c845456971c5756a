"""Prints a hash of some results, then the state of compiled kernels as JSON.

    compiled_kernels.py           in this process
    compiled_kernels.py fork      the same again in a forked child, which must give the same hash
"""

import hashlib
import json
import os
import sys

import _legate
import cunumeric as np


def results(seed):
    x = np.linspace(-3.0, 3.0, 40_000) + seed
    y = x.astype(np.float32).reshape(200, 200)
    grid = np.array(y)
    for _ in range(3):
        grid[1:-1, 1:-1] = 0.2 * (
            grid[1:-1, 1:-1] + grid[:-2, 1:-1] + grid[2:, 1:-1] + grid[1:-1, :-2] + grid[1:-1, 2:]
        )
        x = x * 2 + x * 3 - x / 2
        x = np.where(x > 40, x / 64, x)
    counts = (np.arange(50_000) % 97 * 3 + 1) & 63
    return [x, y, grid, counts, x.sum(), grid.sum(axis=0), grid.mean(axis=1), (x * x).max()]


def answer(seed=0.0):
    whole = hashlib.sha256()
    for array in results(seed):
        whole.update(np.asarray(array).tobytes())
    return whole.hexdigest()


first = answer()
if "fork" in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        os._exit(0 if answer() == first and answer(1.0) else 1)
    assert os.waitpid(child, 0)[1] == 0
    try:
        os.wait()
        raise SystemExit("a process of the library is a child of the program")
    except ChildProcessError:
        pass
print(first)
print(json.dumps(_legate.kernels(True)))
