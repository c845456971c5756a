"""Prices of European options by Black and Scholes' formula."""

import numpy as np

SIZES = {"tiny": (100,), "medium": (50_000,), "large": (1_000_000,)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(n):
    i = np.arange(n)
    return 10.0 + i % 90, 15.0 + i * 7 % 85, 0.25 + i * 3 % 40 / 10.0


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
    put = strike * discount * (1.0 - n2) - spot * (1.0 - n1)
    return call, put
