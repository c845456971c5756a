"""Loops of many small calls: what a program pays that works on little data for long.

Stencils on grids of 41x41 and 51x51 points with their boundary rows, differential
equations on three numbers, loops over single elements; each against NumPy. Then
the smallest task that pays: Task Bench's stencil pattern, in which every column
of a step reads its three neighbours of the step before; the time of one task at
which half of the best throughput is reached. Last, how soon a loop is steady.
"""

import time

from measure import best_in_turns
from report import Row, cost, speed, time_text

SECTION = "small"


def cavity(np):
    """Flow in a cavity with a moving lid: 2 steps of 50 pressure iterations."""
    n = 41
    dx = dy = 2.0 / (n - 1)
    rho, nu, dt = 1.0, 0.1, 0.001
    u, v, p, b = (np.zeros((n, n)) for _ in range(4))
    for _ in range(2):
        un, vn = u.copy(), v.copy()
        b[1:-1, 1:-1] = rho * (
            1 / dt * ((u[1:-1, 2:] - u[1:-1, :-2]) / (2 * dx) + (v[2:, 1:-1] - v[:-2, 1:-1]) / (2 * dy))
            - ((u[1:-1, 2:] - u[1:-1, :-2]) / (2 * dx)) ** 2
            - 2 * ((u[2:, 1:-1] - u[:-2, 1:-1]) / (2 * dy) * (v[1:-1, 2:] - v[1:-1, :-2]) / (2 * dx))
            - ((v[2:, 1:-1] - v[:-2, 1:-1]) / (2 * dy)) ** 2
        )
        for _ in range(50):
            pn = p.copy()
            p[1:-1, 1:-1] = (
                (pn[1:-1, 2:] + pn[1:-1, :-2]) * dy**2 + (pn[2:, 1:-1] + pn[:-2, 1:-1]) * dx**2
            ) / (2 * (dx**2 + dy**2)) - dx**2 * dy**2 / (2 * (dx**2 + dy**2)) * b[1:-1, 1:-1]
            p[:, -1] = p[:, -2]
            p[0, :] = p[1, :]
            p[:, 0] = p[:, 1]
            p[-1, :] = 0
        for w, wn, pressure in (
            (u, un, dt / (2 * rho * dx) * (p[1:-1, 2:] - p[1:-1, :-2])),
            (v, vn, dt / (2 * rho * dy) * (p[2:, 1:-1] - p[:-2, 1:-1])),
        ):
            w[1:-1, 1:-1] = (
                wn[1:-1, 1:-1]
                - un[1:-1, 1:-1] * dt / dx * (wn[1:-1, 1:-1] - wn[1:-1, :-2])
                - vn[1:-1, 1:-1] * dt / dy * (wn[1:-1, 1:-1] - wn[:-2, 1:-1])
                - pressure
                + nu
                * (
                    dt / dx**2 * (wn[1:-1, 2:] - 2 * wn[1:-1, 1:-1] + wn[1:-1, :-2])
                    + dt / dy**2 * (wn[2:, 1:-1] - 2 * wn[1:-1, 1:-1] + wn[:-2, 1:-1])
                )
            )
        u[0, :], u[:, 0], u[:, -1], u[-1, :] = 0, 0, 0, 1
        v[0, :], v[-1, :], v[:, 0], v[:, -1] = 0, 0, 0, 0
    return float(u.sum() + v.sum() + p.sum())


def laplace(np):
    """100 sweeps of Laplace's equation on 51x51 points."""
    u = np.zeros((51, 51))
    u[0, :] = 1.0
    for _ in range(100):
        u[1:-1, 1:-1] = 0.25 * (u[1:-1, :-2] + u[1:-1, 2:] + u[:-2, 1:-1] + u[2:, 1:-1])
    return float(u.sum())


def laplace_until(np):
    """The same with the change of each sweep measured."""
    u = np.zeros((51, 51))
    u[0, :] = 1.0
    for _ in range(60):
        old = u.copy()
        u[1:-1, 1:-1] = 0.25 * (u[1:-1, :-2] + u[1:-1, 2:] + u[:-2, 1:-1] + u[2:, 1:-1])
        if np.sqrt(((u - old) ** 2).sum()) < 1e-9:
            break
    return float(u.sum())


def lorenz_numbers(np):
    """500 steps of the Lorenz system on single elements of three arrays."""
    x, y, z = np.empty(501), np.empty(501), np.empty(501)
    x[0], y[0], z[0] = 0.0, 1.0, 1.05
    for i in range(500):
        dx, dy, dz = 10 * (y[i] - x[i]), 28 * x[i] - y[i] - x[i] * z[i], x[i] * y[i] - 2.667 * z[i]
        x[i + 1], y[i + 1], z[i + 1] = x[i] + dx * 0.01, y[i] + dy * 0.01, z[i] + dz * 0.01
    return float(x[-1] + y[-1] + z[-1])


def lorenz_vectors(np):
    """The same on vectors of three."""

    def rates(state):
        x, y, z = state
        return np.array([10 * (y - x), 28 * x - y - x * z, x * y - 2.667 * z])

    states = np.empty((501, 3))
    states[0] = (0.0, 1.0, 1.05)
    for i in range(500):
        states[i + 1] = states[i] + rates(states[i]) * 0.01
    return float(states[-1].sum())


