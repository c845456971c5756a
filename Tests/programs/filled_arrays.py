"""A loop that fills an array anew in each step; prints its sum and the most bytes that were in use at a time, in such arrays."""

import cunumeric as np

import _legate

COUNT = 300_000

u = np.arange(COUNT) / 7.0
float(u[0])
old = u.copy()
for _ in range(8):
    new = np.zeros_like(u)
    new[1:-1] = 2.0 * u[1:-1] - old[1:-1] + 0.5 * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    old, u = u, new
print(float(u.sum()).hex(), round(_legate.memory()["peak"] / u.nbytes, 1))
