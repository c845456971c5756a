"""Energy and forces of particles in a periodic box (Lennard-Jones)."""

import numpy as np

SIZES = {"tiny": (24,), "medium": (120,), "large": (1200,)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "arrays"}


def initialize(count):
    side = int(np.ceil(count ** (1.0 / 3.0)))
    i = np.arange(count)
    lattice = np.stack((i % side, i // side % side, i // side**2), axis=1) * 1.2
    return lattice + 0.05 * np.sin(lattice * 5.0 + 1.0), 1.2 * side


def kernel(position, box):
    apart = position[:, None, :] - position[None, :, :]
    apart = apart - box * np.round(apart / box)
    square = np.sum(apart * apart, axis=2)
    square = np.where(square == 0.0, np.inf, square)
    sixth = 1.0 / square**3
    energy = 2.0 * np.sum(sixth * sixth - sixth)
    strength = 24.0 * (2.0 * sixth * sixth - sixth) / square
    force = np.sum(strength[:, :, None] * apart, axis=1)
    return energy, force