def oscillator(np):
    """100 Runge-Kutta steps on vectors of three."""
    rates = np.array([1.0, -0.5, 0.25])

    def derivative(s):
        return rates * s[::-1] - 0.1 * s

    state, dt = np.array([1.0, 0.5, 0.25]), 0.01
    for _ in range(100):
        k1 = derivative(state)
        k2 = derivative(state + 0.5 * dt * k1)
        k3 = derivative(state + 0.5 * dt * k2)
        k4 = derivative(state + dt * k3)
        state = state + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return float(state[0])


def rows(np):
    """Gauss-Seidel by rows on 41x41 points."""
    a = np.ones((41, 41))
    a[0, :] = 2.0
    for _ in range(3):
        for i in range(1, 40):
            a[i, 1:-1] += (
                a[i - 1, :-2] + a[i - 1, 1:-1] + a[i - 1, 2:] + a[i, 2:]
                + a[i + 1, :-2] + a[i + 1, 1:-1] + a[i + 1, 2:]
            )
            a[i, 1:-1] /= 9.0
    return float(a.sum())


def elements(np):
    """A recurrence over single elements of a vector and of a grid."""
    a, g = np.zeros(500), np.zeros((30, 30))
    for i in range(1, 500):
        a[i] = a[i - 1] * 0.5 + i
    for i in range(1, 30):
        for j in range(1, 30):
            g[i, j] = g[i - 1, j] * 0.5 + g[i, j - 1] * 0.25 + 1.0
    return float(a[-1] + g[-1, -1])


def vectors(np):
    """A damped oscillator on 4,096 points."""
    x, v = np.linspace(0.0, 1.0, 4096), np.zeros(4096)
    for _ in range(50):
        v = v + (-x * 2.0 - v * 0.1) * 0.01
        x = x + v * 0.01
    return float(x.sum())


PROGRAMS = {
    "cavity flow, 41x41": (cavity, 2.0),
    "Laplace, 51x51": (laplace, 2.0),
    "Laplace, 51x51, with its change": (laplace_until, 2.0),
    "Lorenz, numbers": (lorenz_numbers, 2.0),
    "Lorenz, vectors of 3": (lorenz_vectors, 2.0),
    "Runge-Kutta, vectors of 3": (oscillator, 2.0),
    "Gauss-Seidel by rows, 41x41": (rows, 2.0),
    "loops over elements": (elements, 1.0),
    "oscillator, 4,096 points": (vectors, 2.0),
}


def stencil(np, wait, length, columns=8, steps=24):
    """The seconds of one task in Task Bench's stencil pattern, each task on `length` points."""
    state = [np.full(length, float(c)) for c in range(columns)]
    best = float("inf")
    for _ in range(12):
        now = state
        start = time.perf_counter()
        for _ in range(steps):
            now = [
                (now[max(c - 1, 0)] + now[c] + now[min(c + 1, columns - 1)]) * 0.333
                for c in range(columns)
            ]
        wait()
        best = min(best, (time.perf_counter() - start) / (steps * columns))
    return best


def smallest_task(np, wait):
    """The time of a task at which half of the best throughput is reached, and its length."""
    lengths = [round(2 ** (k / 4)) for k in range(16, 65)]
    times = [stencil(np, wait, length) for length in lengths]
    peak = max(length / seconds for length, seconds in zip(lengths, times))
    for length, seconds in zip(lengths, times):
        if length / seconds >= peak / 2:
            return seconds, length
    return times[-1], lengths[-1]


def first_iterations(np, wait):
    """The third iteration of a loop as a multiple of the best of the later ones."""

    def iteration(u):
        u[1:-1, 1:-1] = 0.25 * (u[1:-1, :-2] + u[1:-1, 2:] + u[:-2, 1:-1] + u[2:, 1:-1])
        wait()

    third, later = [], []
    for n in range(200, 216):
        u = np.ones((n, n))
        for k in range(12):
            start = time.perf_counter()
            iteration(u)
            seconds = time.perf_counter() - start
            if k >= 2:
                (third if k == 2 else later).append(seconds)
    return sorted(third)[len(third) // 2], sorted(later)[len(later) // 2]


def measure(packages, options):
    (ours, wait), (numpy, _) = packages
    rounds = 5 if options.quick else 25
    for what, (program, least) in PROGRAMS.items():
        results = program(ours), program(numpy)
        if results[0] != results[1]:
            raise RuntimeError(f"{what}: {results[0]} is not NumPy's {results[1]}")
        times = best_in_turns(lambda: program(ours), lambda: program(numpy), rounds, 0.005)
        yield speed(SECTION, what, *times, least)
    seconds, length = smallest_task(ours, wait)
    theirs, _ = smallest_task(numpy, lambda: None)
    yield Row(
        SECTION, f"smallest task, at {length} points", time_text(seconds), time_text(theirs),
        seconds / theirs, "< 2 us", seconds < 2e-6,
    )
    yield cost(SECTION, "third iteration, to the later ones", *first_iterations(ours, wait), 1.2)
