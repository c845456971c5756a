"""The commonest calls of NumPy's, on 1 to 1,000 elements: which of them cost more here than there.

    python Benchmarks/run.py calls                # prints all of them, a row for each

Unlike `overhead`, which looks at some calls closely, this list is wide: creation, indexing, arithmetic,
functions, reductions, shapes, linear algebra, sorting and sets, random numbers, text and attributes. A
call's row is the size at which it compares worst; the last rows say how many are slower than NumPy's, and
the geometric mean. Calls without native code run through NumPy itself, with their operands converted.
"""

import warnings
from itertools import repeat
from math import exp, log

from measure import best_in_turns
from report import Row, cost

SECTION = "calls"
SIZES = (1, 10, 100, 1000)
BATCH = 100
SETUP = """
a = np.arange(float(n)) + 1.0
b = np.full(n, 0.5)
m = np.arange(n) % 2 == 0
k = np.arange(n)[::-1].copy()
i = np.arange(n)
f = a.astype(np.float32)
q = a + 1j * b
o, x, c = np.zeros(n), np.zeros(n), np.zeros(2 * n)
g = np.arange(4.0 * n).reshape(4, n)
s, z = a[0], np.array(1.5)
v = np.array([1.0, 2.0, 3.0])
M = np.eye(3) + 1.0
L = [1.0] * n
rng = np.random.default_rng(1)
"""
# Alternatives to a plain expression are whole statements. Separated by bars.
FAMILIES = {
    "creation": """np.array([1.0, 2.0, 3.0]) | np.array(L) | np.array(a) | np.asarray(a) | np.asarray(L) |
        np.ascontiguousarray(a) | np.zeros(n) | np.zeros((2, n)) | np.ones(n) | np.empty(n) | np.full(n, 2.5) |
        np.zeros_like(a) | np.ones_like(a) | np.empty_like(a) | np.arange(n) | np.linspace(0.0, 1.0, n) | np.eye(3) |
        np.diag(v) | np.meshgrid(v, v) | a.copy() | np.copy(a) | np.tile(v, 3) | np.repeat(a, 2)""",
    "indexing": """a[0] | a[-1] | a[:] | a[1:] | a[::2] | a[::-1] | a[None] | a[:, None] | g[0] | g[:, 0] | g[1, 0] |
        g[1:3] | a[k] | a[m] | a.take(k) | a.item(0) | np.where(m) | np.where(m, a, 0.0) | np.nonzero(m) | m.nonzero() |
        np.flatnonzero(m) | np.argwhere(m) | np.diagonal(M) | o[0] = 1.5 | o[1:] = b[1:] | o[m] = 0.0 | o[k] = b |
        g[0] = 0.0 | g[:, 0] = 1.0 | o[:] = b | g[1, 0] = 2.0""",
    "arithmetic": """a + b | a - b | a * b | a / b | a // b | a % b | a**2 | a**0.5 | -a | abs(a) | a + 1 | 1 / a | a < b |
        a == b | a != 0 | m & m | ~m | i + k | i // 2 | f * 2.0 | a + i | q * q | s + s | s * a | s < 1 | s < 1.0 | s == s |
        -s | s**2 | z + 1 | z < 1 | s / 2 | 1.0 - s | o += b | o *= 2.0""",
    "functions": """np.add(a, b) | np.add(a, b, out=o) | np.add(a, b, out=c[::2]) | np.sqrt(a) | np.exp(b) | np.log(a) |
        np.sin(b) | np.tanh(b) | np.arctan2(a, b) | np.hypot(a, b) | np.maximum(a, b) | np.minimum(a, 1.0) |
        np.maximum(s, 1.0) | np.sqrt(s) | np.sqrt(2.0) | np.abs(a) | np.sign(a) | np.floor(a) | np.round(a, 2) |
        np.clip(a, 0.0, 1.0) | np.isnan(a) | np.isfinite(a) | np.isclose(a, b) | np.allclose(a, a) | np.array_equal(a, a) |
        np.logical_and(m, m) | np.square(a) | np.interp(a, v, v) | np.add.reduce(a) | np.add.accumulate(a) |
        np.copyto(o, b) | np.copyto(o, b, where=m)""",
    "reductions": """a.sum() | np.sum(a) | g.sum(axis=0) | g.sum(axis=1) | a.mean() | g.mean(axis=0) | a.std() | a.var() |
        a.min() | np.max(a) | g.max(axis=1) | a.argmin() | g.argmax(axis=1) | a.prod() | np.cumsum(a) | np.any(m) | m.all() |
        m.sum() | np.count_nonzero(m) | np.ptp(a) | np.median(a) | np.percentile(a, 50) | np.average(a) | np.nansum(a) |
        np.diff(a) | np.bincount(i) | np.histogram(a) | np.convolve(a, v) | i.sum()""",
    "shapes": """a.reshape(1, -1) | g.T | g.transpose(1, 0) | g.swapaxes(0, 1) | np.moveaxis(g, 0, 1) | np.expand_dims(a, 0) |
        g.flatten() | g.ravel() | np.concatenate((a, b)) | np.stack((a, b)) | np.vstack((a, b)) | np.hstack((a, b)) |
        np.column_stack((a, b)) | np.split(c, 2) | np.roll(a, 1) | np.flip(a) | np.pad(a, 1) | np.append(a, 1.0) |
        np.insert(a, 0, 1.0) | np.delete(a, 0) | np.broadcast_to(a, (3, n)) | np.atleast_2d(a) | a.astype(np.float32) |
        a.astype(int) | a.view(np.int64) | a.tolist() | o.fill(1.0)""",
    "linear algebra": """np.dot(a, b) | a @ b | M @ v | M @ M | np.inner(a, b) | np.outer(v, v) | np.cross(v, v) | np.trace(M) |
        np.linalg.norm(a) | np.linalg.inv(M) | np.linalg.det(M) | np.linalg.solve(M, v) | np.linalg.eigh(M) |
        np.linalg.svd(M) | np.linalg.qr(M) | np.einsum("ij,j->i", M, v) | np.fft.fft(a)""",
    "sorting and sets": """np.sort(a) | a.argsort() | np.unique(i) | np.isin(i, k) | np.intersect1d(i, k) | np.union1d(i, k) |
        np.searchsorted(a, 3.0) | np.searchsorted(a, a) | np.lexsort((a, b)) | np.partition(a, 0)""",
    "random numbers": """np.random.rand(n) | np.random.randn(n) | np.random.randint(0, 9, n) | np.random.random() |
        rng.random(n) | rng.random() | rng.normal(size=n) | rng.integers(0, 9, n) | rng.integers(9) | rng.uniform(0, 1, n) |
        rng.choice(i) | rng.permutation(i) | rng.shuffle(x)""",
    "text": """str(s) | repr(s) | f"{s:.3f}" | f"{s}" | str(v) | repr(v)""",
    "attributes": """a.shape | a.ndim | a.size | a.dtype | len(a) | a.nbytes | a.strides | a.T | q.real | q.imag | a.base |
        np.shape(a) | np.ndim(a) | isinstance(a, np.ndarray) | a.dtype == np.float64 | np.result_type(a, i) |
        np.can_cast(np.int32, np.float64) | float(s) | int(s) | bool(s) | hash(s) | list(v) | sum(v) | for y in v: pass""",
}


