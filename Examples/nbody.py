"""N-body: masses under their own gravity, all pairs, leapfrog steps.

The forces come from one broadcast of shape (n, n, 3) per axis of space, kept
apart as three (n, n) matrices; the energy is checked at the end.
"""

from common import Program

program = Program(__doc__)
program.option("-n", type=int, default=600, help="bodies")
program.option("-i", "--iterations", type=int, default=20, help="time steps")
program.option("--seed", type=int, default=0, help="seed of the random start")
arguments, np = program.start()

n = arguments.n
dt = 0.001
softening = 0.05
random = np.random.default_rng(arguments.seed)
mass = random.uniform(0.5, 1.5, n) / n
position = random.standard_normal((n, 3))
velocity = 0.3 * random.standard_normal((n, 3))
velocity -= (mass[:, None] * velocity).sum(axis=0) / mass.sum()


def differences(position):
    x, y, z = position[:, 0], position[:, 1], position[:, 2]
    return x[None, :] - x[:, None], y[None, :] - y[:, None], z[None, :] - z[:, None]


def acceleration(position):
    dx, dy, dz = differences(position)
    squared = dx * dx + dy * dy + dz * dz + softening**2
    pull = mass[None, :] / (squared * np.sqrt(squared))
    return np.stack(
        ((dx * pull).sum(axis=1), (dy * pull).sum(axis=1), (dz * pull).sum(axis=1)), axis=1
    )


def energy(position, velocity):
    kinetic = 0.5 * (mass[:, None] * velocity**2).sum()
    dx, dy, dz = differences(position)
    distance = np.sqrt(dx * dx + dy * dy + dz * dz + softening**2)
    return kinetic - 0.5 * (mass[:, None] * mass[None, :] / distance).sum()


before = energy(position, velocity)
with program.timed():
    force = acceleration(position)
    for _ in range(arguments.iterations):
        velocity += 0.5 * dt * force
        position += dt * velocity
        force = acceleration(position)
        velocity += 0.5 * dt * force

program.finish(
    np.hstack((position, velocity)),
    bodies=n,
    energy=energy(position, velocity),
    energy_kept=bool(abs(energy(position, velocity) - before) < 1e-3),
    first_body=position[0],
)
