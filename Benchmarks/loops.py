"""Long programs in constant memory: many operations, deep chains, large arrays.

Each is a small program run in a process of its own, under `legate` and, where
a comparison says something, under NumPy.
"""

from measure import legate_words, numpy_words, successful_child
from report import bytes_text, failure, limit, memory

SECTION = "memory"

GROWTH = """
import sys
if sys.argv[1:] == ["numpy"]:
    import numpy as np
else:
    import cunumeric as np

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1024

def rounds(count):
    a, b = np.arange(8.0), np.ones(8)
    for i in range(count):
        {statement}
    return float(a[0])

rounds(50_000)
before = peak()
rounds(1_000_000)
print(peak() - before)
"""

OPERATIONS = {
    "growth in 1e6 operations": "a = b + i",
    "growth in 1e6 in-place operations": "a += b",
    "growth in 1e6 slice updates": "a[1:] += b[:-1]",
}

CHAIN = """
import cunumeric as np
x = np.zeros(64)
for _ in range(1_000_000):
    x = x + 1
assert float(x[5]) == 1_000_000, x[5]
deep = np.zeros(64)
for _ in range(1_000_000):
    deep = deep * 0.5
del deep
"""

LARGE = """
import sys
if sys.argv[1:] == ["numpy"]:
    import numpy as np
else:
    import cunumeric as np
n = 25_000_000
a = np.ones(n)
b = np.full(n, 2.0)
for _ in range(200):
    c = a * 0.5 + b
    a, b = b, c
print(float(a[0]))
"""


def measure(options):
    for what, statement in OPERATIONS.items():
        try:
            words = legate_words(options.cpus, "-c", GROWTH.format(statement=statement))
            grown = int(successful_child(words)["output"])
            yield limit(SECTION, what, grown, 16 * 2**20, bytes_text)
        except RuntimeError as error:
            yield failure(SECTION, what, str(error))
    try:
        peak = successful_child(legate_words(options.cpus, "-c", CHAIN))["peak"]
        yield limit(SECTION, "peak, chain of 1e6 operations", peak, 256 * 2**20, bytes_text)
    except RuntimeError as error:
        yield failure(SECTION, "chain of 1e6 operations", str(error))
    if options.quick:
        return
    what = "200 steps, 200 MB arrays of 2 GB"
    try:
        words = legate_words(options.cpus, "--sysmem", "2000", "-c", LARGE)
        peaks = successful_child(words)["peak"], successful_child(
            numpy_words("-c", LARGE, "numpy")
        )["peak"]
        yield memory(SECTION, what, *peaks, 1.2)
    except RuntimeError as error:
        yield failure(SECTION, what, str(error))
