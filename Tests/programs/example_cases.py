"""The examples at sizes that suit tests: what `test_examples.py` and `bin/sanitize` run.

    python example_cases.py     prints the list that `run_examples.py` reads
"""

import json

# Name of the case, program, its arguments, relative tolerance (None: exact).
# Steps of an iteration hand rounding errors on: those tolerances are wider.
CASES = {
    "stencil": ("stencil.py", "-n 400 -i 12", 1e-12),
    "stencil_small": ("stencil.py", "-n 20 -i 50", 1e-12),
    "black_scholes": ("black_scholes.py", "-n 150", 1e-10),
    "black_scholes_32": ("black_scholes.py", "-n 150 --precision 32", 1e-4),
    "jacobi": ("jacobi.py", "-n 300 -i 20", 1e-10),
    "cg": ("cg.py", "-n 40", 1e-8),
    "cg_large": ("cg.py", "-n 300 -i 10", 1e-9),
    "cg_dense": ("cg.py", "-n 15 --dense", 1e-8),
    "cfd_41": ("cfd.py", "-n 41 -i 8", 1e-10),
    "cfd_401": ("cfd.py", "-n 401 -i 2 --relaxations 5", 1e-10),
    "shallow_water": ("shallow_water.py", "-n 300 -i 8", 1e-10),
    "kmeans": ("kmeans.py", "-n 20 -i 10", 1e-10),
    "kmeans_32": ("kmeans.py", "-n 20 -i 5 --precision 32", 1e-4),
    "linreg": ("linreg.py", "-n 10 -i 25", 1e-10),
    "linreg_intercept_32": ("linreg.py", "-n 10 -i 25 -B --precision 32", 1e-4),
    "logreg": ("logreg.py", "-n 10 -i 25", 1e-10),
    "logreg_intercept_32": ("logreg.py", "-n 10 -i 25 -B --precision 32", 1e-4),
    "nbody": ("nbody.py", "-n 300 -i 4", 1e-10),
    "life": ("life.py", "-n 400 -i 12", None),
    "mandelbrot": ("mandelbrot.py", "-n 200 -i 24", None),
    "gemm": ("gemm.py", "-n 300 -i 3", 1e-10),
    "gemm_32": ("gemm.py", "-n 300 -i 3 --precision 32", 1e-4),
    "richardson_lucy": ("richardson_lucy.py", "-n 300 -i 3", 1e-10),
    "equalize": ("equalize.py", "-n 400", None),
    "ode": ("ode.py", "-i 1000", 1e-10),
}

if __name__ == "__main__":
    print(json.dumps([[name, program, words] for name, (program, words, _) in CASES.items()]))
