"""Times every mathematical function against NumPy's: nanoseconds per element at 1,000 and at 1,000,000 elements.

    python Benchmarks/function_speed.py                # one worker
    python Benchmarks/function_speed.py --cpus 2
    python Benchmarks/function_speed.py exp sin power  # some functions

Both are timed in turns, a call with a result array of its own each; trust the ratios.
"""

import argparse

import measure
import numpy
from functions import BINARY, TYPES, UNARY

SIZES = (1_000, 1_000_000)


def arguments(name, type, size):
    rng = numpy.random.default_rng(3)
    count = 1 if name in UNARY else 2
    low = 1.0 if name == "arccosh" else 0.1
    return [rng.uniform(low, low + 0.9, size).astype(type) for _ in range(count)]


def nanoseconds(ours, theirs, name, type, size, rounds):
    (np, wait), (reference, _) = ours, theirs
    x = arguments(name, type, size)
    mine = [np.array(operand) for operand in x]
    function, other = getattr(np, name), getattr(reference, name)
    repeats = max(1, 20_000 // size)

    def run():  # results are kept until the work is done: nothing of it is dead
        results = [function(*mine) for _ in range(repeats)]
        wait()
        return results

    def run_theirs():
        return [other(*x) for _ in range(repeats)]

    best = measure.best_in_turns(run, run_theirs, rounds)
    return [seconds / repeats / size * 1e9 for seconds in best]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("functions", nargs="*", help="names (default: all)")
    parser.add_argument("--cpus", type=int, default=1, help="workers (default: 1)")
    parser.add_argument("--rounds", type=int, default=7, help="turns; the best counts (default: 7)")
    options = parser.parse_args()
    measure.run_again_under_legate(options.cpus)
    packages = measure.packages()
    print(f"{'function':12}{'type':9}" + "".join(f"{size:>9,}: ours   NumPy  speed" for size in SIZES))
    for name in options.functions or UNARY + BINARY:
        for type in TYPES:
            line = f"{name:12}{numpy.dtype(type).name:9}"
            for size in SIZES:
                ours, theirs = nanoseconds(*packages, name, type, size, options.rounds)
                line += f"{ours:16.2f}{theirs:8.2f}{theirs / ours:7.1f}"
            print(line, flush=True)


main()
