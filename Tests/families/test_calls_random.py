"""Random calls on NumPy and on the array library, seed by seed: order statistics, sets, methods of ufuncs, signals.

Every case is a program of two lines: an array, seen through a random view, and one call. Results must have NumPy's
type, shape and elements; a call that NumPy refuses must be refused with the same exception.
"""

import os
import random
import warnings

import cunumeric
import numpy
import pytest

SEEDS = int(os.environ.get("LEGATE_TEST_SEEDS", "60"))
CASES = 25
TYPES = "int8 uint8 int16 int32 int64 uint64 float32 float64 complex128 bool".split()
REALS = "int32 float32 float64".split()


class Call:
    """One random call, written as text by the method that `family` names."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.shape = [self.rng.randint(1, 7) for _ in range(self.rng.randint(1, 3))]
        family = self.rng.choice([name for name in dir(Call) if name.startswith("call_")])
        self.setup, self.expression = getattr(self, family)()

    def array(self, shape, types=TYPES, missing=0.0):
        """The text of an array of small numbers, a share of them NaN."""
        kind = self.rng.choice(types)
        numbers = [self.rng.randint(0 if kind[0] == "u" else -6, 9) for _ in range(int(numpy.prod(shape)))]
        scale = " / 4" if kind.startswith("float") else ""
        text = f"(np.array({numbers}){scale}).astype('{kind}').reshape({tuple(shape)})"
        if kind == "bool":
            text = f"(np.array({numbers}) > 2).reshape({tuple(shape)})"
        if missing and kind.startswith("float"):
            mask = [self.rng.random() < missing for _ in numbers]
            text = f"np.where(np.array({mask}).reshape({tuple(shape)}), np.{kind}('nan'), {text})"
        return text

    def view(self):
        """The text of a view of `x` with all its axes."""
        slices = ["::-1", "::2", "1:", ":"]
        parts = [self.rng.choice(slices) if extent > 2 else ":" for extent in self.shape]
        return f"x[{', '.join(parts)}]" + self.rng.choice(["", "", ".T"])

    def axis(self, *more):
        return self.rng.choice([*range(-len(self.shape), len(self.shape)), *more])

    def call_at(self):
        function = self.rng.choice("add subtract multiply maximum minimum logical_and divide negative".split())
        count = self.rng.randint(1, 3)
        parts = []
        for _ in range(self.rng.randint(1, len(self.shape))):
            places = [self.rng.randint(-2, 1) for _ in range(count)]
            parts.append(self.rng.choice([f"np.array({places})", f"{places}", ":", "::2", "0", "-1"]))
        values = ", " + self.rng.choice(["2", "1.5", self.array([count]), "v[..., :1]"])
        values = "" if function == "negative" else values
        target = self.view()
        index = ", ".join(parts)
        setup = [f"x = {self.array(self.shape)}", f"v = {target}"]
        return setup, f"(np.{function}.at(v, np.index_exp[{index}]{values}), x)"

    def call_reduceat(self):
        function = self.rng.choice("add multiply maximum minimum logical_or bitwise_xor fmax".split())
        places = [self.rng.randint(0, 3) for _ in range(self.rng.randint(1, 4))]
        return [f"x = {self.array(self.shape)}"], f"np.{function}.reduceat({self.view()}, {places}, axis={self.axis()})"

    def call_sets(self):
        x = self.array(self.shape, missing=0.1)
        flags = ", ".join(str(self.rng.random() < 0.5) for _ in range(3))
        calls = [f"np.unique({self.view()}, {flags}, axis={self.axis()})", f"np.setxor1d(x, {self.array([4])})"]
        calls += [f"np.lexsort((x, x[::-1]), axis={self.axis()})", "np.lexsort(x.reshape(1, -1))"]
        calls += [f"np.trim_zeros(x * (x == 1), '{self.rng.choice(['f', 'b', 'fb'])}', axis={self.axis(None)})"]
        return [f"x = {x}"], self.rng.choice(calls)

    def call_order_statistics(self):
        x = self.array(self.shape, REALS, missing=self.rng.choice([0, 0.2, 0.6]))
        q = self.rng.choice(["0.3", "0.5", "[0.1, 0.9]", "1.0", "np.array(0.4)", "0"])
        options = f"axis={self.axis(None)}, keepdims={self.rng.random() < 0.5}"
        calls = [f"np.nanmedian({self.view()}, {options})", f"np.nanquantile({self.view()}, {q}, {options})"]
        calls += [f"np.quantile({self.view()}, {q}, {options})", f"np.nanpercentile({self.view()}, {q}, {options})"]
        calls += [f"np.nanarg{word}({self.view()}, {options})" for word in ("max", "min")]
        return [f"x = {x}"], self.rng.choice(calls)

    def call_signals(self):
        x = self.array([2, self.rng.randint(1, 9)])
        y = self.array([self.rng.randint(1, 9)])
        mode, step = self.rng.choice(["full", "same", "valid"]), self.rng.choice([1, -1, 2])
        calls = [f"np.{name}(x[0][::{step}], {y}, '{mode}')" for name in ("convolve", "correlate")]
        calls += [f"np.polyval({y}[:4], x[:, ::{step}])", f"np.cov(x, rowvar={self.rng.random() < 0.5})"]
        calls += [f"np.cov(x[0], x[1][::-1], ddof={self.rng.randint(0, 2)})", "np.corrcoef(x[0], x[1])"]
        calls += [f"np.unwrap(x.real.astype('{self.rng.choice(REALS)}'), period={self.rng.choice(['4.0', '4'])})"]
        return [f"x = {x}"], self.rng.choice(calls)

    def call_histograms(self):
        bins = ["3", "[2, 4]", "[[0, 1, 3], [-1, 0, 2, 5]]", "[0, 1, 2, 4]", "(np.array([0.0, 1, 2]), 3)"]
        bins = self.rng.choice(bins)
        span = self.rng.choice(["None", "[[0, 4], [-1, 3]]", "[None, (0, 2)]"])
        weights = self.rng.choice(["None", "x[1]"])
        x = self.array([2, self.rng.randint(1, 20)], REALS + ["int8"])
        return [f"x = {x}"], f"np.histogram2d(x[0], x[1], {bins}, {span}, {self.rng.random() < 0.3}, {weights})"

    def call_numbers(self):
        extents = [self.rng.randint(1, 5) for _ in range(self.rng.randint(1, 3))]
        order, mode = self.rng.choice("CF"), self.rng.choice(["raise", "wrap", "clip"])
        places = [[self.rng.randint(-1, e) if self.rng.random() < 0.2 else e - 1 for _ in range(4)] for e in extents]
        numbers = [self.rng.randint(0, int(numpy.prod(extents)) - 1) for _ in range(6)]
        calls = [f"np.ravel_multi_index(tuple(np.array({places})), {tuple(extents)}, '{mode}', '{order}')"]
        calls += [f"np.unravel_index(np.array({numbers}).reshape(2, 3)[:, ::-1], {tuple(extents)}, '{order}')"]
        return [], self.rng.choice(calls)


def outcome(call, package):
    """The call's result, or the name of the exception it raises."""
    names = {"np": package}
    try:
        for line in call.setup:
            exec(line, names)
        return eval(call.expression, names)
    except Exception as error:
        known = ("builtins", "numpy.exceptions")
        return next(kind for kind in type(error).__mro__ if kind.__module__ in known)


def assert_same(expected, actual, text):
    if isinstance(expected, (tuple, list)):
        assert len(expected) == len(actual), text
        for a, b in zip(expected, actual):
            assert_same(a, b, text)
    elif expected is None or isinstance(expected, type):
        assert actual is expected, text
    else:
        a, b = numpy.asarray(expected), numpy.asarray(actual)
        assert a.dtype == b.dtype and a.shape == b.shape, text
        bound = 3e-5 if a.dtype == numpy.float32 else 1e-9
        if a.dtype.kind in "fc":
            assert numpy.allclose(a, b, rtol=bound, atol=bound, equal_nan=True), (text, a, b)
        else:
            assert numpy.array_equal(a, b), (text, a, b)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_calls_equal_numpy(seed):
    for case in range(CASES):
        call = Call(seed * CASES + case)
        text = "\n".join([f"seed {seed}, case {case}", *call.setup, call.expression])
        with warnings.catch_warnings(), numpy.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            assert_same(outcome(call, numpy), outcome(call, cunumeric), text)
