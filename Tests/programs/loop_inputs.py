"""What random functions with loops are called with: lines that make arrays and numbers, as text.

`Inputs(random)` draws the parameters of one function; `lines(variant)` gives the text that makes their values. Variant 0
is what the function was written for; the others have other types, lengths, numbers, and other arrays that share memory.
The text uses `np` and `make`, so that the same lines serve NumPy and the library, and a report can print them.
"""

import random

import numpy

TYPES = ("float64",) * 6 + ("float32", "int64", "int64", "int32", "int16", "int8", "uint8", "bool", "complex128")
PLAIN_TYPES = ("float64", "float64", "float64", "int64", "float32", "int32", "bool")
LENGTHS = (0, 1, 2, 3, 3, 7, 7, 7, 7, 12, 40, 300)
PLAIN_LENGTHS = (0, 1, 2, 3, 7, 7, 7, 12, 12, 12, 40, 40, 300)
PLAIN_TRIPS = (1, 2, 3, 5, 7, 7, 10, 10, 20, 40)
TRIPS = (0, 1, 2, 3, 3, 5, 5, 7, 10, 10, 40)


def make(np, kind, shape, start=0):
    """A fresh array of small values of one type, the same for equal arguments."""
    count = int(numpy.prod(shape))
    whole = (numpy.arange(count) + start) * 7919 % 1009
    if kind == "bool":
        values = whole % 3 == 0
    elif kind.startswith("int"):
        values = whole % 11 - 4
    elif kind.startswith("uint"):
        values = whole % 11
    elif kind.startswith("complex"):
        values = (whole % 97) / 32 - 1 + 1j * ((whole % 61) / 16 - 2)
    else:
        values = (whole % 97) / 32 - 1
    # A copy, so that with LEGATE_IMMEDIATE_SIZE=0 its values are not at rest yet.
    return np.array(values.astype(kind).reshape(shape)).copy()


class Inputs:
    """The parameters of one function."""

    def __init__(self, draw, plain=False, large=0.03):
        # Plain inputs are what loops are compiled for most often: float64 and integers, row-major, arrays of their own.
        self.plain = plain
        self.seed = draw.randrange(1 << 30)
        lengths, trips = (PLAIN_LENGTHS, PLAIN_TRIPS) if plain else (LENGTHS, TRIPS)
        length = draw.choice((2000, 5000, 20_000)) if draw.random() < large else draw.choice(lengths)
        self.length, self.trips = length, draw.choice(trips)
        if draw.random() < 0.4:
            self.trips = min(length, 40)
        self.kinds = [draw.choice(PLAIN_TYPES if plain else TYPES) for _ in range(2)]
        self.arrays = []
        for name in ("a", "b", "c", "d")[: draw.choice((1, 2, 2, 3, 3, 4))]:
            axes = draw.choice((1, 1, 1, 2, 2, 3))
            self.arrays.append((name, axes, draw.randrange(2), draw.choice((0, 0, 0, 0, 1, -1))))
        self.numbers = {"n": None, "k": draw.choice((0, 1, 1, 2, 3, -1)), "x": draw.choice((0.5, 0.25, -1.5, 2.0, 3))}

    @property
    def names(self):
        return [array[0] for array in self.arrays] + list(self.numbers)

    def shape(self, axes, more, length, draw):
        length = max(0, length + more)
        if axes == 1:
            return (length,)
        rows = draw.choice((1, 2, 3, 5, min(length, 20)))
        if axes == 2:
            side = min(length, 40)
            return draw.choice(((side, side), (side, side), (rows, length), (side, rows)))
        return (rows, min(length, 12), draw.choice((1, 2, min(length, 7))))

    def lines(self, variant):
        """The text of a variant's values, one statement a line; every parameter's name is bound."""
        draw, change = random.Random(self.seed), random.Random(self.seed + variant)
        length, trips, kinds = self.length, self.trips, list(self.kinds)
        numbers = dict(self.numbers)
        if variant:
            if change.random() < 0.35:
                length = change.choice(LENGTHS)
            if change.random() < 0.3:
                trips = change.choice(TRIPS)
            if change.random() < 0.35:
                kinds[change.randrange(2)] = change.choice(TYPES)
            if change.random() < 0.3:
                numbers["k"] = change.choice((0, 1, 2, 5, -2))
            if change.random() < 0.3:
                numbers["x"] = change.choice((1, 0.5, -2, 4.0, True, 1e3))
        sharing = 0.3 if variant else 0.05 if self.plain else 0.2
        found, made = [], {}
        for place, (name, axes, which, more) in enumerate(self.arrays):
            shape = self.shape(axes, more, length, draw)
            dice = (change if variant else draw).random()
            line = None
            if dice < sharing:
                line = self.shared(change, name, shape, made)
            if line is None:
                line = self.fresh(change, name, kinds[which], shape, place)
            found += line
            made[name] = shape
        numbers["n"] = trips
        return found + [f"{name} = {value!r}" for name, value in numbers.items()]

    def shared(self, draw, name, shape, made):
        """An array that shares memory with an earlier one, if one of that many axes is there."""
        others = [other for other, there in made.items() if len(there) == len(shape)]
        if not others:
            return None
        other = draw.choice(others)
        whole = [other, other, f"{other}[::-1]", f"{other}[...]", f"{other}[1:]", f"{other}[:-1]", f"{other}[::2]"]
        if len(shape) > 1:
            whole += [f"{other}.T", f"{other}[:, ::-1]", f"{other}.swapaxes(0, -1)"]
        return [f"{name} = {draw.choice(whole)}"]

    def fresh(self, draw, name, kind, shape, place):
        """An array of its own, sometimes a view of a larger one, stretched, or for reading only."""
        start, dice = place * 37, draw.random()
        if dice < (0.95 if self.plain else 0.7):
            return [f"{name} = make(np, {kind!r}, {shape}, {start})"]
        base = f"{name}_base"
        if dice < 0.75:
            return [f"{name} = make(np, {kind!r}, {shape}, {start})", f"{name}.flags.writeable = False"]
        if dice < 0.8 and len(shape) > 1:
            return [
                f"{base} = make(np, {kind!r}, {shape[1:]}, {start})",
                f"{name} = np.broadcast_to({base}, {shape})",
            ]
        if dice < 0.86 and len(shape) > 1:
            return [f"{base} = make(np, {kind!r}, {shape[::-1]}, {start})", f"{name} = {base}.T"]
        if dice < 0.92:
            return [f"{base} = make(np, {kind!r}, {shape}, {start})", f"{name} = {base}[::-1]"]
        if len(shape) == 1 and dice < 0.96:
            return [f"{base} = make(np, {kind!r}, {(*shape, 3)}, {start})", f"{name} = {base}[:, 1]"]
        first = (2 * shape[0] + 1, *shape[1:])
        return [f"{base} = make(np, {kind!r}, {first}, {start})", f"{name} = {base}[1::2]"]


def bound(np, lines):
    """The names that a variant's lines bind, with their values."""
    names = {"np": np, "make": make}
    exec("\n".join(lines), names)
    for extra in ("np", "make", "__builtins__"):
        del names[extra]
    return names
