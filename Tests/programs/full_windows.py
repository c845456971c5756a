"""Averages over a line in windows that are full in the middle of an expression; prints what tells how they were cut.

    full_windows.py LAUNCHES       of an expression before the loop, so that windows end elsewhere in its body

Prints the sum of the result and the most bytes that were in use at a time, in arrays of this size.
"""

import sys

import cunumeric as np

import _legate

COUNT = 100_000

a = np.arange(COUNT) / 7.0
b = np.zeros(COUNT)
for _ in range(int(sys.argv[1])):
    a += 0.5
float(a[0] + b[0])
for _ in range(20):
    b[1:-1] = 0.33333 * (a[:-2] + a[1:-1] + a[2:])
    a[1:-1] = 0.33333 * (b[:-2] + b[1:-1] + b[2:])
total = float(a.sum())
counts = _legate.counts()
print(total.hex(), round(_legate.memory()["peak"] / a.nbytes, 1), counts["windows"], counts["replays"])
