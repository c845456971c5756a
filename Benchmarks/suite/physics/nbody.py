"""Bodies that attract each other: all pairs, leapfrog in time."""

import numpy as np

SIZES = {"tiny": (20, 10), "medium": (100, 10), "large": (900, 3)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "arrays"}


def initialize(count, steps):
    i = np.arange(count)
    position = np.stack((np.sin(i * 1.3), np.cos(i * 0.7), np.sin(i * 0.4 + 1.0)), axis=1)
    velocity = np.stack((np.cos(i * 0.9), np.sin(i * 1.1), np.cos(i * 0.2)), axis=1) * 0.1
    mass = 20.0 * (1.0 + i % 3) / count
    return mass, position, velocity, 0.01, steps


def pull(position, mass):
    x = position[:, 0:1]
    y = position[:, 1:2]
    z = position[:, 2:3]
    dx = x.T - x
    dy = y.T - y
    dz = z.T - z
    inverse = (dx**2 + dy**2 + dz**2 + 0.01) ** (-1.5)
    ax = (dx * inverse) @ mass
    ay = (dy * inverse) @ mass
    az = (dz * inverse) @ mass
    return np.stack((ax, ay, az), axis=1)


def kernel(mass, position, velocity, dt, steps):
    force = pull(position, mass)
    for _ in range(steps):
        velocity = velocity + force * dt / 2.0
        position = position + velocity * dt
        force = pull(position, mass)
        velocity = velocity + force * dt / 2.0
    return position, velocity
