"""Counting, grouping and joining beside NumPy and pyarrow, in turns in one process; prints speeds relative to theirs.

    bin/build-library Libraries/tabular; .venv/bin/python Benchmarks/tables.py [rows] [repeats]
"""

import statistics
import sys
import time

import cunumeric
import numpy as np
import pyarrow as pa
import tabular

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
REPEATS = int(sys.argv[2]) if len(sys.argv) > 2 else 5

random = np.random.default_rng(1)
keys, values = random.integers(0, 1000, ROWS), random.normal(size=ROWS)
table = pa.table({"k": keys, "v": values})
small = pa.table({"k": np.arange(0, 2000, 2), "w": np.arange(1000)})
k, v = cunumeric.asarray(keys), cunumeric.asarray(values)
edges = np.concatenate([[-9], np.sort(random.normal(size=48)), [9]])


def done(result):
    """Waits for a result of ours."""
    parts = result if isinstance(result, tuple) else (result,)
    for part in parts:
        np.asarray(part.columns[-1].data if hasattr(part, "columns") else part)


CASES = {
    "bincount": (lambda: tabular.bincount(k), lambda: np.bincount(keys)),
    "bincount, weights": (lambda: tabular.bincount(k, v), lambda: np.bincount(keys, values)),
    "histogram, 50 bins": (lambda: tabular.histogram(v, 50), lambda: np.histogram(values, 50)),
    "histogram, edges": (lambda: tabular.histogram(v, edges), lambda: np.histogram(values, edges)),
    "unique": (lambda: tabular.unique(k), lambda: np.unique(keys)),
    "group_by, sum": (
        lambda: tabular.group_by(table, "k", [("v", "sum")]), lambda: table.group_by("k").aggregate([("v", "sum")])),
    "join": (lambda: tabular.join(table, small, on="k"), lambda: table.join(small, "k", join_type="inner")),
}


def seconds(body):
    start = time.perf_counter()
    body()
    return time.perf_counter() - start


print(f"{ROWS} rows, median of {REPEATS}; theirs: NumPy on one core, pyarrow on all")
for name, (mine, theirs) in CASES.items():
    pairs = [(seconds(lambda: done(mine())), seconds(theirs)) for _ in range(REPEATS + 1)][1:]
    ours, others = (statistics.median(column) for column in zip(*pairs))
    print(f"{name:20s} {ours * 1e3:8.1f} ms   theirs {others * 1e3:8.1f} ms   speed {others / ours:5.2f}")
