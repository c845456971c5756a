"""Random numbers where several ranks run one program: one stream for all, each rank keeps what it owns.

The numbers are NumPy's, bit for bit, whatever the number of ranks. Every rank draws the whole stream, piece by piece, and
keeps its own block of the result: time is that of one rank, memory its share. Where the generator can jump
(``PCG64``, ``PCG64DXSM``) and each element takes one draw, a rank jumps to its block and draws no more than that.
Generators without a seed take their entropy from rank 0.
"""

import math

import numpy
from numpy import random

import _legate

from . import _classes, _ranks

# The place of `size` among the arguments (without self) of methods that draw element by element.
_SIZES = {
    name: place
    for place, names in enumerate(
        (
            "random random_sample ranf sample standard_normal standard_exponential standard_cauchy tomaxint",
            """chisquare exponential geometric logseries pareto poisson power rayleigh standard_t weibull zipf
            standard_gamma""",
            """beta binomial f gamma gumbel integers laplace logistic lognormal negative_binomial
            noncentral_chisquare normal randint uniform vonmises wald""",
            "hypergeometric noncentral_f triangular",
        )
    )
    for name in names.split()
}
# What may stand behind it.
_BEHIND = {
    "random": ("dtype",),
    "standard_normal": ("dtype",),
    "standard_exponential": ("dtype", "method"),
    "standard_gamma": ("dtype",),
    "integers": ("dtype", "endpoint"),
    "randint": ("dtype",),
}
# Methods whose arguments are the shape, and what they are made of.
_SHAPED = {"rand": "random_sample", "randn": "standard_normal"}

# Elements that are drawn at once; smaller arrays are drawn whole by every rank.
PIECE = 1 << 16
_NUMBERS = (int, float, numpy.number, numpy.bool_, type(None))
_JUMPING = (random.PCG64, random.PCG64DXSM)


def covers(name):
    """Whether a method or function of this name draws element by element."""
    return name in _SIZES or name in _SHAPED


def spread(method, name, whole):
    """The method, with results of which each rank keeps its block; ``whole`` is what runs for anything else."""

    def draw(generator, *args, **kwargs):
        found = request(name, args, kwargs)
        if found is None:
            return whole(generator, *args, **kwargs)
        shape, args, kwargs = found
        plain = getattr(type(generator), _SHAPED[name]) if name in _SHAPED else method

        def piece(count):
            return plain(generator, *args, size=count, **kwargs)

        array, part, first = _legate.new_part(shape, piece(0).dtype)
        _fill(generator, name, piece, part, first, array.size, args, kwargs)
        return array

    return draw


def request(name, args, kwargs):
    """The result's shape and the arguments without it; None where the call is not drawn element by element."""
    kwargs = dict(kwargs)
    if name in _SHAPED:
        size, args = args, ()
    else:
        place = _SIZES[name]
        names = ("size", *_BEHIND.get(name, ()))
        if len(args) > place + len(names) or kwargs.get("out") is not None:
            return None
        kwargs.update(zip(names, args[place:]))
        args, size = args[:place], kwargs.pop("size", None)
    shape = tuple(size) if isinstance(size, (tuple, list)) else (size,)
    if not shape or not all(isinstance(n, (int, numpy.integer)) and n >= 0 for n in shape):
        return None
    numbers = [value for key, value in kwargs.items() if key not in ("dtype", "method", "out")]
    if not all(isinstance(a, _NUMBERS) for a in (*args, *numbers)):
        return None
    shape = tuple(map(int, shape))
    return (shape, args, kwargs) if math.prod(shape) >= PIECE else None


def _fill(generator, name, piece, part, first, total, args, kwargs):
    """Draws ``total`` elements and keeps those of this rank's part."""
    state = getattr(generator, "bit_generator", None)
    halves = halves_of(name, part.dtype, args, kwargs)
    if isinstance(state, _JUMPING) and halves is not None:
        start = state.state
        _jump(state, start, first, halves, piece)
        for low in range(0, len(part), PIECE):
            part[low : low + PIECE] = piece(min(PIECE, len(part) - low))
        _jump(state, start, total, halves, piece)
        return
    # Narrow integers share one draw among several elements, which no later call goes on with.
    step = total if name in ("integers", "randint") and part.itemsize < 4 else PIECE
    for low in range(0, total, step):
        count = min(step, total - low)
        values = piece(count)
        begin, end = max(low, first), min(low + count, first + len(part))
        if begin < end:
            part[begin - first : end - first] = values[begin - low : end - low]


def halves_of(name, kind, args, kwargs):
    """How many halves of a draw (64 bits) every element takes; None where that depends on the numbers drawn."""
    if name == "random":
        return 2 if kind == numpy.float64 else 1
    if name == "uniform":
        return 2
    if name == "integers" and kind.itemsize >= 4:
        low, high = (0, args[0]) if len(args) == 1 or args[1] is None else args[:2]
        if kwargs.get("high") is not None or "low" in kwargs:
            return None
        span = int(high) - int(low) + (1 if kwargs.get("endpoint") else 0)
        if span > 1 and span & (span - 1) == 0:
            return 1 if span <= 1 << 32 else 2
    return None


def _jump(state, start, elements, halves, piece):
    """Brings the bit generator to where it stands after so many elements from ``start`` on."""
    state.state = start
    has_half = start["has_uint32"]
    if halves == 2:
        state.advance(elements)
        after = state.state
        after["has_uint32"], after["uinteger"] = has_half, start["uinteger"]
        state.state = after
        return
    # The first element takes the half that is left over from before; an odd number leaves one behind.
    if elements == 0:
        return
    count = elements - has_half
    last = count % 2
    state.advance(count // 2)
    if last:
        piece(1)


# --- seeds


def entropy():
    """Fresh entropy, the same on every rank."""
    return _ranks.from_root(lambda: random.SeedSequence().entropy)


def share_global_state():
    """The generator behind ``numpy.random``'s functions goes on from rank 0's state everywhere."""
    random.set_state(_ranks.from_root(random.get_state))


def seed(value=None):
    """NumPy: ``numpy.random.seed``."""
    random.seed(random.SeedSequence(entropy()).generate_state(8) if value is None else value)


def default_rng(seed=None):
    """NumPy: ``numpy.random.default_rng``."""
    return _classes.wrap_generator(random.default_rng(entropy() if seed is None else seed))


def seeded(base):
    """A class of NumPy's that takes its entropy from rank 0 when it is given none."""
    if base is random.SeedSequence:

        class Seeded(base):
            def __init__(self, value=None, **options):
                super().__init__(entropy() if value is None else value, **options)

    else:

        class Seeded(base):
            def __init__(self, seed=None, **options):
                if seed is None and options.get("key") is None:
                    seed = entropy()
                super().__init__(seed, **options)

    Seeded.__name__ = Seeded.__qualname__ = base.__name__
    Seeded.__module__ = "cunumeric.random"
    Seeded.__doc__ = base.__doc__
    return Seeded
