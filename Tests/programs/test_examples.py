"""Every example gives NumPy's results, and the same bits on any number of CPUs.

The fast tests run all examples in one process per setting: under NumPy, under
the array library with 1, 2 and 3 CPUs (or what LEGATE_TEST_CPUS lists), and
replayed over four loopback ranks, a run that checks itself. Result arrays are
compared with a tolerance by type, integers exactly; the runs of the array
library with one another bit for bit. The slow tests start each example by
itself, as a user would.
"""

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
from example_cases import CASES
from launcher import EXAMPLES, run_legate, run_numpy

CPUS = [int(word) for word in os.environ.get("LEGATE_TEST_CPUS", "1,2,3").split(",")]

RUNNER = Path(__file__).with_name("run_examples.py")

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|inf|nan)")


def assert_same_text(actual, expected):
    """The same words, and numbers equal to the few digits that are printed."""
    assert NUMBER.sub("#", actual) == NUMBER.sub("#", expected)
    numbers = [list(map(float, NUMBER.findall(text))) for text in (actual, expected)]
    np.testing.assert_allclose(*numbers, rtol=1e-3, atol=1e-9)


def assert_same_values(actual, expected, tolerance):
    assert actual.dtype == expected.dtype and actual.shape == expected.shape
    if tolerance is None:
        np.testing.assert_array_equal(actual, expected)
    else:
        margin = tolerance * float(np.abs(expected).max())
        np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=margin)


def assert_same_bits(actual, expected, what):
    assert actual.dtype == expected.dtype and actual.shape == expected.shape
    different = int((actual != expected).sum())
    assert actual.tobytes() == expected.tobytes(), f"{what}: {different} elements differ"


class Runs:
    """The results of all examples, one process for each setting, when first asked for."""

    def __init__(self, folder):
        self.folder = folder
        self.cases = folder / "cases.json"
        cases = [[name, program, words] for name, (program, words, _) in CASES.items()]
        self.cases.write_text(json.dumps(cases))
        self.finished = {}

    def result(self, case, label, starter, package, **settings):
        folder = self.folder / label
        if label not in self.finished:
            folder.mkdir()
            words = [RUNNER, package, folder, self.cases]
            self.finished[label] = starter(*words, check=False, timeout=600, **settings)
        process, error = self.finished[label], folder / f"{case}.error"
        assert not error.exists(), f"{label}: {error.read_text()}"
        array = folder / f"{case}.npy"
        assert array.exists(), f"{label}: status {process.returncode}\n{process.stderr[-4000:]}"
        return np.load(array), (folder / f"{case}.txt").read_text()

    def numpy(self, case):
        return self.result(case, "numpy", run_numpy, "numpy")

    def legate(self, case, cpus, ranks=None):
        label = f"{cpus} CPUs" + (f", {ranks} ranks" if ranks else "")
        return self.result(case, label, run_legate, "cunumeric", cpus=cpus, ranks=ranks)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    return Runs(tmp_path_factory.mktemp("examples"))


@pytest.mark.parametrize("case", CASES)
def test_example_equals_numpy(case, runs):
    expected, expected_text = runs.numpy(case)
    for cpus in CPUS:
        actual, text = runs.legate(case, cpus)
        assert_same_values(actual, expected, CASES[case][2])
        assert_same_text(text, expected_text)


@pytest.mark.parametrize("case", CASES)
def test_example_has_the_same_bits_everywhere(case, runs):
    first, _ = runs.legate(case, CPUS[0])
    for cpus in CPUS[1:]:
        assert_same_bits(runs.legate(case, cpus)[0], first, f"{CPUS[0]} and {cpus} CPUs")
    assert_same_bits(runs.legate(case, 2, ranks=4)[0], first, "four loopback ranks")


def test_replay_over_four_ranks_finds_no_difference(runs):
    runs.legate("ode", 2, ranks=4)
    finished = runs.finished["2 CPUs, 4 ranks"]
    assert finished.returncode == 0, finished.stderr[-4000:]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_example_by_itself(case, tmp_path):
    program, arguments, tolerance = CASES[case]
    path, words = EXAMPLES / program, arguments.split()
    run_numpy(path, *words, "--package", "numpy", "--output", tmp_path / "numpy.npy")
    expected, first = np.load(tmp_path / "numpy.npy"), None
    for cpus, ranks in ((1, None), (2, None), (3, None), (7, None), (2, 2), (2, 4), (2, 7)):
        output = tmp_path / f"{cpus}-{ranks}.npy"
        run_legate(path, *words, "--output", output, cpus=cpus, ranks=ranks)
        actual = np.load(output)
        assert_same_values(actual, expected, tolerance)
        first = actual if first is None else first
        assert_same_bits(actual, first, f"{cpus} CPUs, {ranks} ranks")


def test_every_example_is_tested():
    programs = {path.name for path in EXAMPLES.glob("*.py")} - {"common.py"}
    assert programs == {program for program, _, _ in CASES.values()}
