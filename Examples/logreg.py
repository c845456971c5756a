"""Logistic regression by gradient descent.

As `linreg.py`, with the logistic function between the product and the error.
Prints the cross entropy every few steps.
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
truth = np.linspace(-2.0, 2.0, arguments.features).astype(dtype)
noise = random.logistic(size=count).astype(dtype)
targets = (features @ truth + noise > 0).astype(dtype)
if arguments.intercept:
    features = np.hstack((np.ones((count, 1), dtype=dtype), features))

with program.timed():
    weights = np.zeros(features.shape[1], dtype=dtype)
    for step in range(1, arguments.iterations + 1):
        prediction = 1.0 / (1.0 + np.exp(-(features @ weights)))
        gradient = features.T @ (prediction - targets) / count
        weights -= 0.5 * gradient
        if step % arguments.sample == 0:
            entropy = -np.mean(
                targets * np.log(prediction) + (1 - targets) * np.log(1 - prediction)
            )
            print(f"step {step}: cross entropy {float(entropy):.5g}")

hits = ((features @ weights > 0) == (targets > 0.5)).sum()
program.finish(weights, samples=count, hits=hits, first_weights=weights[:4])
