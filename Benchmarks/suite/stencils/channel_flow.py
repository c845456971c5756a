"""Flow through a channel that is periodic along its length, driven by a constant force."""

import numpy as np

SIZES = {"tiny": (41, 4, 10), "medium": (101, 4, 10), "large": (601, 1, 8)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "arrays"}


def initialize(n, steps, sweeps):
    d = 2.0 / (n - 1)
    dt = 0.01 * (40.0 / (n - 1)) ** 2
    return np.zeros((n, n)), np.zeros((n, n)), np.ones((n, n)), d, dt, steps, sweeps


def kernel(u, v, p, d, dt, steps, sweeps):
    viscosity = 0.1
    force = 1.0
    for _ in range(steps):
        un = u.copy()
        vn = v.copy()
        ue, uw = np.roll(un, -1, axis=1), np.roll(un, 1, axis=1)
        ve, vw = np.roll(vn, -1, axis=1), np.roll(vn, 1, axis=1)
        b = np.zeros_like(u)
        b[1:-1] = (
            ((ue - uw)[1:-1] + vn[2:] - vn[:-2]) / (2 * d * dt)
            - ((ue - uw)[1:-1] / (2 * d)) ** 2
            - 2 * (un[2:] - un[:-2]) / (2 * d) * (ve - vw)[1:-1] / (2 * d)
            - ((vn[2:] - vn[:-2]) / (2 * d)) ** 2
        )
        for _ in range(sweeps):
            pn = p.copy()
            pe, pw = np.roll(pn, -1, axis=1), np.roll(pn, 1, axis=1)
            p[1:-1] = 0.25 * ((pe + pw)[1:-1] + pn[2:] + pn[:-2] - d * d * b[1:-1])
            p[-1, :] = p[-2, :]
            p[0, :] = p[1, :]
        pe, pw = np.roll(p, -1, axis=1), np.roll(p, 1, axis=1)
        u[1:-1] = (
            un[1:-1]
            - un[1:-1] * dt / d * (un - uw)[1:-1]
            - vn[1:-1] * dt / d * (un[1:-1] - un[:-2])
            - dt / (2 * d) * (pe - pw)[1:-1]
            + viscosity * dt / d**2 * (ue + uw - 2 * un)[1:-1]
            + viscosity * dt / d**2 * (un[2:] - 2 * un[1:-1] + un[:-2])
            + force * dt
        )
        v[1:-1] = (
            vn[1:-1]
            - un[1:-1] * dt / d * (vn - vw)[1:-1]
            - vn[1:-1] * dt / d * (vn[1:-1] - vn[:-2])
            - dt / (2 * d) * (p[2:] - p[:-2])
            + viscosity * dt / d**2 * (ve + vw - 2 * vn)[1:-1]
            + viscosity * dt / d**2 * (vn[2:] - 2 * vn[1:-1] + vn[:-2])
        )
        u[0, :] = 0
        u[-1, :] = 0
        v[0, :] = 0
        v[-1, :] = 0
    return u, v, p
