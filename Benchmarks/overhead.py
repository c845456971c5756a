"""What one call costs on small arrays, as a multiple of NumPy's time.

Forty and some common calls on 1 to 1,000 elements. Each statement runs some
hundred times in a loop; its result is dropped when the next one is there, as in
most programs. A call's row is the size at which it compares worst; one of the last rows
is the geometric mean over all calls and sizes.
"""

from math import exp, log

from measure import best_in_turns
from report import Row, cost

SECTION = "overhead"
SIZES = (1, 3, 8, 100, 1000)
STATEMENTS = {
    "a + b": "r = a + b",
    "a * 2.0": "r = a * 2.0",
    "-a": "r = -a",
    "a == b": "r = a == b",
    "a < b": "r = a < b",
    "a += b": "a += b",
    "a * b + 1": "r = a * b + 1",
    "a ** 2": "r = a ** 2",
    "abs(a)": "r = np.abs(a)",
    "sqrt": "r = np.sqrt(a)",
    "exp": "r = np.exp(z)",
    "minimum": "r = np.minimum(a, b)",
    "clip": "r = np.clip(a, 0.0, 4.0)",
    "where": "r = np.where(m, a, b)",
    "sum": "r = a.sum()",
    "mean": "r = a.mean()",
    "max": "r = a.max()",
    "argmax": "r = a.argmax()",
    "any": "r = np.any(m)",
    "all": "r = m.all()",
    "dot": "r = np.dot(a, b)",
    "norm": "r = np.linalg.norm(a)",
    "a[0]": "r = a[0]",
    "a[0] = 1.5": "a[0] = 1.5",
    "float(a[0])": "r = float(a[0])",
    "g[0, -1]": "r = g[0, -1]",
    "g[0, -1] = 1.5": "g[0, -1] = 1.5",
    "a[1:5]": "r = a[1:5]",
    "a[1:5] = b[1:5]": "a[1:5] = b[1:5]",
    "a[::-1]": "r = a[::-1]",
    "g[1:-1, :]": "r = g[1:-1, :]",
    "g[0, :] = 0": "g[0, :] = 0",
    "a[mask]": "r = a[m]",
    "a[index]": "r = a[k]",
    "reshape": "r = a.reshape(1, -1)",
    "g.T": "r = g.T",
    "copy": "r = a.copy()",
    "astype": "r = a.astype(np.float32)",
    "zeros": "r = np.zeros(n)",
    "zeros_like": "r = np.zeros_like(a)",
    "full": "r = np.full(n, 2.0)",
    "arange": "r = np.arange(n)",
    "linspace": "r = np.linspace(0.0, 1.0, n)",
    "concatenate": "r = np.concatenate((a, b))",
    "stack": "r = np.stack((a, b))",
    "roll": "r = np.roll(a, 1)",
    "shape": "r = a.shape",
    "len": "r = len(a)",
}
# Calls whose operands have a size of their own, or that only make sense on a few elements.
SINGLE = {
    "array([x, y, z])": "r = np.array([1.5, 2.5, 3.5])",
    "array of scalars": "r = np.array([v[0], v[1], v[2]])",
    "x, y, z = v": "x, y, z = v",
    "iteration, 8": "for r in w: pass",
    "tolist, 8": "r = w.tolist()",
    "M @ v, 3x3": "r = M @ v",
    "M @ M, 3x3": "r = M @ M",
    "cross": "r = np.cross(v, u)",
    "outer, 3": "r = np.outer(v, u)",
    "scalar + scalar": "r = s + t",
    "scalar * 2.0": "r = s * 2.0",
    "s * v": "r = s * v",
}
BATCH = 200


def body(package, wait, statement, n):
    source = (
        "def run():\n"
        "    global a\n"
        f"    for i in range({BATCH}):\n"
        f"        {statement}\n"
        "    wait()\n"
    )
    grid = package.arange(float(n)).reshape(1 if n < 4 else 2, -1)
    names = {
        "np": package,
        "wait": wait,
        "n": n,
        "a": package.arange(float(n)),
        "b": package.full(n, 0.5),
        "z": package.full(n, 0.25),
        "m": package.arange(n) % 2 == 0,
        "k": package.arange(n)[::-1].copy(),
        "g": grid,
        "v": package.array([1.0, 2.0, 3.0]),
        "u": package.array([0.5, 0.25, 4.0]),
        "w": package.arange(8.0),
        "M": package.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 10.0]]),
        "s": package.array([1.5])[0],
        "t": package.array([2.5])[0],
    }
    exec(source, names)
    return names["run"]


def ode_loop(np, wait):
    """Runge-Kutta steps of an oscillator on vectors of three."""
    rates = np.array([1.0, -0.5, 0.25])

    def derivative(s):
        return rates * s[::-1] - 0.1 * s

    def run():
        state = np.array([1.0, 0.5, 0.25])
        dt = 0.01
        for _ in range(50):
            k1 = derivative(state)
            k2 = derivative(state + 0.5 * dt * k1)
            k3 = derivative(state + 0.5 * dt * k2)
            k4 = derivative(state + dt * k3)
            state = state + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        return float(state[0])

    return run


def ratios_of(packages, statement, sizes, rounds):
    """For each size the times of one call, ours and NumPy's."""
    ours, theirs = packages
    for n in sizes:
        times = best_in_turns(body(*ours, statement, n), body(*theirs, statement, n), rounds, 0.001)
        yield n, times[0] / BATCH, times[1] / BATCH


def measure(packages, options):
    rounds = 8 if options.quick else 30
    ratios = []
    for what, statement in (STATEMENTS | SINGLE).items():
        sizes = SIZES if what in STATEMENTS else (3,)
        found = list(ratios_of(packages, statement, sizes, rounds))
        ratios += [seconds / theirs for _, seconds, theirs in found]
        # One row for a call: the size at which it compares worst.
        n, seconds, theirs = max(found, key=lambda times: times[1] / times[2])
        yield cost(SECTION, f"{what}, at {n}" if len(sizes) > 1 else what, seconds, theirs, 1.0)
    mean = exp(sum(log(ratio) for ratio in ratios) / len(ratios))
    yield Row(SECTION, f"geometric mean of {len(ratios)}", "", "", mean, "<= 0.6x time", mean <= 0.6)
    times = best_in_turns(*(ode_loop(*package) for package in packages), rounds, 0.003)
    yield cost(SECTION, "ODE loop, one step", times[0] / 50, times[1] / 50, 1.0)
