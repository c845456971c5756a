"""What the speed of programs of many small calls is bounded by: how much of their time is the interpreter's.

    legate --cpus 1 Benchmarks/bounds.py [NAME ...]

Each case of the suite in the class "calls" runs for a second in a process of its own, sampled by Linux's `perf`
(apt package `linux-perf`). Samples are counted by where they fell: in Python itself, in this library, in BLAS and
compiled kernels, in the C library. The last column is the speed that the case would have if everything but
Python's own part cost nothing: nothing that is called once per operation can be faster.
"""

import importlib
import math
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from server import load

SUITE = Path(__file__).parent / "suite"
SECONDS, DELAY = 1.0, 600
PARTS = {"python": r"libpython|python3|_multiarray|_generator|_pcg64", "library": r"_legate", "libc": r"libc\.|libm\.|ld-linux|vdso"}


def child(file, size, package):
    """Runs a case for its time and prints its best."""
    program = load(file, importlib.import_module(package))
    data = program.initialize(*program.SIZES[size])
    package = importlib.import_module(package)
    data = tuple(package.array(part) if getattr(part, "shape", ()) else part for part in data)
    best, end = math.inf, time.perf_counter() + SECONDS + DELAY / 1000
    while time.perf_counter() < end:
        begin = time.perf_counter()
        program.kernel(*data)
        best = min(best, time.perf_counter() - begin)
    print(best)


def best(file, size, package, *wrapper):
    command = [*wrapper, sys.executable, __file__, "--child", str(file), size, package]
    process = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(process.stdout.split()[-1])


def shares(record):
    """The share of each part in a record of samples."""
    report = subprocess.run(
        ["perf", "report", "-i", record, "--sort", "dso", "--stdio"], capture_output=True, text=True, check=True
    )
    found = dict.fromkeys([*PARTS, "kernels"], 0.0)
    for share, name in re.findall(r"^ +([\d.]+)% +(\S+)", report.stdout, re.MULTILINE):
        part = next((part for part, pattern in PARTS.items() if re.search(pattern, name)), "kernels")
        found[part] += float(share) / 100
    return found


def cases(names):
    for file in sorted(SUITE.glob("*/*.py")):
        program = load(file, importlib.import_module("numpy"))
        for size, kind in program.CLASSES.items():
            if kind == "calls" and (not names or file.stem in names):
                yield file, size


def main(names):
    if not shutil.which("perf"):
        sys.exit("bounds: needs perf (apt package linux-perf)")
    print(f"{'case':30} {'NumPy':>9} {'ours':>9} {'speed':>6} {'python':>7} {'library':>8} {'libc':>5} {'kernels':>8} {'bound':>6}")
    speeds, bounds = [], []
    with tempfile.TemporaryDirectory() as folder:
        record = f"{folder}/perf.data"
        for file, size in cases(names):
            numpy = best(file, size, "numpy")
            ours = best(file, size, "cunumeric", "perf", "record", "-q", "-F", "2000", "-D", str(DELAY), "-o", record)
            part = shares(record)
            speeds.append(numpy / ours)
            bounds.append(speeds[-1] / part["python"])
            print(
                f"{file.stem + ' ' + size:30} {numpy * 1e6:9.1f} {ours * 1e6:9.1f} {speeds[-1]:6.2f}"
                + f" {part['python']:7.0%} {part['library']:8.0%} {part['libc']:5.0%} {part['kernels']:8.0%} {bounds[-1]:6.2f}",
                flush=True,
            )
    print(f"geometric means: speed {mean(speeds):.2f}, bound {mean(bounds):.2f}")


def mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


if __name__ == "__main__":
    child(*sys.argv[2:]) if sys.argv[1:2] == ["--child"] else main(sys.argv[1:])
