"""Prices of calls and puts by Black and Scholes' formula."""

import numpy as np

LEAVES_INPUTS = True
MOVED = None  # Bound by arithmetic.


def initialize(n, dtype):
    i = np.arange(n)
    data = (i % 1009) / 7.0 + 0.5, (i % 997) / 11.0 + 0.25, (i % 1009) / 140.0 + 0.275
    return tuple(array.astype(dtype) for array in data)


def cumulative_normal(d):
    k = 1.0 / (1.0 + 0.2316419 * np.abs(d))
    tail = k * (-1.821255978 + k * 1.330274429)
    tail = k * (0.31938153 + k * (-0.356563782 + k * (1.781477937 + tail)))
    tail = tail * np.exp(-0.5 * d * d) * 0.3989422804014327
    return np.where(d > 0, 1.0 - tail, tail)


def kernel(spot, strike, years):
    spread = 0.3 * np.sqrt(years)
    d1 = (np.log(spot / strike) + 0.065 * years) / spread
    d2 = d1 - spread
    discount = np.exp(-0.02 * years)
    n1, n2 = cumulative_normal(d1), cumulative_normal(d2)
    call = spot * n1 - strike * discount * n2
    return call, strike * discount * (1.0 - n2) - spot * (1.0 - n1)


def cumulative_normal_numexpr(d):
    from numexpr import evaluate

    number = d.dtype.type
    a0, a1, a2, a3, a4, a5 = map(
        number, (0.2316419, 0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429)
    )
    one, half, scale = number(1.0), number(-0.5), number(0.3989422804014327)
    k = evaluate("one / (one + a0 * abs(d))")
    tail = evaluate("k * (a1 + k * (a2 + k * (a3 + k * (a4 + k * a5)))) * exp(half * d * d) * scale")
    return evaluate("where(d > 0, one - tail, tail)")


def kernel_numexpr(spot, strike, years):
    from numexpr import evaluate

    number = spot.dtype.type
    sigma, drift, rate, one = number(0.3), number(0.065), number(-0.02), number(1.0)
    spread = evaluate("sigma * sqrt(years)")
    d1 = evaluate("(log(spot / strike) + drift * years) / spread")
    d2 = evaluate("d1 - spread")
    discount = evaluate("exp(rate * years)")
    n1, n2 = cumulative_normal_numexpr(d1), cumulative_normal_numexpr(d2)
    call = evaluate("spot * n1 - strike * discount * n2")
    return call, evaluate("strike * discount * (one - n2) - spot * (one - n1)")
