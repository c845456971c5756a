"""What compiled kernels cost: time per kernel by libLLVM and from the disk, and peak memory.

    python Benchmarks/compiling.py [--cpus N] [--rounds N]

Each program runs in processes of its own: interpreted, compiled into an empty cache, and
from that cache. "first" holds the start of the compiling process and the loading of
libLLVM, "further" is the mean of the other kernels; both are times on the background thread, which the
program does not wait for unless LEGATE_TIER=1 is set, as here. Memory is the program's
own process; the last line tells what the process that compiles takes.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time

import measure

BEGIN = """
import json, os, sys
import _legate
import cunumeric as np
n = 100_000
x = np.linspace(0.5, 2.0, n)
y = np.linspace(1.0, 3.0, n)
g = np.linspace(0.0, 1.0, n).reshape(250, 400)
b = np.array(g)
"""
END = """
print(json.dumps(_legate.kernels(True)))
"""
PROGRAMS = {
    "chain": "r = x*2 + y*3 - x/2; float(r[5])",
    "stencil": "b[1:-1, 1:-1] = 0.2*(g[1:-1, 1:-1] + g[:-2, 1:-1] + g[2:, 1:-1] + g[1:-1, :-2] + g[1:-1, 2:]); float(b[1, 1])",
    "mean, variance": "float(x.mean()); float(x.var()); float(g.sum(axis=0)[0]); float(g.sum(axis=1)[0])",
    "exp, log, sqrt": "r = np.exp(-x) * np.log(y) / np.sqrt(x + y); float(r[5])",
    "twenty chains": "\n".join(f"r = {' + '.join(['x*y', 'x/y', 'x-y', 'y'][: 1 + k % 4] + ['y*y', 'x*x', 'x+y', 'y+1', 'x+1'][: 1 + k // 4])} + x*{k}\nfloat(r[5])" for k in range(20)),
}


def run(body, cpus, **settings):
    """The state of the kernels, and the peak memory in bytes."""
    os.environ.update(settings)
    result = measure.successful_child(measure.legate_words(cpus, "-c", BEGIN + body + END))
    return json.loads(result["output"].splitlines()[-1]), result["peak"]


def milliseconds(state):
    """Of the longest kernel, which is the first, and of the mean of the others."""
    count = state["compiled"] + state["from_disk"]
    rest = (state["nanoseconds"] - state["longest_nanoseconds"]) / max(1, count - 1)
    return state["longest_nanoseconds"] / 1e6, rest / 1e6


def row(*cells):
    print(f"{cells[0]:<16}" + "".join(f"{cell:>12}" for cell in cells[1:]), flush=True)


def compiling_process(cpus):
    """The resident and the unshared memory of a compiling process after one kernel, in MB."""
    program = BEGIN + PROGRAMS["chain"] + END + "sys.stdout.flush(); sys.stdin.read()"
    process = subprocess.Popen(
        [str(word) for word in measure.legate_words(cpus, "-c", program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        process.stdout.readline()
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                words = open(f"/proc/{name}/cmdline").read().split("\0")
                if not words[0].endswith("legate-compiler") or "--serve" not in words:
                    continue
                lines = open(f"/proc/{name}/smaps_rollup").read().splitlines()
                status = open(f"/proc/{name}/status").read().splitlines()
            except OSError:
                continue
            parts = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines[1:]}
            peak = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
            return peak, parts["Private_Dirty"]
    finally:
        process.stdin.close()
        process.wait()
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cpus", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print("times in ms, memory in MB; the shortest and the smallest of", options.rounds, "rounds")
    row("", "kernels", "first", "further", "from disk", "tier 0", "compiled", "from disk")
    for name, body in PROGRAMS.items():
        rounds = []
        for _ in range(options.rounds):
            with tempfile.TemporaryDirectory() as folder:
                _, plain = run(body, options.cpus, LEGATE_TIER="0", LEGATE_CACHE_DIR=folder)
                fresh, compiled = run(body, options.cpus, LEGATE_TIER="1")
                kept, loaded = run(body, options.cpus, LEGATE_TIER="1")
            count = max(1, kept["from_disk"])
            times = (*milliseconds(fresh), kept["nanoseconds"] / 1e6 / count)
            rounds.append((*times, *(size / 2**20 for size in (plain, compiled, loaded))))
        best = [min(column) for column in zip(*rounds)]
        row(name, fresh["compiled"], *(f"{value:.2f}" for value in best[:3]), *(f"{value:.1f}" for value in best[3:]))
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(LEGATE_TIER="1", LEGATE_CACHE_DIR=folder)
        time.sleep(0.5)
        memory = compiling_process(options.cpus)
    if memory:
        print(f"the compiling process: peak {memory[0]:.1f} MB, of which {memory[1]:.1f} MB are its own")
    else:
        print("no compiling process was found: libLLVM is absent, or kernels are compiled in the program's process")


if __name__ == "__main__":
    main()
