"""Cavity flow: incompressible Navier-Stokes in a box whose lid moves.

A collocated grid of n x n points; each step builds the source of the pressure
equation, relaxes the pressure some times, and moves the velocities on. Sizes
of interest: 41 (small arrays, cost per call) and 401 (memory bandwidth). The
time step shrinks with the square of the spacing, so every size is stable.
"""

from common import Program

program = Program(__doc__)
program.option("-n", type=int, default=41, help="points per side")
program.option("-i", "--iterations", type=int, default=40, help="time steps")
program.option("--relaxations", type=int, default=50, help="pressure sweeps per time step")
arguments, np = program.start()

n = arguments.n
dx = dy = 2.0 / (n - 1)
dt = 0.001 * (40.0 / (n - 1)) ** 2
density = 1.0
viscosity = 0.1


def pressure_source(u, v):
    b = np.zeros_like(u)
    du_dx = (u[1:-1, 2:] - u[1:-1, 0:-2]) / (2 * dx)
    dv_dy = (v[2:, 1:-1] - v[0:-2, 1:-1]) / (2 * dy)
    du_dy = (u[2:, 1:-1] - u[0:-2, 1:-1]) / (2 * dy)
    dv_dx = (v[1:-1, 2:] - v[1:-1, 0:-2]) / (2 * dx)
    b[1:-1, 1:-1] = density * (
        (du_dx + dv_dy) / dt - du_dx**2 - 2 * (du_dy * dv_dx) - dv_dy**2
    )
    return b


def relax_pressure(p, b):
    for _ in range(arguments.relaxations):
        pn = p.copy()
        p[1:-1, 1:-1] = (
            (pn[1:-1, 2:] + pn[1:-1, 0:-2]) * dy**2 + (pn[2:, 1:-1] + pn[0:-2, 1:-1]) * dx**2
        ) / (2 * (dx**2 + dy**2)) - dx**2 * dy**2 / (2 * (dx**2 + dy**2)) * b[1:-1, 1:-1]
        p[:, -1] = p[:, -2]
        p[0, :] = p[1, :]
        p[:, 0] = p[:, 1]
        p[-1, :] = 0


def advance(u, v, p):
    un = u.copy()
    vn = v.copy()
    for w, wn, gradient in (
        (u, un, (p[1:-1, 2:] - p[1:-1, 0:-2]) / (2 * density * dx)),
        (v, vn, (p[2:, 1:-1] - p[0:-2, 1:-1]) / (2 * density * dy)),
    ):
        here = wn[1:-1, 1:-1]
        w[1:-1, 1:-1] = (
            here
            - un[1:-1, 1:-1] * dt / dx * (here - wn[1:-1, 0:-2])
            - vn[1:-1, 1:-1] * dt / dy * (here - wn[0:-2, 1:-1])
            - dt * gradient
            + viscosity * dt / dx**2 * (wn[1:-1, 2:] - 2 * here + wn[1:-1, 0:-2])
            + viscosity * dt / dy**2 * (wn[2:, 1:-1] - 2 * here + wn[0:-2, 1:-1])
        )
        w[0, :] = 0
        w[:, 0] = 0
        w[:, -1] = 0
        w[-1, :] = 0
    u[-1, :] = 1  # the lid


u = np.zeros((n, n))
v = np.zeros((n, n))
p = np.zeros((n, n))

with program.timed():
    for _ in range(arguments.iterations):
        b = pressure_source(u, v)
        relax_pressure(p, b)
        advance(u, v, p)

program.finish(
    np.stack((u, v, p)),
    points=n * n,
    steps=arguments.iterations,
    kinetic_energy=0.5 * (u * u + v * v).sum() * dx * dy,
    below_the_lid=u[-2, n // 2],
    largest_pressure=p.max(),
)
