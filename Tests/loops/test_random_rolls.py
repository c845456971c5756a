"""Random loops over arrays that are large enough for rolled operands to be read in pieces."""

import random

import numpy
import pytest
from outcomes import counted, plain
from test_extents import text

TYPES = ("float64", "float32", "complex128", "int64", "int32")


class Maker:
    """One function's statements, from a seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.type = self.pick(*TYPES)
        self.size = self.pick(46, 50, 64)

    def pick(self, *choices):
        return self.random.choice(choices)

    def number(self):
        if "int" in self.type:
            return self.pick("1", "2", "3")
        return self.pick("0.5", "2", "0.25j", "(0.5 + 0.125j)") if "complex" in self.type else self.pick("0.5", "2", "0.25")

    def roll(self, array):
        distance = self.pick("1", "-1", "2", "-3", "k", "17", "-k")
        if self.random.randrange(5) == 0:
            axes = self.pick("0, 1", "1, 0", "0, 0", "-1, 0")
            return f"np.roll({array}, ({distance}, {self.pick('1', '-2')}), axis=({axes}))"
        return f"np.roll({array}, {distance}, axis={self.pick('0', '1', '-1')})"

    def term(self, depth):
        grid = self.pick("g", "h")
        return self.pick(
            self.roll(grid),
            self.roll(grid),
            self.roll(self.roll(grid)),
            grid,
            "v[:, None]",
            f"np.roll(v, {self.pick('1', '-2', 'k')})",
            f"({self.expression(depth + 1)})" if depth < 2 else grid,
        )

    def expression(self, depth=0):
        result = self.term(depth)
        for _ in range(self.random.randrange(3)):
            link = self.pick("+", "-", f"+ {self.number()} *")
            result = f"{result} {link} {self.term(depth)}"
        return result

    def statement(self):
        grid = self.pick("g", "h")
        small = "% 1000" if "int" in self.type else "* 0.1"
        value = f"({self.roll(self.pick('g', 'h'))} + {self.expression()}) {small}"
        return self.pick(
            f"{grid} = {value}",
            f"{grid} = {value}",
            f"{grid}[:] = {value}",
            f"{grid}[1:-1] = ({value})[1:-1]",
            f"{grid} += {self.roll(self.pick('g', 'h'))} {small}",
            f"v = v + {self.roll('g')}[0] {small}",
            f"v[0] = v[0] + np.sum({self.roll('h')}) {small}",
        )

    def body(self):
        start = [f"g = a.astype('{self.type}') * 8", f"h = (a + 1).astype('{self.type}')", f"v = (b * 3).astype('{self.type}')"]
        lines = [f"    {self.statement()}" for _ in range(self.random.randrange(1, 5))]
        return "\n".join([*start, "for k in range(5):", *lines, "a, b = g, h + v[0]"]) + "\n"


@pytest.mark.parametrize("seed", range(80))
def test_same_elements(seed, native, module):
    maker = Maker(seed)
    body = maker.body()
    names = {}
    exec(compile(text(body, "numpy"), "<numpy>", "exec"), names)
    expected = plain(names["f"](maker.size))
    function = module(text(body, "cunumeric")).f
    loops = native(function)
    for _ in range(3):
        assert plain(function(maker.size)) == expected, body
    assert counted(loops) > 0, [body, [loop.reason for loop in loops]]
