"""The Lorenz system by the classic Runge-Kutta method: arrays of three.

Nothing here is large: the loop measures what one call costs.
"""

from common import Program

program = Program(__doc__)
program.option("-i", "--iterations", type=int, default=10000, help="time steps")
program.option("--step", type=float, default=0.005, help="length of a time step")
arguments, np = program.start()

dt = arguments.step


def derivative(s):
    x, y, z = s
    return np.array([10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z])


with program.timed():
    path = np.empty((arguments.iterations + 1, 3))
    state = np.array([1.0, 1.0, 1.0])
    path[0] = state
    for i in range(arguments.iterations):
        k1 = derivative(state)
        k2 = derivative(state + 0.5 * dt * k1)
        k3 = derivative(state + 0.5 * dt * k2)
        k4 = derivative(state + dt * k3)
        state = state + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        path[i + 1] = state

program.finish(
    path,
    steps=arguments.iterations,
    end_after_five=path[min(1000, arguments.iterations)],
    highest=path[:, 2].max(),
)
