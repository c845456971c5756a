"""``legate calibrate``: measures this machine once, so that each way of doing work begins where it pays.

Each number is the size at which one of two ways overtakes the other: computed at once or recorded, one
worker or all, stores through the caches or past them. Both run in processes of their own, in turns, and
the best times count. The file that is written is read when a program starts; without it the defaults
serve. No result depends on these numbers. A quiet machine is needed, and half a minute.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time

#: What stands for "always" and "never" in a file.
ALWAYS, NEVER = 1, 1 << 50
#: How much faster the second way must be to count as faster.
CLEARLY = 0.97


class Crossing:
    """Where the way above a number overtakes the way below it: programs of several sizes, and what each counts as."""

    def __init__(self, name, unit, sizes, program, amount, fixed=()):
        self.name, self.unit, self.sizes = name, unit, sizes
        self.program, self.amount, self.fixed = program, amount, dict(fixed)

    def found(self, below, above):
        """The number, of best times below and above it at each size."""
        wins = [b * CLEARLY > a for b, a in zip(below, above)]
        first = len(wins)
        while first > 0 and wins[first - 1]:
            first -= 1
        if first == len(wins):
            return 2 * self.amount(self.sizes[-1])
        size = self.sizes[0] if first == 0 else math.sqrt(self.sizes[first - 1] * self.sizes[first])
        return self.amount(int(size))


def _three(np, n):
    return (np.arange(n) % 7 + 1.0, np.arange(n) % 5 + 2.0, np.arange(n) % 3 + 3.0)


def _chain(np, n):
    """Six operations and a value that the program reads: what a loop over small arrays does."""
    a, b, c = _three(np, n)

    def run():
        r = (a * b + c) * a
        r = (r - b) * c + a
        return float(r[0])

    return run


def _expression(np, n):
    """Four operations on each point, in one nest."""
    import _legate

    a, b, c = _three(np, n)
    out = np.empty(n)

    def run():
        out[:] = (a * b + c) * a - b
        _legate.wait()

    return run


def _update(np, n):
    """As little arithmetic as there is: memory decides."""
    import _legate

    a, b, c = _three(np, n)

    def run():
        c[:] = a * 0.5 + b
        _legate.wait()

    return run


def _stencil(np, n):
    import _legate

    side = math.isqrt(n)
    g = np.ones((side, side))

    def run():
        g[1:-1, 1:-1] = 0.25 * (g[:-2, 1:-1] + g[2:, 1:-1] + g[1:-1, :-2] + g[1:-1, 2:])
        _legate.wait()

    return run


def _work(n):
    """What `_expression` costs as `NestProgram.work` counts it: four operations and a turn of the loop for each element, and as
    many additions as bytes where the caches do not hold its four arrays (tested in `KernelTests/WorkTests`)."""
    moved = 4 * 8 * n
    return 5 * n + (moved if moved > 1 << 20 else 0)


def _bytes(n):
    return 8 * n


def _powers(first, last):
    return [1 << k for k in range(first, last + 1)]


CROSSINGS = [
    Crossing("immediate-points", "elements", [1024, 2048, 4096, 6144, 8192, 12288, 16384], _chain, int),
    Crossing("parallel-work", "operations", _powers(11, 18), _expression, _work, {"immediate-points": ALWAYS}),
    Crossing("streamed-bytes", "bytes", _powers(16, 22), _update, _bytes),
    Crossing("fetched-bytes", "bytes", _powers(16, 22), _stencil, _bytes),
]


# The child: the times of one crossing's programs with the numbers that LEGATE_COSTS names.


def _best(run, seconds):
    run()
    best, end = math.inf, time.perf_counter() + seconds
    while True:
        start = time.perf_counter()
        run()
        now = time.perf_counter()
        best = min(best, now - start)
        if now > end:
            return best


def _child(name, seconds):
    import cunumeric as np

    import _legate

    crossing = next(c for c in CROSSINGS if c.name == name)
    times = []
    for size in crossing.sizes:
        run = crossing.program(np, size)
        for _ in range(5):
            run()
        _legate.kernels(True)
        times.append(_best(run, seconds))
    print(json.dumps(times))


# The parent.


def _text(numbers, processor):
    lines = ["legate-costs 1", f"processor {processor}", *(f"{name} {value}" for name, value in numbers.items())]
    return "\n".join(lines) + "\n"


def _times(crossing, number, processor, seconds):
    with tempfile.NamedTemporaryFile("w", prefix="legate-costs-", suffix=".txt") as file:
        file.write(_text(crossing.fixed | {crossing.name: number}, processor))
        file.flush()
        words = [sys.executable, "-m", "legate.calibrate", "--child", crossing.name, "--seconds", str(seconds)]
        made = subprocess.run(words, env=os.environ | {"LEGATE_COSTS": file.name}, capture_output=True, text=True)
    if made.returncode != 0:
        raise RuntimeError(f"measuring {crossing.name} failed:\n{made.stderr.strip()}")
    return json.loads(made.stdout)


def measure(crossing, processor, turns, seconds):
    """The number of a crossing: both ways in turns, the best of each size."""
    below = above = [math.inf] * len(crossing.sizes)
    for _ in range(turns):
        below = list(map(min, below, _times(crossing, NEVER, processor, seconds)))
        above = list(map(min, above, _times(crossing, ALWAYS, processor, seconds)))
    return crossing.found(below, above)


def _write(path, text):
    folder = os.path.dirname(os.path.abspath(path))
    os.makedirs(folder, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix="draft.costs.", dir=folder)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


def _show(costs):
    source = costs["file"] if costs["is_measured"] else "the defaults"
    print(f"legate: {costs['processor']}; numbers from {source}")
    for name, value in costs["values"].items():
        note = "" if value == costs["defaults"][name] else f"   (default {costs['defaults'][name]:,})"
        print(f"  {name:18}{value:>14,}{note}")


def parser():
    made = argparse.ArgumentParser(prog="legate calibrate", description=__doc__.split("\n")[0], allow_abbrev=False)
    made.add_argument("--show", action="store_true", help="print the numbers in use, and measure nothing")
    made.add_argument("--file", metavar="FILE", help="where to write (default: LEGATE_COSTS, else beside the kernels)")
    made.add_argument("--turns", type=int, default=3, metavar="N", help="processes for each way (default: 3)")
    made.add_argument("--child", choices=[c.name for c in CROSSINGS], help=argparse.SUPPRESS)
    made.add_argument("--seconds", type=float, default=0.1, help=argparse.SUPPRESS)
    return made


def main(arguments=None):
    options = parser().parse_args(arguments)
    if options.child:
        return _child(options.child, options.seconds)
    if options.turns < 1:
        parser().error(f"argument --turns: the value {options.turns} is not allowed; at least 1")
    import _legate

    costs = _legate.costs()
    if options.show:
        return _show(costs)
    path = options.file or costs["file"]
    if not path:
        print("legate: no folder to write to (LEGATE_COSTS or LEGATE_CACHE_DIR is none); use --file", file=sys.stderr)
        return 1
    try:  # before half a minute is spent
        _write(path, _text(costs["values"], costs["processor"]))
    except OSError as error:
        print(f"legate: {path} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    numbers = {}
    for crossing in CROSSINGS:
        if crossing.name == "parallel-work" and _legate.workers() == 1:
            continue
        numbers[crossing.name] = measure(crossing, costs["processor"], options.turns, options.seconds)
        default = costs["defaults"][crossing.name]
        print(f"  {crossing.name:18}{numbers[crossing.name]:>14,} {crossing.unit}   (default {default:,})", flush=True)
    _write(path, _text(numbers, costs["processor"]))
    print(f"legate: written to {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
