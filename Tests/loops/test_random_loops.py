"""Random functions of loops, branches and calls: rewritten they end with the same variables or the same error.

Variables may be unbound, bound in one branch only, by loops that do not run, in functions called; the
values are small integers, so that every program is exact. A failure names its seed.
"""

import random

import pytest
from outcomes import outcome

NAMES = "abcdef"
HEAD = "def g(x, y=2):\n    z = x + y\n    if x > 3:\n        return z % 7\n    z = z * 2\n    return z % 5\n"


class Writer:
    def __init__(self, seed):
        self.fails = seed % 2 == 1
        self.random, self.lines, self.depth, self.loops = random.Random(seed), [], 1, 0

    def line(self, text):
        self.lines.append("    " * self.depth + text)

    def value(self):
        kind = self.random.randrange(8)
        one, other = self.random.choice(NAMES), self.random.choice(NAMES)
        if self.fails and self.random.random() < 0.15:
            return f"6 // ({one} - 3)"
        if kind < 3:
            return f"({one} + {other} * {self.random.randrange(4)}) % 11"
        if kind == 3:
            return f"g({one}) if {other} > 2 else {other}"
        if kind == 4:
            return f"g({one}, y={other})"
        if kind == 5:
            return f"max({one}, {other} - 1)"
        return one if kind == 6 else str(self.random.randrange(5))

    def statement(self, level):
        kind = self.random.randrange(10)
        name = self.random.choice(NAMES)
        if kind < 4 or level == 4:
            self.line(f"{name} = {self.value()}")
        elif kind == 4:
            self.line(f"{name} += {self.random.choice(NAMES)} % 3")
        elif kind == 5:
            self.line(f"{name}, {self.random.choice(NAMES)} = {self.value()}, {self.value()}")
        elif kind < 8:
            self.line(f"if {self.random.choice(NAMES)} % 3 == {self.random.randrange(3)}:")
            self.block(level, self.loops > 0)
            if self.random.random() < 0.5:
                self.line("else:")
                self.block(level)
        elif self.random.random() < 0.4:
            self.repeated(level)
        else:
            count = self.random.choice(["4", "3", "5", f"{self.random.choice(NAMES)} % 4"])
            self.line(f"for {name} in range({count}):")
            self.loop(level)

    def repeated(self, level):
        """A `while` that counts its iterations in a name of its own."""
        count = f"r{level}"
        self.line(f"{count} = 0")
        more = self.random.choice(["", f" and {self.random.choice(NAMES)} != 3", f" and ({self.value()}) < 6"])
        self.line(f"while {count} < {self.random.randrange(1, 6)}{more}:")
        self.line(f"    {count} += 1")
        self.loop(level)

    def loop(self, level):
        self.loops += 1
        self.block(level)
        self.loops -= 1

    def block(self, level, may_continue=False):
        self.depth += 1
        for _ in range(self.random.randrange(1, 4)):
            self.statement(level + 1)
        if self.depth > 3 and self.random.random() < 0.1:
            self.line(f"{self.random.choice(NAMES)} = int(str({self.random.choice(NAMES)}))")  # Python's own.
        if may_continue and self.random.random() < 0.3:
            self.line(self.random.choice(["continue", "break"]))
        self.depth -= 1

    def survived(self, write):
        """In a function that survives errors: what `write` writes, and what it may end with."""
        if not self.fails:
            return write()
        self.line("try:")
        self.depth += 1
        write()
        self.depth -= 1
        self.line("except (ZeroDivisionError, UnboundLocalError):")
        self.line(f"    {self.random.choice(NAMES)} = {self.random.choice(NAMES)}")
        return None

    def outer(self):
        if self.random.random() < 0.3:
            return self.repeated(0)
        self.line("for " + self.random.choice(NAMES) + " in range(4):")
        self.loop(0)

    def text(self):
        bound = self.random.sample(NAMES, self.random.randrange(4, 7))
        self.line(" = ".join(bound) + " = 1")
        for _ in range(3):
            self.survived(lambda: self.statement(0))
            self.survived(self.outer)
        kept = self.random.sample(NAMES, self.random.randrange(1, 6))
        self.line(f"return [{', '.join(kept)}]")
        return HEAD + "def f():\n" + "\n".join(self.lines) + "\n"


@pytest.mark.parametrize("seed", range(10))
def test_same_outcome(seed, module, rewritten, compiled):
    for number in range(seed * 10, seed * 10 + 10):
        subject = module(Writer(number).text(), f"random_loops_{number}")
        expected = outcome(subject.f)
        rewritten(subject.f)
        assert outcome(subject.f) == expected, number
    assert compiled and any(loop.runs for loop in compiled)
