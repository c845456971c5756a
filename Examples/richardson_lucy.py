"""Richardson-Lucy deconvolution: sharpens a blurred image.

The point spread function is a small Gaussian; a convolution is a sum of
shifted slices of the padded image, one per point of the function.
"""

from common import Program

program = Program(__doc__)
program.option("-n", type=int, default=400, help="pixels per side")
program.option("-i", "--iterations", type=int, default=15, help="steps")
program.option("--width", type=int, default=5, help="points per side of the blur, odd")
program.option("--seed", type=int, default=0, help="seed of the noise")
arguments, np = program.start()

n, width = arguments.n, arguments.width
half = width // 2

ticks = np.arange(width) - half
psf = np.exp(-(ticks[:, None] ** 2 + ticks[None, :] ** 2) / (0.5 * half * half + 0.5))
psf /= psf.sum()
weights = psf.tolist()


def convolve(image, weights):
    padded = np.zeros((n + 2 * half, n + 2 * half))
    padded[half : half + n, half : half + n] = image
    result = np.zeros((n, n))
    for i in range(width):
        for j in range(width):
            result += weights[i][j] * padded[i : i + n, j : j + n]
    return result


rows = np.arange(n)[:, None]
columns = np.arange(n)[None, :]
image = np.full((n, n), 0.1)
image[n // 4 : n // 2, n // 3 : n // 2] = 1.0
image[(rows - 2 * n // 3) ** 2 + (columns - 2 * n // 3) ** 2 < (n // 8) ** 2] = 0.7
random = np.random.default_rng(arguments.seed)
observed = convolve(image, weights) + 0.001 * random.random((n, n))
mirrored = [row[::-1] for row in weights[::-1]]

with program.timed():
    estimate = observed.copy()
    reached = convolve(np.ones((n, n)), mirrored)
    for _ in range(arguments.iterations):
        ratio = observed / (convolve(estimate, weights) + 1e-12)
        estimate *= convolve(ratio, mirrored) / reached

program.finish(
    estimate,
    pixels=n * n,
    error_before=np.abs(observed - image).mean(),
    error_after=np.abs(estimate - image).mean(),
    brightest=estimate.max(),
)
