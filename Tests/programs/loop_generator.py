"""Writes random functions with loops, statement by statement, from a seed.

A function is a tree of lines and blocks. Each new statement is tried: the whole function runs under NumPy, with a probe
that keeps the variables where the next statement would stand. A statement that raises is dropped, or, seldom, kept as the
function's end. So most functions run through, and the errors that are kept come at a random iteration.
"""

import random
import re
import time
import warnings

import numpy
from loop_expressions import Phrases
from loop_inputs import Inputs, bound

HELPERS = {
    "h1": "def {f}(x, y):\n    return x + y * {c}",
    "h2": "def {f}(x):\n    t = x * {c}\n    return t + 1, x",
    "h3": "def {f}(p, i):\n    p[i] = p[i] * {c} - 1\n    return p[i]",
    "h4": "def {f}(x, m):\n    s = 0\n    for j in range(m):\n        s = s + x * {c}\n    return s",
    "h5": "def {f}(x, y):\n    if K > 2:\n        return x\n    return np.minimum(x, y) + {c}",
    "h6": "def {f}(x, m):\n    return x if m <= 0 else {f}(x + {c}, m - 1)",
    "h7": "def {f}(x, y={c}):\n    return x * y",
    "h8": "def {f}(a, s):\n    a = a + K\n    s = a * s\n    b = s - {c}\n    return b",
    "h9": "def {f}(x, y):\n    x, y = y, x\n    if K > 1:\n        x = x + {c}\n    return x - y",
    "g1": "def {f}(p, q):\n    p[:] = q\n    p += {c}",
    "g2": "{f} = lambda x: x - {c}",
    "g3": "def {f}(x, y):\n    return g5(x, y), g5(y, x) * {c}",
    "g4": "def {f}(x):\n    v = x[1:]\n    v[...] = v + {c}\n    return v",
}
ALWAYS = "def g5(x, y):\n    return x - y * W[0]"
CALLS = {
    "h1": ("{x}, {y}",), "h2": ("{x}",), "h3": ("{a}, {i}",), "h4": ("{x}, 2", "{x}, {i}"), "h5": ("{x}, {y}",),
    "h6": ("{x}, 2",), "h7": ("{x}", "{x}, y={n}", "{x}, {n}"), "h8": ("{x}, {n}",), "h9": ("{x}, {y}",), "g1": ("{a}, {x}",),
    "g2": ("{x}",), "g3": ("{x}, {y}",), "g4": ("{a}",),
}  # fmt: skip
PAIRS = ("h2", "g3")
RANGES = ("n", "n", "n", "n", "1, n", "n - 1", "n - 1, -1, -1", "0, n, 2", "len({a})", "{a}.shape[0] - 1", "1, len({a})",
          "{a}.size", "n, 0, -1", "2", "10", "3", "n + 1", "1, {a}.shape[0] - 1", "{a}.shape[-1]", "-2, n", "60", "200")  # fmt: skip
INNER = ("{i}", "{i}, n", "{i} + 1, n", "n - {i}", "0, {i}, 2", "2", "3", "{a}.shape[0]", "{a}.shape[-1]", "{i}, -1, -1",
         "min({i}, 3)", "k", "1, {i}", "len({a})")  # fmt: skip
ODD = ("enumerate({a})", "zip({a}, {a})", "{a}", "(1, 2, 4)", "[{n}, {n}]", "({a}, {a})", "reversed(range(n))", "{a}", "{a}[1:]", "{a}[::-1]",
       "zip({a}, [1.5, 2.0, 0.25, 4.0])", "enumerate({a}, k)", "(0.5, 0.25, 2.0)", "zip({a}[1:], {a})", "[3, 1, 2, 2, 0]", "enumerate([1.0, 2.5, 3.0])")
UPDATES = ("+=",) * 5 + ("-=", "*=", "/=", "//=", "%=", "&=", "|=", "^=", "<<=", "@=")
# Conditions of `while` behind its count.
TESTS = ("", "", " and ({c})", " and ({c})", " and not ({c})", " and ({c} or {c})", " and ({e}) > {n}", " and ({e}) < {n}", " and ({r})")
VARIANTS = 3
MOST_SECONDS, MOST_VISITS, MOST_ELEMENTS = 0.02, 900, 60_000


