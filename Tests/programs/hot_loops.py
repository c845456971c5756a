"""Ordinary functions with loops, called until each has been compiled; results are compared with NumPy's. No arguments.

Prints how many functions there are, how many gave NumPy's bits in every call, how many were compiled, and how many ran
natively.
"""

import json

import numpy
import _legate
import cunumeric
from loop_programs import loops_of

TEXT = '''
import {package} as np

def solve(lower, right):
    x = np.zeros(len(right))
    for i in range(len(right)):
        x[i] = (right[i] - np.sum(lower[i, :i] * x[:i])) / lower[i, i]
    return x

def closure(far):
    far = far.copy()
    for k in range(len(far)):
        far[:] = np.minimum(far, far[:, k:k + 1] + far[k])
    return far

def sweep(grid, rounds):
    grid = grid.copy()
    for _ in range(rounds):
        for i in range(1, grid.shape[0] - 1):
            grid[i, 1:-1] = (grid[i - 1, 1:-1] + grid[i + 1, 1:-1]) * 0.5
    return grid

def total(values):
    best, sum = values[0], 0.0
    for i in range(len(values)):
        sum += values[i] * values[i]
        if values[i] > best:
            best = values[i]
    return best, sum

def swapped(u, v, steps):
    u, v = u.copy(), v.copy()
    for step in range(steps):
        v[1:-1] = u[:-2] + u[2:] - v[1:-1]
        u, v = v, u
    return u, v

def mixed(u, steps):
    u = u.copy()
    for step in range(steps):
        weight = half(step)
        u[step % len(u):] -= weight
        u[::-1] += u * 0.25
    return u, weight

def half(step):
    return 0.5 if step % 2 else 0.125
'''


def arguments(np):
    count = 24
    values = np.array((numpy.arange(count * count) * 7919 % 1009 / 64.0 + 1).reshape(count, count))
    return {
        "solve": (values + np.eye(count) * 500, values[3]), "closure": (values,), "sweep": (values, 3),
        "total": (values[2],), "swapped": (values[0], values[1], 30), "mixed": (values[4], 30),
    }  # fmt: skip


def parts(result):
    return [numpy.asarray(part).tobytes() for part in (result if isinstance(result, tuple) else (result,))]


def loaded(package, path):
    module = {"__name__": package, "__file__": path}
    exec(compile(TEXT.format(package=package), path, "exec"), module)
    return module


def main(path, most=400):
    path.write_text(TEXT.format(package="cunumeric"))
    ours, theirs = loaded("cunumeric", str(path)), loaded("numpy", "<numpy>")
    found = {"feature": hasattr(_legate, "compile_loop"), "functions": 0, "equal": 0, "compiled": 0, "native": 0}
    given, expected = arguments(cunumeric), arguments(numpy)
    for name in given:
        function, right = ours[name], parts(theirs[name](*expected[name]))
        equal, calls = True, 0
        while calls < most and not any(loop.runs for loop in loops_of(function.__code__)):
            calls += 1
            equal &= parts(function(*given[name])) == right
        equal &= all(parts(function(*given[name])) == right for _ in range(3))
        found["functions"] += 1
        found["equal"] += equal
        found["compiled"] += bool(loops_of(function.__code__))
        found["native"] += any(loop.runs for loop in loops_of(function.__code__))
    print(json.dumps(found))


if __name__ == "__main__":
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        main(Path(folder) / "hot.py")
