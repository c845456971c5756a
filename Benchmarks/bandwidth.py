"""How fast this machine reads memory, as NumPy sees it: the bound of every large reduction.

One NumPy process sums an array that fits no cache, then as many at once as there
are workers; what these read together is what all cores can read. Our own sum
over all workers stands beside it.
"""

import subprocess
import sys

from measure import ROOT, legate_words
from report import Row

SECTION = "bandwidth"
ELEMENTS = 10**7

READER = f"""
import sys, time
import numpy as np
a = np.ones({ELEMENTS})
a.sum()
print("ready", flush=True)
sys.stdin.readline()
end = time.perf_counter() + float(sys.argv[1])
count, start = 0, time.perf_counter()
while time.perf_counter() < end:
    a.sum()
    count += 1
print(count * a.nbytes / (time.perf_counter() - start))
"""

OURS = f"""
import time
import cunumeric as np
a = np.ones({ELEMENTS})
best = float("inf")
for _ in range(40):
    start = time.perf_counter()
    float(a.sum())
    best = min(best, time.perf_counter() - start)
print(a.nbytes / best)
"""


def rate_of_readers(count, seconds):
    """Bytes per second that `count` NumPy processes read together."""
    words = [sys.executable, "-c", READER, str(seconds)]
    settings = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    readers = [subprocess.Popen(words, **settings) for _ in range(count)]
    for reader in readers:
        reader.stdout.readline()
    for reader in readers:
        reader.stdin.write("\n")
        reader.stdin.flush()
    return sum(float(reader.communicate()[0]) for reader in readers)


def our_rate(cpus):
    result = subprocess.run(
        [*legate_words(cpus, "-c", OURS)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return float(result.stdout)


def text(rate):
    return f"{rate / 1e9:.1f} GB/s"


def measure(options):
    seconds, rounds = (0.2, 1) if options.quick else (0.4, 3)
    one = max(rate_of_readers(1, seconds) for _ in range(rounds))
    together = max(rate_of_readers(options.cpus, seconds) for _ in range(rounds))
    ours = max(our_rate(options.cpus) for _ in range(rounds))
    yield Row(SECTION, "one NumPy process reads", "", text(one), None, "", True)
    what = f"sum on {options.cpus} workers, {options.cpus} NumPys at once"
    yield Row(SECTION, what, text(ours), text(together), ours / together, ">= 0.9x rate", ours >= 0.9 * together)
