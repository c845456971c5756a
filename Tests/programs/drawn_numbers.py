"""Draws of all kinds in random order from one generator, compared with NumPy's; prints how many.

    drawn_numbers.py SEED ROUNDS

Sizes go from nothing to what is drawn in parts on several workers. After every draw the generators' states must be equal.
"""

import random
import sys

import cunumeric
import numpy

MASK = (1 << 63) - 1
SIZES = [(), 0, 1, 2, 3, 7, 64, 511, 513, (3, 5), (2, 0, 3), 4097, 12_289, (130, 1000), 70_000, 300_001]


def bounds(choose):
    """Two integers between which some lie: spans of one value to all of 64 bits, and those around 32 bits."""
    span = choose.choice([1, 2, 3, 100, 1 << 16, (1 << 32) - 1, 1 << 32, (1 << 32) + 1, 3 << 30, 3 << 61, 1 << 64])
    low = choose.choice([0, 1, -5, -(1 << 31), -MASK - 1])
    low = max(min(low, MASK + 1 - span), -MASK - 1)
    return low, low + span


def step(choose):
    """The name of a method, its arguments and keywords."""
    low, high = bounds(choose)
    if high > MASK:
        integers = ((low, high - 1), {"endpoint": True})
    else:
        integers = choose.choice([((low, high), {}), ((high,), {}) if high > 0 else ((low, high), {})])
    kind = choose.choice([numpy.int32, numpy.uint8, numpy.int64, int])
    name, (args, kwargs) = choose.choice([
        ("random", ((), {})), ("random", ((), {"dtype": numpy.float32})), ("standard_normal", ((), {})),
        ("standard_normal", ((), {"dtype": numpy.float32})), ("normal", ((2.5, 3.0), {})), ("normal", ((), {"scale": 7})),
        ("uniform", ((-1.0, 3.25), {})), ("uniform", ((2, 2), {})), ("integers", integers),
        ("integers", ((0, 100), {"dtype": kind})), ("choice", ((1000,), {})), ("choice", ((10,), {"p": [0.1] * 10})),
        ("standard_exponential", ((), {})), ("poisson", ((3.0,), {})), ("permutation", ((50,), None)),
    ])  # fmt: skip
    if kwargs is None:
        return name, args, {}
    size = choose.choice([None, *SIZES])
    return name, args, kwargs if size is None else dict(kwargs, size=size)


def compare(name, args, kwargs, ours, theirs):
    mine, expected = (getattr(generator, name)(*args, **kwargs) for generator in (ours, theirs))
    told = f"{name}{args} {kwargs}"
    if isinstance(expected, numpy.ndarray):
        assert isinstance(mine, cunumeric.ndarray) and mine.base is None, told
        assert mine.dtype == expected.dtype and mine.shape == expected.shape, told
        assert numpy.asarray(mine).tobytes() == expected.tobytes(), told
    else:
        assert mine == expected, told
    assert ours.bit_generator.state == theirs.bit_generator.state, told


def main(seed, rounds):
    choose = random.Random(seed)
    ours, theirs = cunumeric.random.default_rng(seed), numpy.random.default_rng(seed)
    for _ in range(rounds):
        compare(*step(choose), ours, theirs)
    mine, expected = cunumeric.empty(1000), numpy.empty(1000)
    ours.random(out=mine), theirs.random(out=expected)
    assert numpy.asarray(mine).tobytes() == expected.tobytes()
    values = numpy.arange(50.0) ** 2
    assert (numpy.asarray(ours.choice(cunumeric.array(values), 99)) == theirs.choice(values, 99)).all()
    children = [generator.spawn(2)[1] for generator in (ours, theirs)]
    compare("normal", (), {"size": 1000}, *children)
    compare("random", (), {"size": 9}, ours, theirs)
    print(rounds, "draws")


main(*map(int, sys.argv[1:]))
