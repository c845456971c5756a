"""Dense matrix products, one after another, with the rate in GFLOPS.

The product is scaled and fed into the next one, so that none can be left out.
"""

import sys
import time

from common import Program

program = Program(__doc__)
program.option("-n", type=int, default=1000, help="rows and columns")
program.option("-i", "--iterations", type=int, default=10, help="products")
program.option("--precision", type=int, choices=(32, 64), default=64, help="bits per number")
program.option("--seed", type=int, default=0, help="seed of the random matrices")
arguments, np = program.start()

n = arguments.n
dtype = np.float32 if arguments.precision == 32 else np.float64
random = np.random.default_rng(arguments.seed)
A = random.random((n, n)).astype(dtype)
B = random.random((n, n)).astype(dtype)
scale = 2.0 / n

start = time.perf_counter()
with program.timed():
    for _ in range(arguments.iterations):
        B = np.matmul(A, B) * scale
rate = 2.0 * n**3 * arguments.iterations / (time.perf_counter() - start) / 1e9
print(f"GFLOPS: {rate:.2f}", file=sys.stderr)

program.finish(B, size=n, products=arguments.iterations, trace=np.trace(B), first_values=B[0, :4])
