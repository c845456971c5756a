"""Writes random NumPy programs, statement by statement, from a seed.

The generator runs each statement under NumPy at once, so it knows every
variable's shape, type and values when it writes the next one. What it writes
is ordinary source: `v3 = v1[::-1, None] + v2`. The families of statements are
in `program_statements.py` (elements), `program_reductions.py`,
`program_structure.py` (shapes), `program_algorithms.py`, and, for the wide
programs, in `program_outputs.py` and `program_calls.py`.
"""

import random

import numpy
from program_algorithms import FAMILIES as ALGORITHM_FAMILIES
from program_calls import FAMILIES as CALL_FAMILIES
from program_outputs import FAMILIES as OUTPUT_FAMILIES
from program_reductions import FAMILIES as REDUCTION_FAMILIES
from program_reference import Reference, Statement, Unsuitable, is_numeric, root
from program_statements import FAMILIES as ELEMENT_FAMILIES
from program_structure import FAMILIES as STRUCTURE_FAMILIES

FAMILIES = (
    ELEMENT_FAMILIES + REDUCTION_FAMILIES + STRUCTURE_FAMILIES + ALGORITHM_FAMILIES
)
WIDE_FAMILIES = FAMILIES + OUTPUT_FAMILIES + CALL_FAMILIES

DTYPES = (
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 "
    "float16 float32 float64 complex64 complex128"
).split()
COMMON_DTYPES = ["float64"] * 4 + ["int64"] * 3 + ["float32", "int32", "bool", "complex128"]


