"""Random functions of loops over arrays: windows, rows, single elements, views, swaps, branches, calls.

`Writer(seed).text()` is a module with a function `f(np)`; it gives all its variables.
"""

import random

HEAD = """import cunumeric as np
def mixed(x, y, weight=0.5):
    z = x * weight + y
    z[1:] -= 0.125 * z[:-1]
    return z
def shrunk(x):
    return x / (1.0 + np.abs(x))
class State:
    rate = 0.25
    def move(self, x):
        self.total = self.total * 0.5 + 1.0
        self.grid[1:-1] = self.grid[1:-1] + self.rate * (self.grid[2:] - self.grid[:-2])
        return x * self.rate
"""
START = """g, h = np.arange(30.0).reshape(5, 6) / 7.0, np.ones((5, 6))
v, w = np.linspace(0.0, 1.0, 6), np.zeros(6)
n, q, r = np.arange(6), np.ones(6, dtype=np.float32), np.zeros(6, dtype=bool)
s, t, m = 0.5, 2, 3
a = b = i = j = 0
"""
STATE = "o = State()\no.grid, o.total = np.arange(6.0), 0.0\n"
GRIDS, ROWS, NUMBERS = ("g", "h"), ("v", "w"), ("s", "t", "a", "b", "i", "j")


class Writer:
    def __init__(self, seed):
        self.random, self.lines, self.depth = random.Random(seed), [], 1
        self.has_object = self.random.random() < 0.3

    def line(self, text):
        for line in text.splitlines():
            self.lines.append("    " * self.depth + line)

    def pick(self, *choices):
        return self.random.choice(choices)

    def number(self):
        one, other = self.pick(*NUMBERS), self.pick(*NUMBERS)
        place = self.pick("i % 5", "j % 5", "0", "-1", "2")
        return self.pick(
            one,
            "0.5",
            "1",
            f"({one} + {other}) * 0.5",
            f"max({one}, {other})",
            f"{self.pick(*ROWS)}[{place}]",
            f"{self.pick(*GRIDS)}[{place}, {self.pick('0', 'i % 6', '-2')}]",
            f"n[{place}]",
            f"abs({one})",
            "o.total" if self.has_object else "s",
            f"float({self.pick(*ROWS)}[{place}])",
            f"({one} if {other} > 1 else 0.25)",
        )

    def row(self):
        one, other = self.pick(*ROWS), self.pick(*ROWS)
        return self.pick(
            one,
            f"{one} * 0.5 + {other}",
            f"shrunk({one} - {other})",
            f"mixed({one}, {other})",
            f"{one} * {self.number()}",
            f"np.minimum({one}, {other})",
            f"np.sqrt(np.abs({one}))",
            f"np.where({one} > {other}, {one}, 0.5)",
            f"g[{self.pick('0', 'i % 5', '-1')}]",
            f"np.roll({one}, {self.pick(1, -1, 2, 'i', '-j', 17)})",
            f"np.roll({one}, 1) - np.roll({other}, -1) * 0.5",
            f"{one}[::-1]",
            f"{one}.copy()",
            f"np.sin({one}) + q",
            f"n * 0.5 + {one}",
            f"np.zeros_like({one})",
            f"-{one}",
            f"{self.pick(*GRIDS)}[{self.pick('1', 'j % 5')}, :] * 0.25",
            f"np.array([{self.number()}, s, t, 1, 2, 3]) * 0.5",
            f"{one} ** 2 / 8",
            f"{self.pick(*GRIDS)}.sum(axis=0) * 0.1",
            f"o.move({one})" if self.has_object else one,
        )

    def window(self):
        g, h = self.pick(*GRIDS), self.pick(*GRIDS)
        sides = [
            f"{self.pick(g, h)}[{a}, {b}]"
            for a, b in (("1:-1", ":-2"), ("1:-1", "2:"), (":-2", "1:-1"), ("2:", "1:-1"))
        ]
        return f"0.25 * ({' + '.join(sides)})"

    def grid(self):
        g, h = self.pick(*GRIDS), self.pick(*GRIDS)
        return self.pick(
            f"{g} * 0.5 + {h} * 0.25",
            f"{g}.copy()",
            f"np.maximum({g}, {h})",
            f"{g} + v * 0.125",
            f"shrunk({g})",
            g,
            f"{g} * {self.number()} * 0.1",
            f"{g} * 0.5 + np.roll({h}, {self.pick(1, -1, 'i')}, axis={self.pick(0, 1, -1)}) * 0.25",
            f"0.2 * (np.roll({g}, 1, 0) + np.roll({g}, -1, 0) + np.roll({h}, 1, 1) + np.roll({h}, -1, axis=1))",
        )

    def statement(self, level):
        g, v = self.pick(*GRIDS), self.pick(*ROWS)
        place = self.pick("i % 5", "j % 5", "2", "0")
        kind = self.random.randrange(20)
        if kind < 4:
            self.line(f"{g}[1:-1, 1:-1] = {self.window()}")
        elif kind < 7:
            self.line(f"{v} = {self.row()}")
        elif kind < 9:
            self.line(f"{g} = {self.grid()}")
        elif kind < 11:
            self.line(f"{v}[{place}] = {self.number()}")
        elif kind == 11:
            self.line(f"{g}[{place}, 1:-1] {self.pick('=', '+=', '*=')} {self.pick(*ROWS)}[1:-1] * 0.5")
        elif kind == 12:
            self.line(f"{self.pick('s', 'a', 'b')} = {self.number()}")
        elif kind == 13:
            self.line(f"{v} {self.pick('+=', '-=', '*=')} {self.row()} * 0.5")
        elif kind == 14:
            self.line(
                self.pick(
                    "g, h = h, g",
                    "v, w = w, v",
                    "v[0], w[i % 5] = w[1], v[2]",
                    "s, v[1] = v[j % 5], s",
                    "v = g[1]",
                    "u = v\nu += 0.5",
                    "q[1:] = q[:-1] * 0.5 + t",
                    "n += 1",
                    "n[1:] = n[:-1]",
                    "r[2:] = v[2:] > w[2:]",
                )
            )
        elif kind == 15:
            self.line(f"{g}[{place}, {self.pick('1', 'j % 6', '-1')}] = {self.number()} * 0.5")
        elif kind == 16 and level < 3:
            self.line(f"if {self.pick('i % 2 == 0', 'j > 1', 't > 1 and i < 2', 's > 0.75', 'not m == 3')}:")
            self.block(level)
            if self.pick(True, False):
                self.line("else:")
                self.block(level)
        elif kind == 17:
            self.line(
                self.pick("if i == 3:\n    str(i)", "if j > 2 and i > 1:\n    b = float(str(s))", "s = v[i + j % 5]")
            )
        elif level < 3:
            self.line(f"for {self.pick('i', 'j')} in range({self.pick('4', '1, 5', '3, 0, -1', 'i', 'm', '6')}):")
            self.block(level)

    def block(self, level):
        self.depth += 1
        self.line(self.pick("s = s * 0.5", "v = v * 0.5", "g[0] = v"))
        for _ in range(self.random.randrange(1, 4)):
            self.statement(level + 1)
        self.depth -= 1

    def text(self):
        self.line(START + (STATE if self.has_object else ""))
        for _ in range(3):
            self.statement(0)
            self.line("try:")
            self.depth += 1
            self.line(f"for {self.pick('i', 'j')} in range({self.pick('5', '8', '1, 6')}):")
            self.block(0)
            self.depth -= 1
            self.line("except IndexError:\n    pass")
        self.line("return g, h, v, w, n, q, r, s, t, a, b, i, j" + (", o.grid, o.total" if self.has_object else ""))
        return HEAD + "def f():\n" + "\n".join(self.lines) + "\n"
