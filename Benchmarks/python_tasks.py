"""Tasks in Python on two workers against one: bodies over NumPy tiles that let go of Python's lock.

    .venv/bin/python Benchmarks/python_tasks.py [rounds]

One worker and two in turns, in one process, so that both meet the same neighbours. The body is bound by arithmetic: two dozen of
NumPy's functions, one after the other, on a tile in the core's own cache; they release the lock while they compute. Target: two workers 1.8 times as fast as one. Beside it stands what plain threads reach with the same body, without
Legate: the machine's own limit at this moment.
"""

import concurrent.futures
import os
import statistics
import sys
import time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", folder) for folder in ("build/python", "python")]

import numpy as np

import _legate
import legate.core as lc
from legate.core import InputStore, OutputStore, get_legate_runtime, task

COUNT = 2_000_000
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 15
runtime = get_legate_runtime()


def chain(x, y):
    np.copyto(y, x)
    for _ in range(12):
        np.power(y, 1.1, out=y)
        np.arctan(y, out=y)


@task
def body(x: InputStore, y: OutputStore):
    chain(x, y)


x = runtime.create_store_from_buffer(np.random.default_rng(1).random(COUNT))
y = runtime.create_store(x.type, x.shape)
everything = runtime.machine[lc.ProcessorKind.CPU]


def ours(workers):
    with everything[0:workers]:
        start = time.perf_counter()
        body(x, y)
        _legate.wait()
        return time.perf_counter() - start


def threads(workers, pool, source=np.random.default_rng(1).random(COUNT), target=np.empty(COUNT)):
    tiles = [slice(k, k + 16_384) for k in range(0, COUNT, 16_384)]
    start = time.perf_counter()
    list(pool[workers].map(lambda tile: chain(source[tile], target[tile]), tiles))
    return time.perf_counter() - start


def main():
    if len(everything) < 2:
        sys.exit("two workers are needed (LEGATE_CPUS)")
    pool = {n: concurrent.futures.ThreadPoolExecutor(n) for n in (1, 2)}
    times = [(ours(1), ours(2), threads(1, pool), threads(2, pool)) for _ in range(ROUNDS)]
    load = os.getloadavg()[0]
    for name, one, two in (("@task, two workers against one:", 0, 1), ("plain threads, the same body:  ", 2, 3)):
        ratio = statistics.median(turn[one] / turn[two] for turn in times)
        # The fastest turns are those in which the neighbours slept.
        best = min(turn[one] for turn in times) / min(turn[two] for turn in times)
        print(f"{name} {best:.2f} in the fastest turns, {ratio:.2f} in the median of all")
    print(f"load of the machine {load:.1f} on {os.cpu_count()} cores, {ROUNDS} rounds in turns")


if __name__ == "__main__":
    main()
