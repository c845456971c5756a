"""k-means: groups points in space by their nearest centre.

Distances by broadcasting, labels by `argmin`, new centres from a one-hot
matrix times the points. Prints how far the centres moved every few steps.
"""

from common import Program

program = Program(__doc__)
program.option("-n", type=int, default=100, help="points, in thousands")
program.option("-d", "--dimensions", type=int, default=2, help="coordinates per point")
program.option("--centers", type=int, default=10, help="groups")
program.option("-i", "--iterations", type=int, default=20, help="steps")
program.option("-s", "--sample", type=int, default=10, help="steps between prints")
program.option("--precision", type=int, choices=(32, 64), default=64, help="bits per number")
program.option("--seed", type=int, default=0, help="seed of the random points")
arguments, np = program.start()

dtype = np.float32 if arguments.precision == 32 else np.float64
random = np.random.default_rng(arguments.seed)
points = random.random((arguments.n * 1000, arguments.dimensions)).astype(dtype)
centers = points[: arguments.centers].copy()
numbers = np.arange(arguments.centers)

with program.timed():
    for step in range(1, arguments.iterations + 1):
        distances = ((points[:, None, :] - centers[None, :, :]) ** 2).sum(axis=2)
        labels = distances.argmin(axis=1)
        chosen = (labels[:, None] == numbers[None, :]).astype(dtype)
        counts = chosen.sum(axis=0)
        new = chosen.T @ points / np.maximum(counts, 1)[:, None]
        if step % arguments.sample == 0:
            moved = float(np.abs(new - centers).max())
            print(f"step {step}: centres moved by {moved:.4g}")
        centers = new

program.finish(
    centers,
    points=len(points),
    largest_group=int(counts.max()),
    first_center=centers[0],
)
