"""An Asian option by Monte Carlo with antithetic paths from given noise."""

import numpy as np

SIZES = {"tiny": (50, 20), "medium": (4000, 40), "large": (100_000, 30)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "arrays"}


def initialize(paths, steps):
    i, j = np.arange(steps)[:, None], np.arange(paths)[None, :]
    uniform = ((i * 7919 + j * 104729) % 1000003 + 0.5) / 1000003.0
    return np.sqrt(-2.0 * np.log(uniform)) * np.cos(2.0 * np.pi * (j * 0.618034 % 1.0)), 0.3


def kernel(noise, sigma):
    steps, paths = noise.shape
    dt = 1.0 / steps
    payoff = np.zeros(paths)
    for sign in (1.0, -1.0):
        price = np.full(paths, 100.0)
        total = np.zeros(paths)
        for step in range(steps):
            price = price * np.exp((0.03 - 0.5 * sigma**2) * dt + sign * sigma * np.sqrt(dt) * noise[step])
            total += price
        payoff += 0.5 * np.maximum(total / steps - 100.0, 0.0)
    return np.exp(-0.03) * np.mean(payoff), np.std(payoff) / np.sqrt(paths)
