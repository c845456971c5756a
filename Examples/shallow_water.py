"""Shallow water: a drop falls into a square basin with walls.

Height and momenta live on an n x n grid with one row of ghost cells around it;
Lax-Wendroff in two half steps, reflecting walls. All work is arithmetic
between shifted slices.
"""

from common import Program

program = Program(__doc__)
program.option("-n", type=int, default=500, help="cells per side")
program.option("-i", "--iterations", type=int, default=60, help="time steps")
arguments, np = program.start()

n = arguments.n
gravity = 9.8
dx = dy = 100.0 / n
dt = 0.1 * dx

ticks = np.linspace(-1.0, 1.0, n)
height = np.ones((n + 2, n + 2))
height[1:-1, 1:-1] += 0.5 * np.exp(-20.0 * (ticks[:, None] ** 2 + (ticks[None, :] - 0.2) ** 2))
mx = np.zeros((n + 2, n + 2))
my = np.zeros((n + 2, n + 2))


def reflect(h, u, v):
    for field, top, side in ((h, 1, 1), (u, -1, 1), (v, 1, -1)):
        field[0, :] = top * field[1, :]
        field[-1, :] = top * field[-2, :]
        field[:, 0] = side * field[:, 1]
        field[:, -1] = side * field[:, -2]


def half_step(h, u, v):
    """States on the cell faces, along the first axis, after half a step."""
    hm = 0.5 * (h[1:] + h[:-1]) - dt / (2 * dx) * (u[1:] - u[:-1])
    fu = u * u / h + 0.5 * gravity * h * h
    um = 0.5 * (u[1:] + u[:-1]) - dt / (2 * dx) * (fu[1:] - fu[:-1])
    fv = u * v / h
    vm = 0.5 * (v[1:] + v[:-1]) - dt / (2 * dx) * (fv[1:] - fv[:-1])
    return hm, um, vm


with program.timed():
    for _ in range(arguments.iterations):
        reflect(height, mx, my)
        hx, ux, vx = half_step(height[:, 1:-1], mx[:, 1:-1], my[:, 1:-1])
        hy, vy, uy = (
            a.T for a in half_step(height[1:-1].T, my[1:-1].T, mx[1:-1].T)
        )
        flux_x = ux * ux / hx + 0.5 * gravity * hx * hx
        flux_y = vy * vy / hy + 0.5 * gravity * hy * hy
        cross_x = ux * vx / hx
        cross_y = uy * vy / hy
        height[1:-1, 1:-1] -= dt / dx * (ux[1:] - ux[:-1]) + dt / dy * (vy[:, 1:] - vy[:, :-1])
        mx[1:-1, 1:-1] -= dt / dx * (flux_x[1:] - flux_x[:-1]) + dt / dy * (
            cross_y[:, 1:] - cross_y[:, :-1]
        )
        my[1:-1, 1:-1] -= dt / dx * (cross_x[1:] - cross_x[:-1]) + dt / dy * (
            flux_y[:, 1:] - flux_y[:, :-1]
        )

inner = height[1:-1, 1:-1]
program.finish(
    np.stack((height, mx, my)),
    cells=n * n,
    steps=arguments.iterations,
    volume=inner.sum() * dx * dy,
    highest=inner.max(),
    lowest=inner.min(),
)
