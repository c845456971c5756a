"""What recording costs: programs run in turns with and without it, in one process.

    bin/legate --cpus 2 Benchmarks/recording.py                  all programs
    bin/legate --cpus 2 Benchmarks/recording.py --rounds 9 ode   one of them, in more rounds

Of each pair the ratio is taken, so that a neighbour on the machine meets both; the median of all pairs
counts. Wall time is what a person waits, processor time what the recorder itself takes. The memory is
what the process has more at the end of all recorded rounds than before them: the files are mapped a
chunk at a time, so it must not grow with what is recorded.
"""

import argparse
import os
import statistics
import tempfile
import time

import cunumeric as np

import _legate


def stencil(size, rounds, every):
    """Heat on a plate; a value is read each so many rounds."""
    grid = np.zeros((size, size))
    grid[0] = 100.0

    def run():
        for step in range(rounds):
            around = grid[:-2, 1:-1] + grid[2:, 1:-1] + grid[1:-1, :-2] + grid[1:-1, 2:]
            grid[1:-1, 1:-1] = 0.25 * around
            if step % every == every - 1:
                float(grid[1, 1])

    return run


def ode(steps):
    """An equation with eight unknowns: all operations are small and run at once."""
    state = np.linspace(0.0, 1.0, 8)

    def run():
        y = state
        for _ in range(steps):
            y = y + 1e-3 * (0.5 - y) * y
        float(y[0])

    return run


PROGRAMS = {
    "stencil 2000 x 2000": (lambda: stencil(2000, 60, 20), 1.03),
    "stencil 600 x 600, a value each round": (lambda: stencil(600, 300, 1), 1.03),
    "ode, 8 elements": (lambda: ode(20_000), 1.10),
}


def resident():
    """Bytes of memory that the process has to itself."""
    with open("/proc/self/statm") as file:
        fields = file.read().split()
    return (int(fields[1]) - int(fields[2])) * os.sysconf("SC_PAGESIZE")


def timed(run):
    wall, processor = time.perf_counter(), time.process_time()
    run()
    _legate.wait()
    return time.perf_counter() - wall, time.process_time() - processor


def recorded(run, folder, k):
    _legate.start_trace(os.path.join(folder, f"round{k}"))
    try:
        return timed(run)
    finally:
        _legate.stop_trace(True)


def measured(run, rounds):
    """Medians of the ratios with and without recording, the memory that came, the bytes of one trace."""
    run()
    run()
    with tempfile.TemporaryDirectory() as folder:
        recorded(run, folder, 0)
        before, pairs = resident(), []
        for k in range(rounds):
            # Each comes first as often as the other.
            if k % 2:
                plain, traced = timed(run), recorded(run, folder, k)
            else:
                traced, plain = recorded(run, folder, k), timed(run)
            pairs.append((traced[0] / plain[0], traced[1] / plain[1]))
        growth = resident() - before
        size = os.path.getsize(os.path.join(folder, "round0_0.prof"))
    wall, processor = zip(*pairs)
    return statistics.median(wall), statistics.median(processor), growth, size


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("programs", nargs="*", help="words of names: " + ", ".join(PROGRAMS))
    options.add_argument("--rounds", type=int, default=15)
    options = options.parse_args()
    print(f"{_legate.workers()} workers, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'program':40} {'target':>7} {'wall':>7} {'cpu':>7} {'memory':>9} {'trace':>9}")
    for name, (make, target) in PROGRAMS.items():
        if options.programs and not any(word in name for word in options.programs):
            continue
        wall, processor, growth, size = measured(make(), options.rounds)
        print(
            f"{name:40} {target:7.2f} {wall:7.3f} {processor:7.3f} {growth / 2**20:6.1f} MB {size / 2**20:6.1f} MB",
            flush=True,
        )


if __name__ == "__main__":
    main()
