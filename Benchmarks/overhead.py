"""What one call costs on 8 elements, as a multiple of NumPy's time.

Each statement runs some hundred times; results stay in a list until all issued
work is done.
"""

from measure import best_in_turns
from report import cost

SECTION = "overhead"
STATEMENTS = {
    "a + b": "keep[i] = a + b",
    "a += 1": "a += 1",
    "a.sum()": "keep[i] = a.sum()",
    "a[3:7]": "keep[i] = a[3:7]",
    "float(a[0])": "keep[i] = float(a[0])",
    "np.where(m, a, b)": "keep[i] = np.where(m, a, b)",
    "a * b + 1": "keep[i] = a * b + 1",
    "np.sqrt(a)": "keep[i] = np.sqrt(a)",
    "a[0] = 1.5": "a[0] = 1.5",
}
BATCH = 500


def body(package, wait, statement):
    source = (
        "def run():\n"
        "    global a\n"
        f"    keep = [None] * {BATCH}\n"
        f"    for i in range({BATCH}):\n"
        f"        {statement}\n"
        "    wait()\n"
    )
    names = {
        "np": package,
        "wait": wait,
        "a": package.arange(8.0),
        "b": package.ones(8),
        "m": package.arange(8) % 2 == 0,
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


def measure(packages, options):
    ours, theirs = packages
    rounds = 15 if options.quick else 60
    for what, statement in STATEMENTS.items():
        times = best_in_turns(body(*ours, statement), body(*theirs, statement), rounds, 0.003)
        yield cost(SECTION, what, times[0] / BATCH, times[1] / BATCH, 1.2)
    times = best_in_turns(ode_loop(*ours), ode_loop(*theirs), rounds, 0.003)
    yield cost(SECTION, "ODE loop, one step", times[0] / 50, times[1] / 50, 1.2)
