"""Random numbers on all ranks: one stream, NumPy's bits, each rank its own block.

    mpirun -n 3 python draws.py
"""

import cunumeric as np
import numpy

import _legate

rank, ranks = _legate.rank(), _legate.rank_count()


def agrees(array, expected):
    part, first = _legate.own_part(array)
    assert array.shape == expected.shape and array.dtype == expected.dtype, (array.dtype, expected.dtype)
    assert len(part) <= expected.size // ranks + 8 * expected.shape[-1] or not _legate.is_spread(array)
    assert part.tobytes() == expected.ravel()[first : first + len(part)].tobytes()


def alike(value):
    """Every rank has the same."""
    assert len(set(_legate.all_gather(repr(value).encode()))) == 1


def seeded():
    for bits in ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"):
        ours = np.random.Generator(getattr(np.random, bits)(5))
        theirs = numpy.random.Generator(getattr(numpy.random, bits)(5))
        for name, args in (
            ("random", ()), ("normal", (1.0, 2.0)), ("integers", (0, 1 << 16)), ("integers", (0, 1000)),
            ("uniform", (2.0, 3.0)), ("poisson", (4.0,)), ("standard_gamma", (0.5,)),
        ):
            agrees(getattr(ours, name)(*args, size=(500, 401)), getattr(theirs, name)(*args, size=(500, 401)))
            assert float(ours.random()) == theirs.random()
        agrees(ours.random(300_001, numpy.float32), theirs.random(300_001, numpy.float32))
        agrees(ours.integers(0, 100, 100_000, numpy.uint8), theirs.integers(0, 100, 100_000, numpy.uint8))
        agrees(ours.permutation(100_000), theirs.permutation(100_000))
        agrees(ours.choice(1000, 200_000), theirs.choice(1000, 200_000))
    np.random.seed(3)
    numpy_state = numpy.random.RandomState(3)
    agrees(np.random.rand(400, 300), numpy_state.rand(400, 300))
    agrees(np.random.randn(70_001), numpy_state.randn(70_001))
    agrees(np.random.standard_normal(5), numpy_state.standard_normal(5))
    agrees(np.random.randint(0, 10, 100_000), numpy_state.randint(0, 10, 100_000))
    agrees(np.random.normal(size=(300, 300)), numpy_state.normal(size=(300, 300)))
    theirs = numpy.random.RandomState(9)
    ours = np.random.RandomState(9)
    agrees(ours.binomial(10, 0.5, 100_000), theirs.binomial(10, 0.5, 100_000))


def unseeded():
    for make in (
        lambda: np.random.default_rng(),
        lambda: np.random.Generator(np.random.PCG64()),
        lambda: np.random.Generator(np.random.MT19937()),
        lambda: np.random.Generator(np.random.Philox()),
        lambda: np.random.default_rng(np.random.SeedSequence()),
        lambda: np.random.RandomState(),
    ):
        one, other = make().standard_normal(4), make().standard_normal(4)
        alike(one.tolist())
        assert one.tolist() != other.tolist()
    alike(np.random.rand(3).tolist())
    np.random.seed()
    alike(np.random.rand(3).tolist())
    array = np.random.default_rng().random((300, 300))
    alike(float(array.sum()))


seeded()
unseeded()
if rank == 0:
    print("all draws: ok")
