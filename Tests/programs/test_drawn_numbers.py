"""Native draws of NumPy's default generator: its numbers and its states, in any order with NumPy's own draws."""

import sys
import threading
from pathlib import Path

import launcher
import numpy
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "build" / "python"), str(ROOT / "python")]

import _legate  # noqa: E402
import cunumeric  # noqa: E402
from cunumeric import _pcg64  # noqa: E402

PROGRAM = Path(__file__).with_name("drawn_numbers.py")


@pytest.mark.parametrize(
    "settings",
    [
        {"cpus": 1}, {"cpus": 2}, {"cpus": 7}, {"cpus": 2, "LEGATE_IMMEDIATE_SIZE": "0"},
        {"cpus": 2, "ranks": 3, "LEGATE_MIN_CPU_CHUNK": "100"},
    ],
)  # fmt: skip
def test_numpys_numbers(settings):
    seed = 20 + len(str(settings))
    assert launcher.run_legate(PROGRAM, seed, 150, **settings).stdout == "150 draws\n"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1010))
def test_more_of_numpys_numbers(seed):
    assert launcher.run_legate(PROGRAM, seed, 1500, cpus=1 + seed % 4).stdout == "1500 draws\n"


def test_draws_are_native():
    """The native ways are open with this NumPy."""
    assert _pcg64._agrees()


@pytest.mark.parametrize("name, args", [("random", ()), ("normal", (0.5, 2.0)), ("integers", (0, 10))])
def test_another_numpy_would_draw_itself(monkeypatch, name, args):
    """Where its numbers were others, or its states lay otherwise, NumPy would draw."""
    plain = _legate.draw_normal
    monkeypatch.setattr(_legate, "draw_normal", lambda capsule, size, *scale: plain(capsule, size, 1.0, 2.0))
    monkeypatch.setattr(_pcg64, "_agreement", None)
    assert not _pcg64._agrees()
    assert _pcg64.replacement(name, None, None) is None


def test_calls_are_refused_like_numpys():
    ours, theirs = cunumeric.random.default_rng(5), numpy.random.default_rng(5)
    for name, args, kwargs in (
        ("random", (-1,), {}), ("random", ((2, -3),), {}), ("random", ("x",), {}), ("normal", (0.0, -1.0, 5), {}),
        ("integers", (5, 5, 3), {}), ("integers", (0, 1 << 64, 3), {}), ("uniform", (0.0, numpy.inf, 3), {}),
        ("choice", (0, 3), {}), ("choice", (-2, 3), {}), ("random", (), {"size": 2.5}), ("normal", ("a", 1.0, 3), {}),
    ):  # fmt: skip
        errors = []
        for generator in (ours, theirs):
            with pytest.raises(Exception) as caught:
                getattr(generator, name)(*args, **kwargs)
            errors.append((caught.type, str(caught.value)))
        assert errors[0] == errors[1], (name, args)
    assert ours.bit_generator.state == theirs.bit_generator.state


@pytest.mark.parametrize("name, args", [("random", ()), ("normal", (0.5, 2.0)), ("integers", (0, 10))])
def test_what_does_not_fit_draws_nothing(name, args):
    ours = cunumeric.random.default_rng(5)
    with pytest.raises(MemoryError):
        getattr(ours, name)(*args, size=1 << 57)
    assert ours.bit_generator.state == numpy.random.default_rng(5).bit_generator.state


def test_threads_share_a_generator():
    """Draws of two threads do not mix: together they are the stream."""
    ours, drawn = cunumeric.random.default_rng(8), []

    def draw():
        for _ in range(300):
            drawn.extend(ours.random(5).tolist())

    threads = [threading.Thread(target=draw) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(drawn) == sorted(numpy.random.default_rng(8).random(3000).tolist())
