"""An American option on a binomial tree: a slice that shrinks by one in each step."""

import numpy as np

SIZES = {"tiny": (60,), "medium": (500,), "large": (4000,)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "calls"}


def initialize(steps):
    dt = 1.0 / steps
    up = np.exp(0.3 * np.sqrt(dt))
    growth = np.exp(0.03 * dt)
    chance = float((growth - 1.0 / up) / (up - 1.0 / up))
    prices = 100.0 * up ** (2.0 * np.arange(steps + 1) - steps)
    return prices, float(up), chance, float(1.0 / growth), steps


def kernel(prices, up, chance, discount, steps):
    values = np.maximum(105.0 - prices, 0.0)
    for step in range(steps, 0, -1):
        prices = prices[:step] * up
        values = discount * (chance * values[1 : step + 1] + (1.0 - chance) * values[:step])
        values = np.maximum(values, 105.0 - prices)
    return values
