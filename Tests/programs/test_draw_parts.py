"""Large draws in parts on several workers: NumPy's stream, and the generator behind it, bit for bit."""

import sys
from pathlib import Path

import numpy
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "build" / "python"), str(ROOT / "python")]

import _legate  # noqa: E402
from cunumeric import _draw_parts, _draws  # noqa: E402

CASES = [
    ("random", (), {}), ("random", (), {"dtype": numpy.float32}), ("uniform", (-1.0, 3.0), {}),
    ("integers", (0, 1000), {}), ("integers", (0, 3 << 30), {}), ("integers", (3 << 61,), {}),
    ("integers", (0, 1 << 40), {}), ("integers", (5, 90), {"dtype": numpy.int32, "endpoint": True}),
    ("integers", (0, 200), {"dtype": numpy.uint8}), ("standard_normal", (), {}),
    ("standard_normal", (), {"dtype": numpy.float32}), ("normal", (1.0, 2.0), {}), ("lognormal", (0.0, 1.0), {}),
    ("standard_exponential", (), {}), ("standard_exponential", (), {"method": "inv"}), ("exponential", (2.5,), {}),
    ("standard_gamma", (2.5,), {}), ("gamma", (0.3, 1.5), {}), ("beta", (0.5, 2.0), {}), ("chisquare", (3.0,), {}),
    ("poisson", (6.5,), {}), ("poisson", (0.01,), {}), ("binomial", (40, 0.3), {}), ("geometric", (0.1,), {}),
    ("zipf", (2.5,), {}), ("standard_t", (5,), {}), ("vonmises", (0.0, 2.0), {}), ("wald", (1.0, 2.0), {}),
    ("hypergeometric", (20, 30, 10), {}), ("laplace", (0.0, 2.0), {}), ("triangular", (0.0, 0.3, 1.0), {}),
]  # fmt: skip


@pytest.fixture
def small_parts(monkeypatch):
    """Three workers, parts of some thousand elements; the list gets the elements of each round."""
    rounds = []
    plain = _draw_parts._Stream._round

    def noted(stream, *arguments):
        result = plain(stream, *arguments)
        rounds.append(result[0])
        return result

    monkeypatch.setattr(_draws, "PIECE", 20_000)
    monkeypatch.setattr(_draw_parts, "LEAST", 20_000)
    monkeypatch.setattr(_draw_parts, "PART", 4_000)
    # Drawn at once for speed alone: in parts, too, they are NumPy's.
    monkeypatch.setattr(_draw_parts, "_FAST", ())
    monkeypatch.setattr(_draw_parts, "PIECE", 512)
    monkeypatch.setattr(_legate, "workers", lambda: 3)
    monkeypatch.setattr(_draw_parts._Stream, "_round", noted)
    return rounds


def generator(bits, skips):
    """A generator of which some halves of a draw are gone."""
    result = numpy.random.Generator(bits(321))
    for _ in range(skips):
        result.integers(0, 1 << 32, dtype=numpy.uint32)
    return result


def state_of(generator):
    state = generator.bit_generator.state
    if not state["has_uint32"]:
        state["uinteger"] = 0  # What is left of a half that was taken means nothing.
    return str(state)


def draw(generator, name, args, kwargs):
    return _draw_parts.in_parts(getattr(numpy.random.Generator, name), name)(generator, *args, **kwargs)


@pytest.mark.parametrize("name, args, kwargs", CASES)
def test_numpys_stream(small_parts, name, args, kwargs):
    for bits, skips, size in (
        (numpy.random.PCG64, 0, 20_000), (numpy.random.PCG64, 1, (211, 103)), (numpy.random.PCG64DXSM, 3, 37_777)
    ):  # fmt: skip
        plain, parted = generator(bits, skips), generator(bits, skips)
        expected = getattr(plain, name)(*args, size=size, **kwargs)
        found = draw(parted, name, args, dict(kwargs, size=size))
        assert found.dtype == expected.dtype and found.shape == expected.shape
        assert found.tobytes() == expected.tobytes()
        assert state_of(parted) == state_of(plain)


@pytest.mark.parametrize("name, args", [("standard_normal", ()), ("integers", (0, 1000)), ("standard_exponential", ())])
def test_parts_meet(small_parts, name, args):
    """What the workers draw is kept: as few rounds as three parts each allow, and one for what rejections shift."""
    draw(generator(numpy.random.PCG64, 0), name, args, {"size": 60_000})
    assert sum(small_parts) == 60_000 - _draw_parts.NOTED
    assert len(small_parts) <= 6


def test_one_part_after_another_where_states_do_not_meet(small_parts, monkeypatch):
    monkeypatch.setattr(_draw_parts._Part, "_note_first", lambda part: None)
    plain, parted = (generator(numpy.random.PCG64, 0) for _ in range(2))
    found = draw(parted, "standard_normal", (), {"size": 30_000})
    assert found.tobytes() == plain.standard_normal(30_000).tobytes()
    assert state_of(parted) == state_of(plain)
    assert len(small_parts) > 6


def test_errors_are_numpys(small_parts):
    with pytest.raises(ValueError, match="scale < 0"):
        draw(generator(numpy.random.PCG64, 0), "normal", (0.0, -1.0), {"size": 30_000})


@pytest.mark.parametrize(
    "bits, name, args, kwargs",
    [
        (numpy.random.MT19937, "random", (), {"size": 30_000}), (numpy.random.PCG64, "random", (), {"size": 10}),
        (numpy.random.PCG64, "choice", (30_000,), {"size": 30_000}), (numpy.random.PCG64, "random", (30_000, "f4"), {}),
        (numpy.random.PCG64, "normal", ([1.0, 2.0],), {"size": (20_000, 2)}),
    ],
)  # fmt: skip
def test_other_calls_are_numpys(small_parts, bits, name, args, kwargs):
    plain, parted = generator(bits, 0), generator(bits, 0)
    assert draw(parted, name, args, kwargs).tobytes() == getattr(plain, name)(*args, **kwargs).tobytes()
    assert not small_parts
