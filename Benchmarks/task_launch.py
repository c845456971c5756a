"""What launching a task costs: empty Python bodies and a library's task, recorded and run.

    .venv/bin/python Benchmarks/task_launch.py [FOLDER of a library made by `legate new-library`]

Microseconds of the process's own processor time for each launch, best of five; targets: 3 from Python, 1 from Swift.
"""

import os
import sys
import time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", folder) for folder in ("build/python", "python")]

import _legate
import legate.core as lc
from legate.core import InputStore, OutputStore, get_legate_runtime, load_library, task

COUNT = 6_400
runtime = get_legate_runtime()
x, y, z = (runtime.create_store(lc.types.float64, (8,)) for _ in range(3))
for store in (x, y, z):
    store.fill(1.0)


@task
def empty(x: InputStore, y: OutputStore):
    pass


def measured(launch):
    best = [float("inf")] * 2
    for _ in range(5):
        _legate.wait()
        start = time.process_time()
        for _ in range(COUNT):
            launch()
        recorded = time.process_time()
        _legate.wait()
        times = recorded - start, time.process_time() - start
        best = [min(a, b) for a, b in zip(best, times)]
    return [t / COUNT * 1e6 for t in best]


def report(name, launch):
    recorded, whole = measured(launch)
    print(f"{name:40} recorded {recorded:6.2f}   with the last window run {whole:6.2f}")


report("@task, empty body", lambda: empty(x, y))
if len(sys.argv) > 1:
    name = os.path.basename(os.path.abspath(sys.argv[1]))
    library = load_library(name, os.path.join(os.path.abspath(sys.argv[1]), "x.py"))
    number = library.number("saxpy")

    def launch():
        t = runtime.create_auto_task(library, "saxpy")
        t.add_input(x)
        t.add_input(y)
        t.add_output(z)
        t.add_scalar_arg(2.0)
        t.execute()

    report("a library's transparent task", launch)
