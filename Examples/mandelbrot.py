"""The Mandelbrot set, with boolean masks.

Every point of the plane is iterated; a mask keeps those that have not escaped
yet, and only they are computed on. The result counts the steps to escape.
"""

from common import Program

program = Program(__doc__)
program.option("-n", type=int, default=600, help="rows; columns are 3/2 of it")
program.option("-i", "--iterations", type=int, default=60, help="steps at most")
arguments, np = program.start()

rows, columns = arguments.n, arguments.n * 3 // 2

with program.timed():
    x = np.linspace(-2.0, 1.0, columns)
    y = np.linspace(-1.0, 1.0, rows)
    c = x[None, :] + 1j * y[:, None]
    z = np.zeros_like(c)
    steps = np.zeros(c.shape, dtype=np.int32)
    inside = np.ones(c.shape, dtype=bool)
    for _ in range(arguments.iterations):
        z[inside] = z[inside] ** 2 + c[inside]
        inside &= z.real**2 + z.imag**2 <= 4.0
        steps[inside] += 1

program.finish(
    steps,
    points=rows * columns,
    inside=inside.sum(),
    mean_steps=steps.mean(),
    middle_row=steps[rows // 2, ::columns // 12],
)
