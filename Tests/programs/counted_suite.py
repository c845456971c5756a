"""Counts what the second call of every program of the suite does, at its smallest size.

Prints a line per program. Small arrays are recorded, too (`LEGATE_IMMEDIATE_SIZE=0` is set by who starts
this), so that the counts show what is fused, dropped and replayed.
"""

import sys
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Benchmarks"))

import _legate  # noqa: E402
import cunumeric  # noqa: E402
import numpy  # noqa: E402
from server import load  # noqa: E402

COUNTED = {
    "launches": "launches",
    "dropped": "eliminatedLaunches",
    "kernels": "kernels",
    "tasks": "opaqueTasks",
    "windows": "windows",
    "replayed": "replays",
    "read": "bytesRead",
    "written": "bytesWritten",
    "allocations": "allocations",
}


def call(program, data):
    words = [cunumeric.array(x) if isinstance(x, numpy.ndarray) else x for x in data]
    before = _legate.counts()
    result = program.kernel(*words)
    after = _legate.counts()
    return result, {label: after[name] - before[name] for label, name in COUNTED.items()}


def main(chosen):
    warnings.simplefilter("ignore")
    for path in sorted((ROOT / "Benchmarks" / "suite").glob("*/*.py")):
        name = f"{path.parent.name}/{path.stem}"
        if chosen and not any(word in name for word in chosen):
            continue
        arguments = load(str(path), numpy).SIZES["tiny"]
        data = load(str(path), numpy).initialize(*arguments)
        program = load(str(path), cunumeric)
        call(program, data)
        _, counts = call(program, data)
        print(f"{name}: " + ", ".join(f"{value} {label}" for label, value in counts.items()))


if __name__ == "__main__":
    main(sys.argv[1:])
