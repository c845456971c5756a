"""Random chains of views, joins and rearrangements, on NumPy and on the array library, seed by seed.

Every step works on the result of the one before, so that views of views of joined arrays arise; now and then a view is
written through, and the array it belongs to is compared too.
"""

import os
import random

import cunumeric
import numpy
import pytest

SEEDS = int(os.environ.get("LEGATE_TEST_SEEDS", "60"))
TYPES = ["?", "i1", "u2", "i4", "i8", "u8", "f2", "f4", "f8", "c8", "c16"]


def starting_array(rng):
    """The text of an expression that makes an array; large ones leave the short way for small arrays."""
    axes = rng.choice([1, 1, 2, 2, 3])
    limit = rng.choice([4, 7, 400 if axes < 3 else 40])
    shape = tuple(rng.randint(1, limit) for _ in range(axes))
    size = int(numpy.prod(shape))
    return f"(np.arange({size}) * 7 % 23).astype('{rng.choice(TYPES)}').reshape({shape})"


def step(rng, shape):
    """One more operation on `x`, given its shape."""
    n = len(shape)
    axis = rng.randrange(n) if n else 0
    order = rng.sample(range(n), n)
    choices = [
        f"np.transpose(x, {order})",
        "np.flip(x)",
        f"np.flip(x, {axis})",
        f"np.roll(x, {rng.randint(-9, 9)}, {axis})",
        f"np.roll(x, {rng.randint(-9, 9)})",
        f"x[{', '.join([':'] * axis + ['::' + str(rng.choice([-1, 2, -2, 3]))])}]",
        f"np.expand_dims(x, {rng.randint(0, n)})" if n < 4 else "np.squeeze(x)",
        "np.squeeze(x)",
        "np.ravel(x)",
        f"x.ravel('{rng.choice('FAK')}')",
        "np.reshape(x, (-1,))",
        "x.reshape(x.shape[::-1])",
        f"x.reshape(x.shape[::-1], order='{rng.choice('FA')}')",
        f"np.concatenate([x, x], axis={axis})",
        f"np.stack([x, x[::-1]], axis={axis})" if n < 4 else "x",
        f"np.repeat(x, {rng.randint(1, 3)}, axis={axis})",
        f"np.repeat(x, [(7 * i) % 3 for i in range(x.shape[{axis}])], axis={axis})",
        f"np.tile(x, {tuple(rng.randint(1, 2) for _ in range(n))})",
        f"np.split(x, [{rng.randint(0, 3)}], axis={axis})[1]",
        f"np.pad(x, {rng.randint(0, 3)}, '{rng.choice(['constant', 'edge', 'wrap', 'symmetric', 'reflect'])}')",
        f"np.delete(x, 0, {axis})",
        f"np.insert(x, 1 if x.shape[{axis}] else 0, 1, axis={axis})",
        f"np.moveaxis(x, {axis}, {rng.randrange(n) if n else 0})",
        f"np.clip(x.real, 2, {rng.randint(3, 20)})",
        f"np.resize(x, x.shape[::-1])",
        "x.T",
        "x.copy()",
        "x.real",
        "(x + x)",
        "np.where(x == 1, x, x)",
    ]
    if n >= 2:
        choices += [
            f"np.rot90(x, {rng.randint(-3, 3)})",
            "np.swapaxes(x, 0, -1)",
            f"np.tril(x, {rng.randint(-2, 2)})",
            f"np.triu(x, {rng.randint(-2, 2)})",
            f"np.diagonal(x, {rng.randint(-2, 2)}).copy()",
            "np.vstack([x, x])",
            "np.hstack([x, x])",
        ]
    if n == 1:
        choices += ["np.broadcast_to(x, (2,) + x.shape).copy()", "np.diag(x[:50])", "np.meshgrid(x[:50], x[:9])[1]"]
    return rng.choice(choices)


def same(own, host):
    own = numpy.asarray(own)
    return (
        own.dtype == host.dtype
        and own.shape == host.shape
        and numpy.array_equal(own, host, equal_nan=host.dtype.kind in "fc")
    )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(SEEDS))
def test_chains(seed):
    rng = random.Random(seed)
    text = starting_array(rng)
    spaces = [{"np": cunumeric}, {"np": numpy}]
    trail = [f"x = {text}", "base = x"]
    for space in spaces:
        for line in trail:
            exec(line, space)
    for _ in range(rng.randint(2, 9)):
        shape = spaces[1]["x"].shape
        if spaces[1]["x"].size > 200_000:
            break
        line = f"x = {step(rng, shape)}"
        if rng.random() < 0.25 and spaces[1]["x"].flags.writeable:
            line = rng.choice(["x[...] = 1", "x[::2] = 0", "x[-1:] = x[:1]"]) if shape else "x[...] = 1"
        trail.append(line)
        outcomes = []
        for space in spaces:
            try:
                exec(line, space)
                outcomes.append(None)
            except Exception as error:
                outcomes.append((type(error).__mro__[-4:], str(error)))
        assert (outcomes[0] is None) == (outcomes[1] is None), (trail, outcomes)
        if rng.random() < 0.3:
            assert same(spaces[0]["x"], spaces[1]["x"]), "; ".join(trail)
    for name in ("x", "base"):
        assert same(spaces[0][name], spaces[1][name]), f"{name} after " + "; ".join(trail)