class Block:
    """A header with statements under it: a loop, a condition, a `try`."""

    def __init__(self, header):
        self.header, self.nodes = header, []

    def copy(self):
        other = Block(self.header)
        other.nodes = [node.copy() if isinstance(node, Block) else node for node in self.nodes]
        return other


def rendered(nodes, indent):
    lines = []
    for node in nodes:
        if isinstance(node, Block):
            lines += ["    " * indent + line for line in node.header.split("\n")]
            lines += rendered(node.nodes, indent + 1) or ["    " * (indent + 1) + "pass"]
        else:
            lines += ["    " * indent + line for line in node.split("\n")]
    return lines


def title(helper):
    """The name that a helper's text binds."""
    return re.match(r"(?:def )?(\w+)", helper)[1]


def small(variables, most):
    """Whether all values together have few elements, and each few axes."""
    arrays = [value for value in variables.values() if hasattr(value, "size")]
    return sum(array.size for array in arrays) <= most and all(array.ndim < 8 for array in arrays)


def watching(nodes):
    """A copy of a tree with a probe at the start of every block and between its statements."""
    found = []
    for node in nodes:
        if isinstance(node, Block):
            other = Block(node.header)
            other.nodes = watching(node.nodes)
            found += [other]
        else:
            found += [node] if node.startswith(("except", "return")) else ["_probe(locals())", node]
    return found


class Program:
    """The text of a function with what it needs around it, and what it is called with."""

    def __init__(self, inputs, constants, helpers, form, nodes, exact):
        self.inputs, self.constants, self.helpers, self.form, self.nodes = inputs, constants, helpers, form, nodes
        # Whether the library's values are NumPy's to the last bit.
        self.exact = exact
        # Which variants do not take too long, or too much memory.
        self.variants = [0]

    def text(self, package):
        lines = [f"import {package} as np", "", *self.constants, ""]
        for helper in self.helpers:
            lines += [*helper.split("\n"), ""]
        parameters = ", ".join(self.inputs.names)
        if self.form == "closure":
            lines += ["def build(q):", f"    def f({parameters}):", *rendered(self.nodes, 2), "    return f", "", "f = build(K)"]
        elif self.form == "method":
            lines += ["class Box:", f"    def f(self, {parameters}):", *rendered(self.nodes, 2), "", "f = Box().f"]
        else:
            lines += [f"def f({parameters}):", *rendered(self.nodes, 1)]
        return "\n".join(lines) + "\n"

    def with_nodes(self, nodes):
        """The same with other statements, and with the helpers that these call."""
        words = set(re.findall(r"\w+", "\n".join(rendered(nodes, 1))))
        helpers = [helper for helper in self.helpers if words & {title(helper).removesuffix("_other"), "g3"}]
        other = Program(self.inputs, self.constants, helpers, self.form, nodes, self.exact)
        other.variants = self.variants
        return other


