"""Elementwise chains, stencils, reductions and products at 1e5 and 1e7 doubles.

Every case makes its inputs once and returns a body without arguments; the body
keeps its result until the work is done.
"""

from measure import best_in_turns
from report import speed

SECTION = "kernels"


def inputs(np, n):
    a = (np.arange(n) % 1009) / 7.0 + 0.5
    b = (np.arange(n) % 997) / 11.0 + 0.25
    return a, b


def chain(np, n):
    a, b = inputs(np, n)
    return lambda: a * 2 + b * 3 - a / 2


def stencil(np, n):
    side = int(n**0.5)
    grid = inputs(np, side * side)[0].reshape(side, side)

    def run():
        grid[1:-1, 1:-1] = 0.2 * (
            grid[1:-1, 1:-1] + grid[:-2, 1:-1] + grid[2:, 1:-1] + grid[1:-1, :-2] + grid[1:-1, 2:]
        )

    return run


def black_scholes(np, n):
    spot, strike = inputs(np, n)
    years = spot / 20.0 + 0.25

    def cumulative_normal(d):
        k = 1.0 / (1.0 + 0.2316419 * np.absolute(d))
        tail = k * (-1.821255978 + k * 1.330274429)
        tail = k * (0.31938153 + k * (-0.356563782 + k * (1.781477937 + tail)))
        tail = tail * np.exp(-0.5 * d * d) * 0.3989422804014327
        return np.where(d > 0, 1.0 - tail, tail)

    def run():
        spread = 0.3 * np.sqrt(years)
        d1 = (np.log(spot / strike) + 0.065 * years) / spread
        d2 = d1 - spread
        discount = np.exp(-0.02 * years)
        n1, n2 = cumulative_normal(d1), cumulative_normal(d2)
        call = spot * n1 - strike * discount * n2
        return call, strike * discount * (1.0 - n2) - spot * (1.0 - n1)

    return run


def reduction(function):
    def case(np, n):
        a, _ = inputs(np, n)
        return lambda: function(np, a)

    return case


def matrix_reduction(axis):
    def case(np, n):
        rows = int(n**0.5)
        a = inputs(np, rows * rows)[0].reshape(rows, rows)
        return lambda: a.sum(axis=axis)

    return case


def dot(np, n):
    a, b = inputs(np, n)
    return lambda: np.dot(a, b)


CASES = {
    "chain a*2 + b*3 - a/2": chain,
    "5-point stencil": stencil,
    "Black-Scholes": black_scholes,
    "sum": reduction(lambda np, a: a.sum()),
    "mean of squares": reduction(lambda np, a: (a * a).mean()),
    "max": reduction(lambda np, a: a.max()),
    "sum(axis=0)": matrix_reduction(0),
    "sum(axis=1)": matrix_reduction(1),
    "dot": dot,
}


def finished(body, wait):
    def run():
        kept = body()
        wait()
        return kept

    return run


def measure(packages, options):
    for n in (10**5, 10**7):
        rounds = (15 if n < 10**6 else 2) if options.quick else (50 if n < 10**6 else 6)
        for what, case in CASES.items():
            bodies = [finished(case(np, n), wait) for np, wait in packages]
            times = best_in_turns(*bodies, rounds, 0.003)
            yield speed(SECTION, f"{what}, {n:.0e}".replace("+0", ""), *times, 2.0)