class Generator:
    """One program under construction."""

    MOST_VARIABLES = 9
    MOST_ELEMENTS = 400_000

    def __init__(self, seed, layout=False, wide=False, big=0.08):
        self.random = random.Random(seed)
        self.layout = layout
        self.families = WIDE_FAMILIES if wide else FAMILIES
        self.reference = Reference()
        self.statements = []
        self.outcomes = []
        self.orders = {}  # id of an owner of memory -> (owner, whether it began in C order)
        self.big = self.random.random() < big
        self.used = 0
        self.size = self.random.randint(20_000, 200_000)
        self.shapes = [self.new_shape() for _ in range(3)]
        self.dtypes = [self.random.choice(DTYPES + COMMON_DTYPES) for _ in range(3)]

    # Choosing -------------------------------------------------------------

    def chance(self, probability):
        return self.random.random() < probability

    def choice(self, options):
        return self.random.choice(options)

    def new_shape(self):
        """A shape; small ones with at most four axes, or one big one."""
        if self.big:
            axes = self.choice([1, 1, 2, 2, 3])
            if axes == 1:
                return (self.size,)
            first = self.random.randint(2, 400)
            rest = max(1, self.size // first)
            return (first, rest) if axes == 2 else (first, max(1, rest // 7), 7)
        axes = self.choice([0, 1, 1, 1, 2, 2, 2, 3, 3, 4])
        most = {0: 0, 1: 12, 2: 9, 3: 6, 4: 4}[axes]
        shape = tuple(self.choice([0, 1] + [self.random.randint(1, most)] * 9) for _ in range(axes))
        return shape

    def shape(self):
        return self.choice(self.shapes) if self.chance(0.7) else self.new_shape()

    def dtype(self):
        return self.choice(self.dtypes) if self.chance(0.6) else self.choice(DTYPES)

    def value(self, name):
        return self.reference.environment[name]

    def evaluate(self, source):
        """The value of an expression under NumPy; a failure ends the attempt."""
        try:
            return eval(source, self.reference.environment)
        except Exception:
            raise Unsuitable from None

    def names(self, accepts=lambda value: True):
        environment = self.reference.environment
        return [
            name
            for name, value in environment.items()
            if name[0] == "v" and is_numeric(value) and accepts(value)
        ]

    def pick(self, accepts=lambda value: True):
        """A variable, of those that `accepts` likes."""
        names = self.names(accepts)
        if not names:
            raise Unsuitable
        return self.choice(names)

    def array(self, accepts=lambda value: True):
        """An array variable, never a NumPy scalar."""
        return self.pick(lambda value: isinstance(value, numpy.ndarray) and accepts(value))

    def writable(self, accepts=lambda value: True):
        return self.array(lambda value: value.flags.writeable and accepts(value))

    def exact(self, accepts=lambda value: True):
        return self.pick(lambda value: self.reference.is_exact(value) and accepts(value))

    # Pieces of source -----------------------------------------------------

    def scalar(self, dtype=None):
        """A Python or NumPy scalar that suits arrays of the given type."""
        kind = numpy.dtype(dtype).kind if dtype is not None else self.choice("biuffc")
        small = self.random.randint(0, 9)
        if kind == "b":
            return self.choice(["True", "False"])
        if kind == "u":
            return str(small)
        if kind == "i":
            return str(small - 4)
        number = self.choice([small - 4, small / 4 - 1, small / 8, 0.5, 2.0, -1.5])
        if kind == "c" and self.chance(0.5):
            return f"({number} + {small - 3}j)"
        return str(number)

    def any_scalar(self, dtype=None):
        if self.chance(0.2):
            kind = self.choice(DTYPES)
            return f"np.{kind}({self.scalar(kind)})" if kind != "bool" else "np.bool_(True)"
        return self.scalar(dtype)

    def slice(self, length, exactly=None):
        """A slice of an axis; with `exactly`, one that yields that many."""
        if exactly is not None:
            return self._slice_of(length, exactly)
        style = self.random.random()
        if style < 0.25:
            return ":"
        if style < 0.35:
            return "::-1"
        start, stop = (self.random.randint(-length - 1, length + 1) for _ in range(2))
        if style < 0.5:
            return f"{self.random.randint(0, 2)}:"
        if style < 0.6:
            return f":{-self.random.randint(1, 2)}"
        if style < 0.75:
            return f"{min(start % (length + 1), stop % (length + 1))}:{max(stop, 1)}"
        if style < 0.9:
            return f"::{self.choice([2, 3, -2, -3])}"
        return f"{start}:{stop}:{self.choice([1, 2, -1, -2, 5])}"

    def _slice_of(self, length, count):
        if count == 0:
            return ":0"
        if count == length and self.chance(0.6):
            return self.choice([":", ":", "::-1"])
        steps = [s for s in (1, 1, 1, 2, 3) if (count - 1) * s < length]
        if not steps:
            raise Unsuitable
        step = self.choice(steps)
        span = (count - 1) * step
        start = self.random.randint(0, length - 1 - span)
        if self.chance(0.25):
            last = f"{start - 1}" if start > 0 else ""
            return f"{start + span}:{last}:{-step}"
        return f"{start}:{start + span + 1}" + (f":{step}" if step > 1 else "")

    def fitted(self, name, shape):
        """Source of a view of `name` that has exactly the given shape."""
        value = self.value(name)
        surplus = value.ndim - len(shape)
        if surplus < 0:
            raise Unsuitable
        if value.shape == shape and self.chance(0.5):
            return name
        parts = []
        for axis in range(surplus):
            if value.shape[axis] == 0:
                raise Unsuitable
            parts.append(str(self.random.randint(-value.shape[axis], value.shape[axis] - 1)))
        for axis, count in enumerate(shape):
            if value.shape[surplus + axis] < count:
                raise Unsuitable
            parts.append(self.slice(value.shape[surplus + axis], count))
        return f"{name}[{', '.join(parts)}]" if parts else f"{name}[()]"

    def broadcastable(self, shape):
        """A shape that broadcasts to `shape`."""
        result = tuple(1 if self.chance(0.2) else count for count in shape)
        return result[self.random.randint(0, len(result)) :] if self.chance(0.3) else result

    def operand(self, shape, dtype=None, accepts=lambda value: True, exactly=False):
        """Source of something that broadcasts with `shape`."""
        if self.chance(0.25) and not exactly:
            return self.any_scalar(dtype)
        for _ in range(6):
            goal = shape if exactly else self.broadcastable(shape)
            names = self.names(accepts)
            if not names:
                break
            try:
                return self.fitted(self.choice(names), goal)
            except Unsuitable:
                continue
        return self.literal(shape, dtype or self.dtype())

    def literal(self, shape, dtype):
        """Source of a new array of that shape and type."""
        count = int(numpy.prod(shape))
        dtype = numpy.dtype(dtype).name
        kind = numpy.dtype(dtype).kind
        if count > 40:
            return self._long_literal(shape, count, dtype, kind)
        values = [self.scalar(dtype) for _ in range(count)]
        if kind in "fc" and count and self.chance(0.12):
            values[self.random.randrange(count)] = self.choice(["np.nan", "np.inf", "-np.inf"])
        if kind in "iu" and count and self.chance(0.12):
            limit = self.choice([numpy.iinfo(dtype).max, numpy.iinfo(dtype).min])
            values[self.random.randrange(count)] = str(limit)
        if len(shape) == 0:
            return f"np.array({values[0]}, dtype=np.{dtype})"
        text = f"np.array([{', '.join(values)}], dtype=np.{dtype})"
        return text if len(shape) == 1 else f"{text}.reshape({shape})"

    def _long_literal(self, shape, count, dtype, kind):
        factor, modulus = self.choice([7919, 104729, 31]), self.choice([101, 127, 1009, 65521])
        if kind == "b":
            text = f"(np.arange({count}) * {factor} % 7 < 3)"
        elif kind == "u" or numpy.dtype(dtype) == numpy.int8:
            text = f"(np.arange({count}) * {factor} % 101).astype(np.{dtype})"
        elif kind == "i":
            text = f"(np.arange({count}) * {factor} % {modulus} - 50).astype(np.{dtype})"
        elif kind == "f":
            text = f"((np.arange({count}) * {factor} % {modulus} - 40) / 16).astype(np.{dtype})"
        else:
            text = f"((np.arange({count}) * {factor} % 101 - 40) * (0.25 + 0.5j))"
            text = f"{text}.astype(np.{dtype})"
        return text if len(shape) == 1 else f"{text}.reshape({shape})"

    def out_shape(self, source):
        value = self.evaluate(source)
        return value.shape if is_numeric(value) else ()

    # Adding statements ----------------------------------------------------

    def new_name(self):
        names = self.names()
        if names and self.chance(0.15):
            return self.choice(names)
        self.used += 1
        return f"v{self.used}"

    def emit(self, source, **settings):
        """Adds `name = source`."""
        name = self.new_name()
        return self.add(Statement(f"{name} = {source}", target=name, **settings))

    def mutate(self, name, source, **settings):
        """Adds a statement that writes into the memory of `name`."""
        return self.add(Statement(source, mutates=name, **settings))

    def add(self, statement):
        outcome = self.reference.run(statement)
        if statement.target and outcome is None:
            self.note_order(self.value(statement.target))
        if statement.target and outcome is None:
            value = self.value(statement.target)
            if is_numeric(value) and value.size > self.MOST_ELEMENTS:
                self.statements.append(statement)
                self.outcomes.append(outcome)
                return self.add(Statement(f"del {statement.target}", smooth=True))
        self.statements.append(statement)
        self.outcomes.append(outcome)

    def note_order(self, value):
        if isinstance(value, numpy.ndarray) and id(root(value)) not in self.orders:
            self.orders[id(root(value))] = (root(value), value.flags.c_contiguous)

    def reshapable(self, value):
        """Whether NumPy's choice between view and copy follows from C order.

        It does not where a function left its result in another order, as
        arithmetic on transposed operands and some indexing do.
        """
        return self.layout or self.orders[id(root(value))][1]

    # The program ----------------------------------------------------------

    def program(self, length):
        """Writes about `length` statements; returns them."""
        for _ in range(2):
            self.emit(self.literal(self.shape(), self.dtype()))
        families, weights = zip(*self.families)
        attempts = 0
        while len(self.statements) < length and attempts < 8 * length:
            attempts += 1
            family = self.random.choices(families, weights)[0]
            try:
                family(self)
            except Unsuitable:
                continue
            self.trim()
        return self.statements

    def trim(self):
        """Drops variables when there are many, as a program's scopes would."""
        names = self.names()
        if len(names) > self.MOST_VARIABLES:
            name = self.choice(names)
            self.add(Statement(f"del {name}", smooth=True))
