"""Every example against NumPy: compute time as printed, and peak memory.

Each run is a process of its own, the packages in turns.
"""

import re

from measure import ROOT, legate_words, numpy_words, successful_child
from report import failure, memory, speed

# What to run besides the defaults of each example.
ARGUMENTS = {
    "stencil": ["-n 2000 -i 40"],
    "black_scholes": ["", "--precision 32"],
    "cfd": ["-n 41", "-n 401 -i 4"],
    "cg": ["", "-n 40 --dense -i 50"],
    "kmeans": ["-i 10"],
    "gemm": ["", "--precision 32"],
}
ELAPSED = re.compile(r"Elapsed Time: ([\d.]+) ms")


def cases():
    for path in sorted((ROOT / "Examples").glob("*.py")):
        if path.name != "common.py":
            for arguments in ARGUMENTS.get(path.stem, [""]):
                yield path, arguments


def best_runs(path, arguments, options):
    """For ours and NumPy: the best seconds and the least peak of some runs, the more the shorter they are."""
    commands = [
        legate_words(options.cpus, path, *arguments.split()),
        numpy_words(path, "--package", "numpy", *arguments.split()),
    ]
    best = [[float("inf")] * 2 for _ in commands]
    rounds = 0
    while rounds < (1 if options.quick else 3) or (not options.quick and rounds < 10 and rounds * best[1][0] < 1):
        rounds += 1
        for place, words in enumerate(commands):
            result = successful_child(words)
            seconds = float(ELAPSED.search(result["error"]).group(1)) / 1e3
            best[place] = [min(best[place][0], seconds), min(best[place][1], result["peak"])]
    return best


def measure(options, wanted):
    """Rows for "examples" (time) and "memory" (peak), whichever are wanted."""
    for path, arguments in cases():
        what = f"{path.stem} {arguments}".strip()
        try:
            ours, numpy = best_runs(path, arguments, options)
        except (RuntimeError, AttributeError) as error:
            yield failure("examples", what, str(error))
            continue
        if "examples" in wanted:
            yield speed("examples", what, ours[0], numpy[0], 1.0)
        if "memory" in wanted:
            yield memory("memory", what, ours[1], numpy[1], 1.2)
