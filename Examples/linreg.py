"""Linear regression by gradient descent.

Random features and targets; each step multiplies by the matrix and by its
transpose. Prints the mean squared error every few steps.
"""

from common import Program

program = Program(__doc__)
program.option("-n", type=int, default=100, help="samples, in thousands")
program.option("-f", "--features", type=int, default=32, help="features per sample")
program.option("-i", "--iterations", type=int, default=50, help="steps")
program.option("-s", "--sample", type=int, default=25, help="steps between prints")
program.option("-B", "--intercept", action="store_true", help="fit an intercept as well")
program.option("--precision", type=int, choices=(32, 64), default=64, help="bits per number")
program.option("--seed", type=int, default=0, help="seed of the random samples")
arguments, np = program.start()

dtype = np.float32 if arguments.precision == 32 else np.float64
count = arguments.n * 1000
random = np.random.default_rng(arguments.seed)
features = random.standard_normal((count, arguments.features)).astype(dtype)
truth = np.linspace(-1.0, 1.0, arguments.features).astype(dtype)
targets = features @ truth + 0.1 * random.standard_normal(count).astype(dtype)
if arguments.intercept:
    features = np.hstack((np.ones((count, 1), dtype=dtype), features))

with program.timed():
    weights = np.zeros(features.shape[1], dtype=dtype)
    for step in range(1, arguments.iterations + 1):
        error = features @ weights - targets
        gradient = features.T @ error / count
        weights -= 0.1 * gradient
        if step % arguments.sample == 0:
            print(f"step {step}: error {float((error**2).mean()):.5g}")

program.finish(weights, samples=count, first_weights=weights[:4], sum_of_weights=weights.sum())
