"""What `ranks.py` measures, run by one rank or several; rank 0 prints one JSON object."""

import gc
import hashlib
import json
import sys
import time

import cunumeric as np


def stencil(size, steps):
    """Seconds of one step of a 5-point stencil, and a hash of the result's bits."""
    grid = np.zeros((size, size))
    grid[0] = 1.0
    grid[:, 0] = 2.0

    def step():
        grid[1:-1, 1:-1] = 0.2 * (
            grid[1:-1, 1:-1] + grid[:-2, 1:-1] + grid[2:, 1:-1] + grid[1:-1, :-2] + grid[1:-1, 2:]
        )

    for _ in range(3):
        step()
    float(grid[1, 1])
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        for _ in range(steps):
            step()
        float(grid[1, 1])
        best = min(best, (time.perf_counter() - start) / steps)
    bits = hashlib.sha256(repr(grid.sum(axis=1).tolist()).encode()).hexdigest()
    return {"seconds": best, "bits": bits}


def task(most):
    """Pairs of points per rank and task, and seconds of a task: one step of a 3-point stencil on two ranks."""
    tasks = []
    for step in range(2 * most):
        points = (2 + step % 2) << (5 + step // 2)  # 64, 96, 128, 192 …
        line = np.zeros(2 * points + 2)
        line[0] = 1.0
        steps = max(64, min(2048, (1 << 22) // points))
        best = float("inf")
        for _ in range(4):
            start = time.perf_counter()
            for _ in range(steps):
                line[1:-1] = (line[:-2] + line[1:-1] + line[2:]) * 0.25
            float(line[1])
            best = min(best, (time.perf_counter() - start) / steps)
        tasks.append((points, best))
    return {"tasks": tasks}


def memory(size):
    """Bytes that one more array adds to this process."""

    def resident():
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))

    first = np.zeros((size, size))
    float(first[0, 0])
    gc.collect()
    before = resident()
    second = np.zeros((size, size))
    second[1:-1] = first[:-2] + first[2:] + 1.0
    float(second[1, 1])
    return {"held": resident() - before, "whole": size * size * 8}


if __name__ == "__main__":
    kinds = {"stencil": stencil, "task": task, "memory": memory}
    print(json.dumps(kinds[sys.argv[1]](*map(int, sys.argv[2:]))))
