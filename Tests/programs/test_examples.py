"""Every example gives NumPy's results, and the same bits on any number of CPUs.

Each program runs once under NumPy and once under the array library for each
number of CPUs (1, 2 and 3, or what LEGATE_TEST_CPUS lists). Result arrays are
compared with a tolerance by type, integers exactly; the runs of the array
library with one another bit for bit. One more run replays the program over
four loopback ranks, which checks itself, and must give the same bits again.
"""

import os
import re

import numpy as np
import pytest
from launcher import EXAMPLES, run_legate, run_numpy

CPUS = [int(word) for word in os.environ.get("LEGATE_TEST_CPUS", "1,2,3").split(",")]

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

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|inf|nan)")


def saved_run(runner, case, folder, label, **settings):
    """Runs one case; returns its result array and its standard output."""
    program, arguments, _ = CASES[case]
    output = folder / f"{label}.npy"
    finished = runner(
        EXAMPLES / program, *arguments.split(), "--output", output, **settings
    )
    return np.load(output), finished.stdout


def assert_same_text(actual, expected):
    """The same words, and numbers equal to the few digits that are printed."""
    assert NUMBER.sub("#", actual) == NUMBER.sub("#", expected)
    numbers = [list(map(float, NUMBER.findall(text))) for text in (actual, expected)]
    np.testing.assert_allclose(*numbers, rtol=1e-3, atol=1e-9)


def assert_same_bits(actual, expected, what):
    assert actual.dtype == expected.dtype and actual.shape == expected.shape
    different = int((actual != expected).sum())
    assert actual.tobytes() == expected.tobytes(), f"{what}: {different} elements differ"


@pytest.mark.parametrize("case", CASES)
def test_example(case, tmp_path):
    tolerance = CASES[case][2]
    expected, expected_text = saved_run(
        lambda *words: run_numpy(*words, "--package", "numpy"), case, tmp_path, "numpy"
    )
    first = None
    for cpus in CPUS:
        actual, text = saved_run(run_legate, case, tmp_path, f"cpus{cpus}", cpus=cpus)
        assert actual.dtype == expected.dtype and actual.shape == expected.shape
        assert_same_text(text, expected_text)
        if tolerance is None:
            np.testing.assert_array_equal(actual, expected)
        else:
            scale = float(np.abs(expected).max())
            np.testing.assert_allclose(
                actual, expected, rtol=tolerance, atol=tolerance * scale, equal_nan=True
            )
        if first is None:
            first = actual
        assert_same_bits(actual, first, f"{CPUS[0]} and {cpus} CPUs")
    replayed, _ = saved_run(run_legate, case, tmp_path, "replayed", cpus=2, ranks=4)
    assert_same_bits(replayed, first, "four loopback ranks")


def test_every_example_is_tested():
    programs = {path.name for path in EXAMPLES.glob("*.py")} - {"common.py"}
    assert programs == {program for program, _, _ in CASES.values()}
