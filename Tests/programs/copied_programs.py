"""Random programs over temporaries that are only copied together: `roll`, `concatenate`, `copy`.

    python copied_programs.py FIRST LAST      # seeds; every value is compared with NumPy's

They mix such temporaries with updates in place of what they were copied from, with results that the program keeps, and
with reductions.
"""

import random
import sys

import cunumeric as np
import numpy


def lines(dice, shape):
    """A program over arrays a, b, c of one shape."""
    names = ["a", "b", "c"]
    axes = range(len(shape))

    def name():
        return dice.choice(names)

    def copied():
        source = name()
        axis = dice.choice(axes)
        shift = dice.choice([1, -1, 1, -1, 2, 0, shape[axis] // 2, -3])
        cut = dice.randrange(1, shape[axis])
        before = ":, " * axis
        return dice.choice([
            f"np.roll({source}, {shift}, axis={axis})",
            f"np.roll({source}, {shift}, axis={axis})",
            f"np.roll({source}, ({shift}, 1), axis=({axis}, {dice.choice(axes)}))",
            f"np.roll(np.roll({source}, {shift}, axis={axis}), 1, axis={dice.choice(axes)})",
            f"np.concatenate([{name()}[{before}{cut}:], {source}[{before}:{cut}]], axis={axis})",
            f"{source}.copy()",
            f"np.roll({source}, {shift})",
            f"np.roll({source}[{before}::-1], {shift}, axis={axis})",
        ])

    def term():
        return dice.choice([copied, copied, name])()

    def expression():
        return " ".join([term(), dice.choice("+-*"), term(), dice.choice("+-"), term()])

    result = []
    for _ in range(dice.randrange(3, 9)):
        target = name()
        before = ":, " * dice.choice(axes)
        result.append(dice.choice([
            f"{target} = {expression()}",
            f"{target} = {expression()}",
            f"{target} += 0.5 * ({expression()})",
            f"{target}[...] = {expression()}",
            f"{target}[{before}1:] = ({expression()})[{before}1:]",
            f"{target}[{before}0] = {dice.random():.3f}",
            f"kept.append({copied()})",
            f"kept.append(({expression()}).sum())",
            f"kept.append(({expression()}).max(axis=0))",
            f"t = {copied()}; {name()}[{before}:2] = 0; {target} = t + {name()}",
            f"t = {copied()}; {target} = t * 2 - t; kept.append(t + {copied()})",
        ]))
    return result


def run(library, program, shape, dtype):
    a, b, c = (
        library.array((numpy.arange(numpy.prod(shape)) * step % 17 - 8).reshape(shape).astype(dtype)) for step in (3, 5, 7)
    )
    names = {"np": library, "a": a, "b": b, "c": c, "kept": []}
    exec("\n".join(program), names)
    return [numpy.asarray(x) for x in [names["a"], names["b"], names["c"], *names["kept"]]]


def check(seed):
    dice = random.Random(seed)
    shape = dice.choice([(1300,), (40, 50), (70, 31), (12, 14, 15), (3, 900), (500, 3), (20_001,), (150, 160)])
    dtype = dice.choice(["float64", "float64", "float32", "complex128", "int64"])
    program = lines(dice, shape)
    if dtype == "int64":
        program = [line.replace("0.5 * ", "3 * ") for line in program]
    with numpy.errstate(all="ignore"):
        expected = run(numpy, program, shape, dtype)
        found = run(np, program, shape, dtype)
    tolerance = 1e-4 if dtype == "float32" else 1e-10
    for x, y in zip(found, expected, strict=True):
        same = x.dtype == y.dtype and x.shape == y.shape and numpy.allclose(x, y, rtol=tolerance, equal_nan=True)
        assert same, f"seed {seed}, {dtype} {shape}:\n" + "\n".join(program)


if __name__ == "__main__":
    first, last = map(int, sys.argv[1:])
    for seed in range(first, last):
        check(seed)
    print(f"{last - first} programs")