class Generator:
    """One function under construction."""

    def __init__(self, seed):
        self.draw = random.Random(seed)
        self.exact = self.draw.random() < 0.6
        plain = self.draw.random() < 0.7
        self.inputs = Inputs(self.draw, plain)
        self.lines = self.inputs.lines(0)
        self.phrases = Phrases(self.draw, not self.exact, plain)
        self.helper_names = self.draw.sample(sorted(HELPERS), 3) if self.draw.random() < 0.5 else []
        constants = [f"K = {self.draw.choice((1, 2, 3))}", f"W = np.arange({self.draw.choice((1, 3, 4))}.0) + 1"]
        helpers = [ALWAYS]
        for name in self.helper_names:
            first, second = self.draw.sample(("0.5", "2", "0.25", "3", "-1"), 2)
            for word, constant in ((name, first), (f"{name}_other", second)):
                helpers.append(HELPERS[name].replace("{f}", word).replace("{c}", constant))
        form = self.draw.choice(("plain",) * 8 + ("closure", "method"))
        self.nodes, self.stopped, self.fails = [], False, self.draw.random() < 0.25
        self.program = Program(self.inputs, constants, helpers, form, self.nodes, self.exact)
        self.names = set(self.inputs.names)
        self.setting = self.prepared(constants, helpers)

    def prepared(self, constants, helpers):
        names = {"np": numpy}
        exec("\n".join(["import numpy as np", *constants, *helpers]), names)
        return names

    # Running what is there ------------------------------------------------

    def run(self, nodes):
        """Runs the function under NumPy with a probe at the end of `nodes`; tells whether it may stay."""
        self.visits, self.first, self.last = 0, None, None
        nodes.append("_probe(locals())")
        names = dict(self.setting, _probe=self.probe, q=self.setting["K"])
        parameters = ", ".join(self.inputs.names)
        text = "\n".join([f"def f({parameters}):", *rendered(self.nodes, 1)])
        nodes.pop()
        began = time.perf_counter()
        try:
            exec(compile(text, "<try>", "exec"), names)
            given = bound(numpy, self.lines)
            names["f"](*[given[name] for name in self.inputs.names])
        except SyntaxError:
            return "syntax"
        except Overflow:
            return "slow"
        except Exception:
            return "raised"
        return "slow" if time.perf_counter() - began > MOST_SECONDS else None

    def probe(self, variables):
        self.visits += 1
        if self.visits > MOST_VISITS:
            raise Overflow
        if self.visits > 1 and self.visits % 7 and self.visits != 3:
            return
        if not small(variables, MOST_ELEMENTS):
            raise Overflow
        self.first = self.first or dict(variables)
        self.last = dict(variables)

    def see(self):
        """The probe's variables become what the next statement may use."""
        if self.last is not None:
            known = self.first if self.draw.random() < 0.6 else self.last
            self.phrases.env = {**{name: self.setting[name] for name in ("np", "K", "W", *self.helper_names)}, **known}

    def attempt(self, nodes, made, tries=12):
        """Adds one statement to `nodes`; `made` gives its node, or None."""
        for _ in range(tries):
            try:
                node = made()
            except (KeyError, IndexError, TypeError, RuntimeError):  # nothing of the kind is in sight
                continue
            if node is None:
                continue
            nodes.append(node)
            outcome = self.run(nodes)
            if outcome is None:
                self.see()
                return node
            if outcome == "raised" and self.fails and self.draw.random() < 0.06:
                self.stopped = True
                return node
            nodes.pop()
        return None

    # Statements -----------------------------------------------------------

    def writable(self):
        names = self.phrases.arrays()
        return self.draw.choice(names) if names else None

    def filled_name(self, stem, most):
        return f"{stem}{self.draw.randint(1, most)}"

    def remember(self, text):
        """Places of a statement that its later ones come back to."""
        parts = self.phrases.parts(self.phrases.env[text].shape)
        self.phrases.patterns = (self.phrases.patterns + [parts])[-4:]
        return text + self.phrases.written(parts)

    def target(self):
        name = self.writable()
        if name is None:
            return None, None
        text = self.remember(name) if self.phrases.chance(0.5) else self.phrases.place(name, 0.06)
        return text, self.phrases.value(text)

    def store(self):
        text, found = self.target()
        if found is None:
            return None
        shape = numpy.shape(found)
        if self.phrases.chance(0.15) and shape:
            name = self.phrases.choice(self.phrases.arrays())
            call = self.phrases.choice(("np.add({x}, {y}, out={t})", "np.minimum({x}, {y}, out={t})", "np.multiply({x}, {y}, {t})",
                                        "{t}.fill({s})", "np.copyto({t}, {x}.copy())", "np.sqrt(abs({x}), out={t})"))  # fmt: skip
            target = name if self.phrases.chance(0.3) else text
            shape = numpy.shape(self.phrases.value(target))
            operand = self.phrases.operand
            return (call.replace("{x}", self.phrases.expression(shape, 1)).replace("{y}", operand(shape))
                    .replace("{t}", target).replace("{s}", self.phrases.number(0)))  # fmt: skip
        if self.phrases.chance(0.35):
            return f"{text} {self.phrases.choice(UPDATES)} {self.phrases.expression(shape, 1)}"
        value = self.phrases.expression(shape, self.phrases.choice((1, 2, 2, 3)))
        if re.fullmatch(r"\w+(\[.*\])?(\.T)?(\[.*\])?", value):
            # NumPy copies some views over one another element by element.
            self.program.exact = False
        return f"{text} = {value}"

    def element(self):
        """One element from others, as recurrences and scans have it."""
        phrases, name = self.phrases, self.writable()
        if name is None or not phrases.loops:
            return None
        place = lambda other: f"{other}[{', '.join(phrases.atom(length) for length in phrases.env[other].shape)}]"
        near = lambda: place(phrases.choice(phrases.arrays()))
        return phrases.choice((
            f"{place(name)} = {near()} * 0.5 + {near()}", f"{place(name)} += {near()}", f"{place(name)} = {phrases.number(1)}",
            f"s1 += {near()} * {near()}", f"s1 = max(s1, {near()})", f"{place(name)} = min({near()}, {near()}) - {phrases.number(0)}",
            f"t1 = {near()}\n{place(name)} = t1 / {near()}", f"s1 = {near()} - s1 * 0.5", f"{place(name)} *= {near()}",
            f"{place(name)} = abs({near()}) // {phrases.number(0)}", f"{place(name)} -= {near()} / {phrases.number(0)}",
            f"s1 = {near()} if {near()} > {near()} else s1", f"if {near()} > s1:\n    s1 = {near()}", f"s2 = int({near()})",
            f"t1 = float({near()})\n{place(name)} = t1 % 3", f"{place(name)} = {near()} and {near()}", f"{place(name)} = -{near()} ** 2",
            f"{place(name)}, {place(name)} = {near()}, {near()}", f"{place(name)} = np.sqrt(abs({near()}))",
        ))  # fmt: skip

    def temporary(self):
        arrays = self.phrases.arrays()
        if not arrays:
            return None
        shape = None if self.phrases.chance(0.3) else numpy.shape(self.phrases.value(self.phrases.choice(arrays)))
        return f"{self.filled_name('t', 4)} = {self.phrases.expression(shape, 2)}"

    def carried(self):
        """A number or array that one iteration hands to the next."""
        phrases = self.phrases
        names = [name for name in (*phrases.numbers(), *phrases.arrays()) if name not in ("K", "n", "W", "q")]
        name = phrases.choice(names)
        value = phrases.env[name]
        if isinstance(value, numpy.ndarray):
            return phrases.choice((
                f"{name} = {phrases.expression(value.shape, 2)}", f"{name} {phrases.choice(UPDATES)} {phrases.expression(value.shape, 1)}",
                f"{name} = np.concatenate(({name}, {phrases.operand()}))", f"{name} = {phrases.place(name)}",
                f"{name} = {name}[::-1]", f"{name} = {phrases.expression(None, 1)}", f"{name} = np.append({name}, {phrases.number()})",
            ))  # fmt: skip
        other = phrases.number(1)
        return phrases.choice((
            f"{name} += {other}", f"{name} = {name} * 0.5 + {other}", f"{name} = max({name}, {other})", f"{name} = {other}",
            f"{name} -= {other}", f"{name} = {name} + 1", f"{name} = min({name}, {other}) + 1", f"{name} = {phrases.condition()}",
            f"{name} = int({other}) % 5", f"{name} = -{name} + {other}", f"{name} = {other} // 2", f"{name} = float({other})",
            f"{name} = {name} ** 2 % 7", f"{name} = {other} / {phrases.number(0)}", f"{name} = {phrases.condition()} and {other}",
        ))  # fmt: skip

    def swap(self):
        names = self.phrases.arrays()
        if len(names) < 2:
            return None
        one, two = self.draw.sample(names, 2)
        return self.phrases.choice((
            f"{one}, {two} = {two}, {one}", f"t1 = {one}\n{one} = {two}\n{two} = t1", f"{one}, {two} = {two} + 1, {one}",
            f"{one}, s1 = {self.phrases.expression(self.phrases.env[one].shape, 1)}, {self.phrases.number()}",
            f"{one}[:], {two}[:] = {two}, {one}", f"{one} = {two}", f"{one} = {two} = {self.phrases.expression(None, 1)}",
        ))  # fmt: skip

    def view(self):
        name = self.writable()
        return name and f"{self.filled_name('v', 2)} = {self.phrases.place(name, 0)}"

    def helped(self):
        if not self.helper_names:
            return None
        phrases, name = self.phrases, self.draw.choice(self.helper_names)
        shape = numpy.shape(phrases.env[self.writable()]) if phrases.arrays() else None
        words = phrases.choice(CALLS[name])
        for mark, made in (("{x}", lambda: phrases.expression(shape, 1)), ("{y}", lambda: phrases.operand(shape)), ("{a}", self.writable),
                           ("{i}", lambda: phrases.atom(3)), ("{n}", lambda: phrases.number(0))):  # fmt: skip
            while mark in words:
                words = words.replace(mark, made() or "a", 1)
        call = f"{name}({words})"
        if name in PAIRS:
            return f"{self.filled_name('t', 4)}, {self.filled_name('t', 4)} = {call}"
        if name in ("h3", "g1", "g4") and phrases.chance(0.5):
            return call
        text, found = self.target() if phrases.chance(0.4) else (self.filled_name("t", 4), 0)
        return text and f"{text} = {call}"

    def told(self):
        """A branch that only Python can take, and that reads what is there."""
        names = [name for name in (*self.phrases.numbers(), *self.phrases.arrays()) if name not in ("K", "W", "q", "n")]
        name = self.phrases.choice(names)
        value = f"{name}.copy()" if isinstance(self.phrases.env[name], numpy.ndarray) else name
        return f"if {self.phrases.condition()}:\n    kept.append({value})"

    def leave(self):
        """The end of a loop by what is computed."""
        phrases = self.phrases
        if not phrases.loops:
            return None
        test = phrases.choice((phrases.condition(), f"{phrases.number(1)} > {phrases.number(0)}", f"{phrases.number(1)} < 0.1"))
        return f"if {test}:\n    {phrases.choice(('break', 'break', 'break', 'continue'))}"

    def rarely(self):
        """What no compiled loop can hold, now and then."""
        element = self.phrases.number()
        return self.phrases.choice((
            f"if {self.phrases.condition()}:\n    continue", f"if {self.phrases.condition()}:\n    break", f"kept.append({element})",
            f"try:\n    s1 = {element}\nexcept Exception:\n    s1 = 0", f"s1 = [j for j in range(3)][{self.phrases.atom(2)}]",
            f"s1 = f'{{{element}}}'", "assert n >= 0", f"s1 = sum(range(3)) + {element}", f"t1 = dict(s={element})['s']",
            "pass", f"s1 = len(str({element}))", f"s1 = (w1 := {element})", "global G\nG = 1", "del n1", f"s1 = getattr(a, 'ndim') + {element}",
            f"s2 = isinstance({element}, float)", f"s1 = round({element})",
        ))  # fmt: skip

    # Blocks ---------------------------------------------------------------

    def repeated(self, nodes, depth):
        """The header of a `while`: it counts its iterations first, so that it ends whatever else is left out."""
        phrases, name = self.phrases, f"r{depth}"
        if self.attempt(nodes, lambda: f"{name} = 0", 1) is None:
            return name, None
        words = phrases.choice(TESTS)
        while "{" in words:
            for mark, made in (("{c}", phrases.condition), ("{e}", lambda: phrases.number(1)), ("{n}", lambda: phrases.number(0)),
                               ("{r}", lambda: phrases.reduction(("{x}.any()", "{x}.max() > 1", "{x}.sum() < 40")))):  # fmt: skip
                words = words.replace(mark, made(), 1)
        most = phrases.choice(("n", "n", "5", "12", "40", "n + 2", "1", "2"))
        header = phrases.choice((f"while {name} < {most}{words}:\n    {name} += 1",) * 3 + (
            f"while True:\n    {name} += 1\n    if {name} > {most} or not ({name} > 0{words}):\n        break",
            f"while {name} < {most}:\n    {name} += 1\n    if {name} > 1{words}:\n        break",
        ))  # fmt: skip
        return name, header

    def loop(self, nodes, depth):
        phrases = self.phrases
        if phrases.chance(0.3):
            name, header = self.repeated(nodes, depth)
            if header is not None:
                self.filled_loop(nodes, depth, Block(header), name, True)
            return
        forms = INNER if phrases.loops and phrases.chance(0.6) else RANGES
        words = "range(" + phrases.choice(forms) + ")"
        if phrases.chance(0.2):
            words = phrases.choice(ODD)
        name = ("i", "j", "l")[depth] if phrases.chance(0.95) else phrases.choice(("i", "k", "_", "w"))
        pair = "enumerate" in words or "zip" in words
        words = words.replace("{a}", self.writable() or "a").replace("{i}", phrases.loops[-1] if phrases.loops else "n")
        words = words.replace("{n}", phrases.number(0))
        block = Block(f"for {f'{name}, w' if pair else name} in {words}:")
        self.filled_loop(nodes, depth, block, name, isinstance(phrases.env.get("n"), int) and "range" in words)

    def filled_loop(self, nodes, depth, block, name, inside):
        """A loop and what is in it; `inside` says whether its name is a number that indexes."""
        phrases, outer = self.phrases, dict(self.phrases.env)
        if self.attempt(nodes, lambda: block, 1) is None:
            return
        self.run(block.nodes)
        if self.last is None:
            phrases.env = {**outer, name: 1}
        else:
            self.see()
        loops = list(phrases.loops)
        if inside:
            phrases.loops = [*loops, name] if name not in loops else loops
        self.body(block.nodes, depth + 1, phrases.draw.choice((1, 2, 2, 3, 3, 4, 5)))
        phrases.loops = loops
        self.after(nodes, outer)

    def conditional(self, nodes, depth):
        first, outer = Block(f"if {self.phrases.condition()}:"), dict(self.phrases.env)
        if self.attempt(nodes, lambda: first, 1) is None:
            return
        self.body(first.nodes, depth, self.phrases.choice((1, 1, 2)))
        if not self.stopped and self.phrases.chance(0.35):
            self.phrases.env = dict(outer)
            second = Block("else:")
            nodes.append(second)
            self.body(second.nodes, depth, 1)
        self.after(nodes, outer)

    def after(self, nodes, outer):
        """Back behind a block: what is known there."""
        if not self.stopped:
            self.run(nodes)
            self.phrases.env = outer
            self.see()

    def body(self, nodes, depth, count):
        for _ in range(count):
            if self.stopped:
                return
            dice = self.draw.random()
            if dice < 0.13 and depth < 3:
                self.loop(nodes, depth)
            elif dice < 0.22:
                self.conditional(nodes, depth)
            else:
                kinds = ((self.store, 36), (self.element, 16), (self.temporary, 14), (self.carried, 18), (self.swap, 6), (self.view, 6), (self.helped, 14),
                         (self.told, 4), (self.leave, 5), (self.rarely, 1.5))  # fmt: skip
                made = self.draw.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
                self.attempt(nodes, made)

    def prelude(self):
        self.attempt(self.nodes, lambda: "s1 = 0.0" if self.phrases.chance(0.5) else "s1 = 0")
        self.nodes.append("kept = []")
        for _ in range(self.draw.randint(0, 2)):
            made = lambda: self.phrases.choice((
                f"u = {self.writable()}.copy()", f"u = np.zeros({self.writable()}.shape)", f"v1 = {self.phrases.place(self.writable(), 0)}",
                f"u = np.zeros_like({self.writable()})", "s2 = n + 1", f"t1 = {self.phrases.expression(None, 1)}",
                f"u = np.empty({self.writable()}.shape)\nu[...] = 0",
            ))  # fmt: skip
            self.attempt(self.nodes, made)

    def make(self):
        """The whole function."""
        self.run(self.nodes)
        self.see()
        self.prelude()
        for _ in range(self.draw.choice((1, 1, 1, 2))):
            if not self.stopped:
                self.loop(self.nodes, 0)
        if not self.stopped and self.phrases.chance(0.3):
            self.body(self.nodes, 3, 1)
        names = [name for name in self.phrases.env if name not in ("np", "K", "W", *self.helper_names, "kept", "self")]
        chosen = self.draw.sample(names, min(len(names), self.draw.randint(1, 6)))
        whole = f"return {', '.join([*chosen, 'kept'])}" if self.phrases.chance(0.8) else f"return {(*chosen, 's1')[0]}"
        if self.stopped and self.draw.random() < 0.5 or self.draw.random() < 0.05:
            caught = Block("try:")
            caught.nodes, self.nodes[1:] = self.nodes[1:], []
            self.nodes += [caught, "except Exception as error:\n    kept.append(type(error).__name__)"]
        self.nodes.append(whole)
        self.program.variants = [variant for variant in range(VARIANTS) if variant == 0 or self.is_small(variant)]
        return self.program

    def is_small(self, variant):
        """Whether a variant's loops make few rounds on few elements."""
        watched, left = watching(self.nodes), [4 * MOST_VISITS]

        def probe(variables):
            left[0] -= 1
            if left[0] < 0 or not small(variables, 4 * MOST_ELEMENTS):
                raise Overflow

        names = dict(self.setting, _probe=probe, q=self.setting["K"])
        exec("\n".join([f"def f({', '.join(self.inputs.names)}):", *rendered(watched, 1)]), names)
        given = bound(numpy, self.inputs.lines(variant))
        try:
            names["f"](*[given[name] for name in self.inputs.names])
        except Overflow:
            return False
        except Exception:
            pass
        return True


class Overflow(BaseException):
    """The function does more than a small test should."""


def program(seed):
    """The program of a seed."""
    with warnings.catch_warnings(), numpy.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return Generator(seed).make()
