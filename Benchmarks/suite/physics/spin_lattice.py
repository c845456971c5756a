"""An Ising model: spins on a chessboard flip where the energy and a fixed noise allow."""

import numpy as np

SIZES = {"tiny": (32, 8), "medium": (160, 10), "large": (1000, 3)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(n, sweeps):
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    spins = np.where((i * 7 + j * 3) % 5 < 3, 1, -1)
    return spins, (i + j) % 2 == 0, (i * 17 + j * 31) % 101 / 101.0, 0.44, sweeps


def kernel(spins, black, noise, beta, sweeps):
    for sweep in range(sweeps):
        chance = (noise + 0.37 * sweep) % 1.0
        for colour in (black, ~black):
            around = (
                np.roll(spins, 1, axis=0)
                + np.roll(spins, -1, axis=0)
                + np.roll(spins, 1, axis=1)
                + np.roll(spins, -1, axis=1)
            )
            flips = colour & (chance < np.exp(-2.0 * beta * spins * around))
            spins = np.where(flips, -spins, spins)
    return spins
