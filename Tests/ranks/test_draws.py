"""Random numbers drawn in pieces and by jumping: the same stream as NumPy's, one simulated rank after another.

Every method that may be drawn in pieces is compared with one call of NumPy's, element by element, and so is what the
generator gives afterwards.
"""

import sys
from pathlib import Path

import numpy
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "build" / "python"), str(ROOT / "python")]

import _legate  # noqa: E402
from cunumeric import _draws  # noqa: E402

ARGUMENTS = {
    "uniform": (-2.0, 3.5), "normal": (1.0, 2.0), "integers": (0, 1000), "randint": (3, 77777),
    "exponential": (2.5,), "beta": (0.5, 2.0), "binomial": (40, 0.3), "chisquare": (3.0,), "f": (3, 4),
    "gamma": (2.0, 1.5), "geometric": (0.1,), "gumbel": (0.5, 2.0), "hypergeometric": (20, 30, 10),
    "laplace": (0.0, 2.0), "logistic": (0.0, 2.0), "lognormal": (0.0, 1.0), "logseries": (0.6,),
    "negative_binomial": (5, 0.4), "noncentral_chisquare": (3.0, 2.0), "noncentral_f": (3, 9, 2.0),
    "pareto": (3.0,), "poisson": (6.5,), "power": (2.0,), "rayleigh": (2.0,), "standard_gamma": (2.5,),
    "standard_t": (5,), "triangular": (0.0, 0.3, 1.0), "vonmises": (0.0, 2.0), "wald": (1.0, 2.0),
    "weibull": (1.5,), "zipf": (2.5,),
}
COUNT = 100_003
PIECE = 4096


def blocks(count, ranks):
    return [(count * r // ranks, count * (r + 1) // ranks) for r in range(ranks)]


def drawn_in_parts(make, name, args, kwargs, ranks, monkeypatch):
    """Runs the call on each rank in turn; the joined parts, and each rank's generator afterwards."""
    monkeypatch.setattr(_draws, "PIECE", PIECE)
    parts, generators = [], []
    for rank in range(ranks):

        def new_part(shape, kind):
            whole = numpy.empty(shape, kind)
            low, high = blocks(whole.size, ranks)[rank]
            parts.append(numpy.empty(high - low, kind))
            return whole, parts[-1], low

        monkeypatch.setattr(_legate, "new_part", new_part)
        generator = make()

        def whole(*args, **kwargs):
            pytest.fail(f"{name}{args} {kwargs} was not drawn in parts")

        _draws.spread(getattr(type(generator), name), name, whole)(generator, *args, **kwargs)
        generators.append(generator)
    return numpy.concatenate(parts), generators


def check(make, name, args, kwargs, ranks, monkeypatch):
    reference = make()
    expected = getattr(reference, name)(*args, **kwargs)
    found, generators = drawn_in_parts(make, name, args, kwargs, ranks, monkeypatch)
    assert found.dtype == expected.dtype
    assert found.tobytes() == expected.tobytes()
    after = state_of(reference)
    for generator in generators:
        assert state_of(generator) == after


def state_of(generator):
    if isinstance(generator, numpy.random.RandomState):
        return str(generator.get_state(legacy=False))
    state = generator.bit_generator.state
    if not state.get("has_uint32", 1):
        state["uinteger"] = 0  # What is left of a half that was taken means nothing.
    return str(state)


def modern(bits, skips):
    """A new generator from which some halves of a draw were taken before."""

    def make():
        generator = numpy.random.Generator(bits(123))
        for _ in range(skips):
            generator.integers(0, 1 << 32, dtype=numpy.uint32)
        return generator

    return make


def legacy():
    generator = numpy.random.RandomState(7)
    generator.standard_normal()  # One of a pair is kept for later.
    return generator


@pytest.mark.parametrize("name", sorted({*_draws._SIZES} - {"randint", "tomaxint", "random_sample", "ranf", "sample"}))
def test_generator(name, monkeypatch):
    for bits in (numpy.random.PCG64, numpy.random.MT19937, numpy.random.Philox):
        check(modern(bits, 1), name, ARGUMENTS.get(name, ()), {"size": COUNT}, 3, monkeypatch)


@pytest.mark.parametrize("name", sorted({*_draws._SIZES, *_draws._SHAPED} - {"integers", "ranf", "sample"}))
def test_random_state(name, monkeypatch):
    if name in _draws._SHAPED:
        check(legacy, name, (211, 503), {}, 3, monkeypatch)
    else:
        check(legacy, name, ARGUMENTS.get(name, ()), {"size": (211, 503)}, 3, monkeypatch)


@pytest.mark.parametrize("skips", [0, 1, 2, 3])
@pytest.mark.parametrize("ranks", [1, 2, 7])
@pytest.mark.parametrize(
    "name, args, kwargs",
    [
        ("random", (), {}),
        ("random", (), {"dtype": numpy.float32}),
        ("uniform", (-1.0, 4.0), {}),
        ("integers", (0, 1 << 20), {}),
        ("integers", (1 << 32,), {}),
        ("integers", (5, 5 + (1 << 40)), {}),
        ("integers", (-8, 7), {"endpoint": True, "dtype": numpy.int32}),
        ("integers", (0, 2), {"dtype": bool}),
        ("integers", (0, 200), {"dtype": numpy.uint8}),
        ("integers", (0, 1000), {"dtype": numpy.int16}),
        ("standard_normal", (), {"dtype": numpy.float32}),
        ("standard_exponential", (), {"method": "inv"}),
    ],
)
def test_jumping(name, args, kwargs, ranks, skips, monkeypatch):
    for bits in (numpy.random.PCG64, numpy.random.PCG64DXSM):
        for count in (COUNT, COUNT + 1):
            check(modern(bits, skips), name, args, {"size": count, **kwargs}, ranks, monkeypatch)


def test_jumping_draws_no_more_than_its_block(monkeypatch):
    """A rank that jumps takes its own elements from the generator, and no others."""
    taken = []

    class Counting(numpy.random.Generator):
        def random(self, *args, size=None, **kwargs):
            taken.append(size)
            return super().random(*args, size=size, **kwargs)

    drawn_in_parts(lambda: Counting(numpy.random.PCG64(1)), "random", (COUNT,), {}, 4, monkeypatch)
    assert sum(taken) == COUNT


@pytest.mark.parametrize(
    "args, kwargs",
    [((), {}), ((), {"size": 10}), (([1.0, 2.0],), {"size": (PIECE, 2)}), ((), {"size": PIECE, "scale": [1.0]})],
)
def test_other_calls_are_numpys(args, kwargs):
    """Single numbers, short results and arrays of parameters are drawn whole."""
    assert _draws.request("normal", args, kwargs) is None
