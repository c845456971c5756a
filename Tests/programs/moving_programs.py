"""Loops over parts that move, run by NumPy and by Legate and compared: `moving_programs.py START COUNT`.

A program draws a few matrices and cubes and a loop whose statements read and write rows, columns, planes, bands and
single elements: some at places that move with the loop's number, each with its own step, some at places that stay, some
at places that jump. Nothing of it is an approximation, so every element must be equal. Prints the number of programs,
and what all of them did to the counters.
"""

import json
import sys

import numpy
import _legate
import cunumeric

TYPES = ("float64", "float64", "float32", "int64", "int32", "complex128", "int16")


def fresh(np, shape, kind):
    count = int(numpy.prod(shape))
    values = (np.arange(count) * 7919 % 1009).reshape(shape)
    return (values % 7).astype(kind) if kind.startswith("int") else (values / 1009).astype(kind)


class Program:
    """Arrays of one type and a list of statements, each a function of the loop's number."""

    def __init__(self, seed):
        rng = self.rng = numpy.random.default_rng(seed)
        self.kind = TYPES[int(rng.integers(len(TYPES)))]
        side, self.rounds = int(rng.integers(24, 70)), int(rng.integers(6, 16))
        self.shapes = [(side, side)] * 2 + [(side // 2, side), (12, side // 2, side)]
        self.width = int(rng.choice([1, 1, 2, 5]))
        self.statements = [self.drawn() for _ in range(int(rng.integers(1, 6)))]
        self.outer = int(rng.integers(1, 4))

    def place(self, extent, width):
        """A function from the loop's number to where a range of `width` begins."""
        rng, room = self.rng, extent - width
        start, kind = int(rng.integers(0, room + 1)), int(rng.integers(8))
        if kind < 5:
            step = int(rng.choice([1, 1, 1, -1, -1, 2, -2, 3]))
            return lambda k: (start + step * k) % (room + 1)
        if kind < 7:
            return lambda k: start
        return lambda k: (start + k * k) % (room + 1)

    def part(self, which, width):
        """A function from arrays and the loop's number to a view `width` thick along one axis."""
        rng, shape = self.rng, self.shapes[which]
        axis = int(rng.integers(len(shape)))
        at, backwards, keeps = self.place(shape[axis], width), rng.random() < 0.2, rng.random() < 0.3

        def view(arrays, k):
            low = at(k)
            index = [slice(None)] * len(shape)
            index[axis] = slice(low, low + width) if width > 1 or keeps else low
            result = arrays[which][tuple(index)]
            return result[::-1] if backwards else result

        return view, [n for a, n in enumerate(shape) if a != axis or width > 1 or keeps]

    def fitted(self, view, shape, np):
        """What of a view broadcasts to a shape: its last axes, cut."""
        while view.ndim > len(shape):
            view = view[0]
        for axis in range(view.ndim):
            wanted = shape[len(shape) - view.ndim + axis]
            index = [slice(None)] * view.ndim
            index[axis] = slice(0, min(wanted, view.shape[axis]) if view.shape[axis] >= wanted else 1)
            view = view[tuple(index)]
        return view

    def drawn(self):
        rng = self.rng
        whole = rng.random() < 0.2
        which = int(rng.integers(len(self.shapes)))
        target = (lambda arrays, k: arrays[which]) if whole else self.part(which, self.width)[0]
        sources = [self.part(int(rng.integers(len(self.shapes))), self.width)[0] for _ in range(int(rng.integers(1, 4)))]
        kind, keep = int(rng.integers(5)), rng.random() < 0.3

        def statement(np, arrays, k, kept):
            out = target(arrays, k)
            values = [self.fitted(source(arrays, k), out.shape, np) for source in sources]
            # A copy: NumPy itself reads what it has just written where a row becomes a crossing column.
            total = +values[0]
            for value in values[1:]:
                total = total + value if kind else np.where(total == value, total, value)
            if kind == 1:
                total = np.maximum(total, out) if out.dtype.kind != "c" else total - out
            if kind == 2:
                out += total
            elif kind == 3:
                out *= total - total + 1
            else:
                out[...] = total
            if keep:
                kept.append(total)
            if kind == 4:
                kept.append(out.sum(axis=0))

        return statement

    def run(self, np):
        arrays = [fresh(np, shape, self.kind) for shape in self.shapes]
        kept = []
        for _ in range(self.outer):
            for k in range(self.rounds):
                for statement in self.statements:
                    statement(np, arrays, k, kept)
                # Values stay small enough to be exact, whatever the statements do.
                for array in arrays:
                    array[...] = np.where(abs(array) > 1000, array - array, array)
        return arrays + kept[-5:]


def main(start, count):
    before = _legate.counts()
    for seed in range(start, start + count):
        program = Program(seed)
        with numpy.errstate(all="ignore"):
            expected, found = program.run(numpy), program.run(cunumeric)
        for k, (right, ours) in enumerate(zip(expected, found)):
            ours = numpy.asarray(ours)
            same = right.dtype == ours.dtype and right.shape == ours.shape and right.tobytes() == ours.tobytes()
            assert same, f"program {seed}, result {k} of type {right.dtype} differs"
    after = _legate.counts()
    print(json.dumps({"programs": count, **{name: after[name] - before[name] for name in after}}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
