"""Expressions of random loop bodies, as text.

A `Phrases` knows the variables in sight with the values they have when the place in the program is reached (under NumPy),
and the loops around it. What it writes is evaluated there once, so that operands mostly fit together; whether they fit in
every iteration the generator finds out by running the function.
"""

import numpy


def plus(atom, by):
    """The text of `atom + by`."""
    if by == 0:
        return atom
    try:
        return str(int(atom) + by)
    except ValueError:
        return f"{atom} {'+' if by > 0 else '-'} {abs(by)}"


class Phrases:
    """Writes expressions for one place of a function under construction."""

    UNARY = ("-{x}", "abs({x})", "np.abs({x})", "np.square({x})", "np.sqrt(abs({x}))", "np.floor({x})", "np.sign({x})",
             "{x}.copy()", "{x}.clip(-2, 3)", "np.clip({x}, -1, 2)", "np.negative({x})", "np.ceil({x})", "+{x}", "np.rint({x})",
             "np.reciprocal(abs({x}) + 1.0)", "{x}.astype(np.float64)", "{x}.astype('float32')", "{x} ** 2",
             "np.zeros_like({x})", "np.ones_like({x})", "np.full_like({x}, 2)", "np.conjugate({x})", "{x}.real", "np.isnan({x})",
             "np.isfinite({x})", "np.array({x})", "np.copy({x})", "np.logical_not({x})", "np.asarray({x})",
             "np.ascontiguousarray({x})")  # fmt: skip
    UNARY_INEXACT = ("np.exp(-abs({x}))", "np.sin({x})", "np.cos({x})", "np.tanh({x})", "np.log1p(abs({x}))", "np.arctan({x})",
                     "np.expm1(-abs({x}))", "np.log(abs({x}) + 1.0)", "abs({x}) ** 0.5", "abs({x}) ** 1.5")  # fmt: skip
    BINARY = ("{x} + {y}",) * 5 + ("{x} - {y}",) * 4 + ("{x} * {y}",) * 3 + (
        "{x} / {y}", "{x} // {y}", "{x} % {y}", "({x} + {y}) * 0.5", "np.minimum({x}, {y})", "np.maximum({x}, {y})",
        "np.minimum({x}, {y})", "np.add({x}, {y})", "np.multiply({x}, {y})", "np.subtract({x}, {y})", "np.fmin({x}, {y})",
        "np.where({c}, {x}, {y})", "np.where({c}, {x}, {y})", "{x} < {y}", "{x} >= {y}", "{x} == {y}", "{x} != {y}",
        "{x} & {y}", "{x} | {y}", "{x} ^ {y}", "{x} >> 1", "np.logical_and({x}, {y})", "np.add({x}, {y}, dtype=np.float64)",
        "np.fmax({x}, {y})", "np.divide({x}, {y})", "{x} << 1", "np.true_divide({x}, {y})", "np.copysign({x}, {y})",
    )  # fmt: skip
    BINARY_INEXACT = ("np.hypot({x}, {y})", "np.arctan2({x}, {y})", "np.logaddexp({x}, {y})", "{x} ** {y}")
    REDUCTIONS = ("{x}.max()", "{x}.min()", "np.max({x})", "np.min({x})", "{x}.any()", "{x}.all()", "np.any({x} > 0)",
                  "{x}.argmax()", "np.argmin({x})", "np.count_nonzero({x})", "{x}.size", "len({x})", "{x}.shape[0]", "{x}.ndim",
                  "({x} > 0).sum()", "np.all({x} < 3)", "{x}.shape[-1]")  # fmt: skip
    SUMS = ("{x}.sum()", "np.sum({x})", "{x}.mean()", "np.mean({x})", "abs({x}).sum()", "sum({x})")
    AXES = ("{x}.max(axis=0)", "{x}.sum(axis=-1)", "{x}.sum(axis=0)", "np.min({x}, axis=-1, keepdims=True)",
            "{x}.sum(axis=(0, 1))", "np.max({x}, axis=(-1, -2), keepdims=True)", "{x}.argmax(axis=0)", "{x}.any(axis=0)", "{x}.max(axis=-1, keepdims=True)", "np.sum({x}, 0)")  # fmt: skip
    ALONG = ("np.roll({x}, 1)", "np.roll({x}, -2)", "np.flip({x})", "np.cumsum({x})", "{x}.cumsum()", "{x}.T", "{x}.ravel()",
             "np.maximum.accumulate({x})", "np.add.accumulate({x})", "np.sort({x})", "np.concatenate(({x}, {y}))",
             "np.append({x}, {s})", "np.outer({x}, {y})", "np.diff({x})", "{x}.reshape(-1)", "np.stack(({x}, {x}))", "{x}[None]",
             "np.vstack(({x}, {x}))", "np.hstack(({x}, {y}))", "{x}.flatten()", "np.transpose({x})", "np.expand_dims({x}, 0)",
             "np.repeat({x}, 2)", "np.squeeze({x})", "np.argsort({x}, kind='stable')", "np.take({x}, 0)", "np.tile({x}, 2)",
             "np.diag({x})", "np.triu({x})", "np.nonzero({x})[0]", "np.flatnonzero({x})", "np.add.outer({x}, {y})",
             "{x}.swapaxes(0, -1)", "np.array([{s}, {s}])", "np.array([{s}, {s}, {s}])", "np.logical_or.reduce({x})",
             "np.add.reduce({x})", "np.minimum.reduce({x})", "np.atleast_1d({x})")  # fmt: skip
    PRODUCTS = ("{x} @ {y}", "np.dot({x}, {y})", "{x}.dot({y})", "np.matmul({x}, {y})", "np.linalg.norm({x})", "np.vdot({x}, {x})",
                "np.inner({x}, {y})", "np.einsum('i,i->i', {x}, {x})", "np.trace({x})", "np.prod({x})", "np.std({x})")  # fmt: skip

    # What plain programs use, again and again.
    PLAIN_UNARY = ("-{x}", "abs({x})", "np.sqrt(abs({x}))", "{x}.copy()", "{x} ** 2", "np.square({x})", "np.floor({x})",
                   "np.zeros_like({x})", "np.abs({x})", "+{x}", "{x}.astype(np.float64)", "np.negative({x})", "np.array({x})")  # fmt: skip
    PLAIN_BINARY = ("{x} + {y}",) * 6 + ("{x} - {y}",) * 4 + ("{x} * {y}",) * 4 + (
        "{x} / {y}", "({x} + {y}) * 0.5", "np.minimum({x}, {y})", "np.maximum({x}, {y})", "np.where({c}, {x}, {y})", "{x} < {y}",
        "{x} // 3", "{x} % 5", "{x} == {y}", "np.add({x}, {y})", "{x} // {y}", "{x} % {y}", "{x} & {y}",
    )  # fmt: skip

    def __init__(self, draw, inexact, plain=False):
        self.draw, self.inexact, self.plain = draw, inexact, plain
        self.env, self.loops, self.patterns = {}, [], []

    # What is in sight -----------------------------------------------------

    def chance(self, share):
        return self.draw.random() < share

    def choice(self, options):
        return self.draw.choice(options)

    def value(self, text):
        """An expression's value at this place, or None where it has none."""
        try:
            with numpy.errstate(all="ignore"):
                return eval(text, self.env)
        except Exception:
            return None

    def arrays(self, axes=None):
        return [name for name, value in self.env.items() if isinstance(value, numpy.ndarray) and name != "W"
                and value.ndim and (axes is None or value.ndim == axes)]  # fmt: skip

    def numbers(self):
        return [name for name, value in self.env.items() if name not in self.loops and not name.startswith("_")
                and isinstance(value, (int, float, complex, numpy.generic))]  # fmt: skip

    # Places in arrays -----------------------------------------------------

    def atom(self, length):
        """An integer for an index: mostly of the loops' numbers."""
        draw = self.draw
        if self.loops and self.chance(0.75):
            i = self.choice(self.loops) if self.chance(0.3) else self.loops[-1]
            forms = [i] * 8 + [f"{i} + 1", f"{i} - 1", f"{i} + 1", f"{i} - 1", f"n - {i}", f"n - 1 - {i}", f"{i} * 2", f"2 * {i} + 1",
                     f"{i} // 2", f"{i} % 3", f"min({i}, 2)", f"max({i} - 1, 0)", f"-{i}", f"-1 - {i}", f"-{i} - 1", f"{i} + k",
                     f"{i} * {i}", f"({i} * {i}) % {max(length, 1)}", f"{length} - {i}", f"{length - 1} - {i}", f"{i} // 3 + 1", f"{i} % {max(length, 1)}",
                     f"(-{i}) // 2", f"{i} >> 1", f"abs({i} - 2)", f"max(min({i} + 1, {length}), 0)"]  # fmt: skip
            if len(self.loops) > 1:
                j = self.choice(self.loops)
                forms += [f"{i} + {j}", f"({i} + {j}) // 2", f"{i} * {j}", f"{j} - {i} + k", f"{i} - {j}", f"{j} + 1", f"max({i}, {j})", f"min({i}, {j}) + 1"]
            return self.choice(forms)
        whole = [name for name in self.arrays(1) if self.env[name].dtype.kind == "i" and self.env[name].size]
        if whole and self.chance(0.15):
            element = f"{self.choice(whole)}[{self.loops[-1] if self.loops else 0}]"
            return self.choice((element, f"{element} % {max(length, 1)}", f"int({element})"))
        if self.chance(0.15):
            return "k"
        return str(draw.randint(-min(length, 4), min(max(length - 1, 0), 5)))

    def part(self, length):
        """What stands for one axis in an index."""
        dice = self.draw.random()
        if dice < 0.45:
            return ("at", self.atom(length))
        low = self.atom(length) if self.chance(0.55) else None
        high = self.atom(length) if self.chance(0.5) else None
        step = self.choice(("2", "-1", "-2", "3", "k + 4")) if self.chance(0.15) else None
        return ("slice", low, high, step)

    def shifted(self, part, by):
        if part[0] == "at":
            return ("at", plus(part[1], by))
        _, low, high, step = part
        low = plus(low, by) if low is not None else (str(by) if by > 0 else None)
        if by < 0:
            low = low if low != "-1" else None
            high = plus(high, by) if high is not None else str(by)
        elif high is not None:
            high = plus(high, by)
        return ("slice", low, None if high == "0" else high, step)

    @staticmethod
    def written(parts):
        words = []
        for part in parts:
            if part[0] != "slice":
                words.append(part[1])
                continue
            low, high, step = (word if word is not None else "" for word in part[1:])
            words.append(f"{low}:{high}" + (f":{step}" if step else ""))
        return "[" + ", ".join(words) + "]"

    def parts(self, shape):
        """An index, as parts: of some of the axes, now and then with an ellipsis or a new axis."""
        count = self.draw.randint(1, len(shape)) if self.chance(0.6) else len(shape)
        parts = [self.part(length) for length in shape[:count]]
        if self.chance(0.05):
            return [("more", "...")] + [self.part(shape[-1])]
        if self.chance(0.04):
            parts.insert(self.draw.randint(0, len(parts)), ("more", "None"))
        if self.chance(0.04) and count == len(shape):
            parts = [("slice", None, None, None)] * (count - 1) + parts[-1:]
        return parts

    def fancy(self, name, shape):
        """An index of integer arrays or a mask."""
        if shape[0] == 0 or self.chance(0.3):
            return f"[{name} > {self.choice(('0', '1', '0.5'))}]"
        numbers = [self.draw.randint(-shape[0], shape[0] - 1) for _ in range(self.choice((1, 2, 3)))]
        forms = [f"[np.array({numbers})]", f"[{numbers}]"]
        if len(set(number % shape[0] for number in numbers)) < len(numbers):
            return forms[0]
        if self.loops:
            forms += [f"[np.array({numbers}) - {self.loops[-1]} * 0]", f"[[{self.loops[-1]} % {shape[0]}]]"]
        return self.choice(forms)

    def place(self, name, fancy=0.04):
        """A part of a named array, as text."""
        shape = self.env[name].shape
        if self.chance(fancy):
            return name + self.fancy(name, shape)
        fitting = [parts for parts in self.patterns if len(parts) <= len(shape)]
        if fitting and self.chance(0.45):
            parts = list(self.choice(fitting))
            at = self.draw.randrange(len(parts))
            parts[at] = self.shifted(parts[at], self.choice((0, 0, 1, -1, 1, -1, 2))) if parts[at][0] != "more" else parts[at]
        else:
            parts = self.parts(shape)
        text = name + self.written(parts)
        if self.chance(0.04):
            text += "[::-1]"
        return text

    # Operands -------------------------------------------------------------

    def operand(self, shape=None):
        """A variable, a part of one, or a number, that broadcasts to a shape."""
        arrays = self.arrays()
        best = None
        for _ in range(10 if arrays else 0):
            name = self.choice(arrays)
            text = name if self.chance(0.3) else self.place(name)
            found = self.value(text)
            if not isinstance(found, (numpy.ndarray, numpy.generic)):
                continue
            if shape is None or found.shape == shape:
                return text
            try:
                fits = numpy.broadcast_shapes(found.shape, shape) == shape
            except ValueError:
                fits = False
            best = text if fits and (best is None or found.ndim) else best
        if best is not None and self.chance(0.7):
            return best
        return self.number(0)

    def literal(self):
        return self.choice(("2", "1", "3", "0.5", "0.25", "-1", "0", "1.5", "2.0", "-0.5", "True", "7", "100", "0.1"))

    def number(self, depth=1):
        """An expression without axes."""
        dice = self.draw.random()
        if dice < 0.35 or depth < 0:
            return self.literal()
        if dice < 0.5 and self.loops:
            return self.choice((self.loops[-1], f"({self.loops[-1]} + 1)", f"{self.choice(self.loops)}", f"({self.loops[-1]} % 2)"))
        names = self.numbers()
        if dice < 0.65 and names:
            return self.choice(names)
        if dice < 0.72:
            return self.choice(("K", "x", "k", "n", "float(n)"))
        arrays = self.arrays()
        if arrays and dice < 0.85:
            name = self.choice(arrays)
            places = ", ".join(self.atom(length) for length in self.env[name].shape)
            return f"{name}[{places}]"
        if arrays and depth > 0:
            return self.reduction()
        return self.literal()

    def reduction(self, forms=None):
        name = self.choice(self.arrays())
        text = name if self.chance(0.5) else self.place(name)
        found = self.value(text)
        exact = not isinstance(found, numpy.ndarray) or found.dtype.kind in "iub" or found.ndim == 1
        forms = forms or (self.REDUCTIONS + (self.SUMS * 3 if exact or self.inexact else ()))
        return self.choice(forms).replace("{x}", text if text == name or "[" in text else f"({text})")

    def condition(self, shape=None):
        """Something true or false; with a shape, a mask that fits."""
        if shape is not None:
            return f"{self.operand(shape)} {self.choice(('>', '<', '>=', '==', '!='))} {self.number(0)}"
        i = self.loops[-1] if self.loops else "n"
        forms = [f"{i} % 2", f"{i} > 1", f"{i} == 0", f"{i} < n - 1", f"0 < {i} < 3", f"not {i}", f"{i} > 0 and {i} < 4", f"{i} != 2",
                 f"k and {i}", "n > 2", "x > 0", f"{i} % 2 == 0 or k", "K > 1"]  # fmt: skip
        if self.arrays() and self.chance(0.35):
            element = self.number(1)
            forms = [f"{element} > 0", f"{element} <= 1", self.reduction(("{x}.any()", "{x}.all()", "{x}.max() > 1", "{x}.sum() > 0")),
                     f"not {element} > 0", f"{element} > 0 and {i} > 0", element]  # fmt: skip
        return self.choice(forms)

    # Expressions ----------------------------------------------------------

    def expression(self, shape=None, depth=2):
        """An expression that broadcasts to a shape, or one of any shape."""
        if depth <= 0 or self.chance(0.15):
            return self.operand(shape)
        dice = self.draw.random()
        if self.plain and dice > 0.8 and self.chance(0.7):
            dice *= 0.8
        if dice < 0.5:
            forms = (self.PLAIN_BINARY if self.plain else self.BINARY) + (self.BINARY_INEXACT if self.inexact else ())
            return "(" + self.filled(self.choice(forms), shape, depth) + ")"
        if dice < 0.72:
            forms = (self.PLAIN_UNARY if self.plain else self.UNARY) + (self.UNARY_INEXACT * 2 if self.inexact else ())
            return self.filled(self.choice(forms), shape, depth)
        if dice < 0.8 and self.arrays():
            return self.fitting(self.AXES, shape, depth)
        if dice < 0.9 and self.arrays():
            return self.fitting(self.ALONG + (self.PRODUCTS * 2 if self.inexact else ()), shape, depth)
        if dice < 0.93:
            extent = self.atom(4) if shape is None or len(shape) != 1 else self.choice((str(shape[0]), self.atom(shape[0])))
            made = self.choice(("np.zeros({e})", "np.ones({e})", "np.full({e}, {s})", "np.arange({e})",
                                "np.zeros({e}, dtype=np.int64)", "np.linspace(0, 1, {e})", "np.arange({e}, dtype='float64')",
                                "np.zeros(({e},))", "np.ones((2, {e}))", "np.eye({e})"))  # fmt: skip
            return made.replace("{e}", f"max({extent}, 0)" if self.chance(0.6) else extent).replace("{s}", self.number(0))
        if dice < 0.96:
            return f"({self.operand(shape)} if {self.condition()} else {self.operand(shape)})"
        return self.operand(shape)

    def fitting(self, forms, shape, depth):
        """One of some forms that make something of the right shape, or an operand."""
        if max(self.env[name].size for name in self.arrays()) > 2000:
            forms = [form for form in forms if not any(word in form for word in ("outer", "diag", "triu", "@"))]
        for _ in range(5):
            name = self.choice(self.arrays())
            text = self.choice(forms).replace("{x}", name if self.chance(0.5) else self.place(name))
            text = text.replace("{y}", self.operand()).replace("{s}", self.number(0))
            found = self.value(text)
            if found is None or getattr(found, "size", 0) > 20_000:
                continue
            if shape is None or self.broadcasts(found, shape):
                return text
        return self.operand(shape)

    @staticmethod
    def broadcasts(found, shape):
        try:
            return numpy.broadcast_shapes(numpy.shape(found), shape) == shape
        except ValueError:
            return False

    def filled(self, form, shape, depth):
        first = self.expression(shape, depth - 1)
        if any(mark in form for mark in ("{x}.", "-{x}", "+{x}", "{x} **")) and not first[0].isalpha():
            first = f"({first})"
        text = form.replace("{x}", first)
        if "{y}" in text:
            text = text.replace("{y}", self.expression(shape, depth - 1 if self.chance(0.5) else 0))
        return text.replace("{c}", self.condition(shape)) if "{c}" in text else text