def statements():
    """(family, call) of the whole list."""
    for family, text in FAMILIES.items():
        for call in text.split(" | "):
            for part in call.split(" |\n"):
                yield family, part.strip()


def body(package, wait, call, n):
    is_statement = call.startswith("for ") or call.split("(")[0].partition(" = ")[1] or "+= " in call or "*= " in call
    source = f"def run():\n    global o\n    for _ in rounds():\n        {'' if is_statement else 'r = '}{call}\n    wait()\n"
    names = {"np": package, "n": n, "wait": wait, "rounds": lambda: repeat(None, BATCH)}
    exec(SETUP + source, names)
    return names["run"]


def measure(packages, options):
    rounds = 5 if options.quick else 15
    ratios = []
    slower = 0
    for family, call in statements():
        found = []
        for n in SIZES:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Of calls that run through NumPy, and of dividing by zero.
                bodies = [body(*package, call, n) for package in packages]
                found.append((n, *(seconds / BATCH for seconds in best_in_turns(*bodies, rounds, 0.0003))))
        ratios += [ours / theirs for _, ours, theirs in found]
        n, ours, theirs = max(found, key=lambda times: times[1] / times[2])
        slower += ours > theirs
        yield cost(SECTION, f"{family}: {call}, at {n}", ours, theirs, 1.0)
    yield Row(SECTION, "calls slower at some size", str(slower), str(len(ratios) // len(SIZES)), None, "0", not slower)
    mean = exp(sum(map(log, ratios)) / len(ratios))
    yield Row(SECTION, f"geometric mean of {len(ratios)}", "", "", mean, "<= 0.6x time", mean <= 0.6)
