"""Histogram equalisation: spreads the grey values of a dark image.

Histogram, cumulative sum, interpolation of every pixel through it; then the
result is cut to bytes with rounding and clipping.
"""

from common import Program

program = Program(__doc__)
program.option("-n", type=int, default=1500, help="pixels per side")
program.option("--bins", type=int, default=256, help="bins of the histogram")
program.option("--seed", type=int, default=0, help="seed of the image")
arguments, np = program.start()

n = arguments.n
random = np.random.default_rng(arguments.seed)
slope = np.linspace(0.0, 1.0, n)
image = 40.0 + 30.0 * slope[:, None] * slope[None, :] + 8.0 * random.standard_normal((n, n))
image = np.clip(np.rint(image), 0, 255).astype(np.uint8)

with program.timed():
    counts, edges = np.histogram(image, bins=arguments.bins, range=(0, 256))
    cumulative = counts.cumsum()
    cumulative = 255.0 * cumulative / cumulative[-1]
    middles = 0.5 * (edges[:-1] + edges[1:])
    spread = np.interp(image.ravel(), middles, cumulative).reshape(image.shape)
    result = np.clip(np.rint(spread), 0, 255).astype(np.uint8)

program.finish(
    result,
    pixels=n * n,
    mean_before=image.mean(),
    mean_after=result.mean(),
    deviation_before=image.std(),
    deviation_after=result.std(),
)
