"""Loop programs in plain Python: what the native side does with one, slowly and on any values.

`compile_loop(program)` gives a loop as `_legate.compile_loop` does: subscripted with a range, inputs and
guards it runs all iterations but the last and gives back `(rest, *carried)`, or None where it does
nothing. An iteration that fails is undone and left to Python.
"""

import operator

import cunumeric
import numpy

BINARY = {
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv,
    "floor_divide": operator.floordiv, "remainder": operator.mod, "power": operator.pow, "matmul": operator.matmul,
    "bitwise_and": operator.and_, "bitwise_or": operator.or_, "bitwise_xor": operator.xor,
    "left_shift": operator.lshift, "right_shift": operator.rshift,
}  # fmt: skip
IN_PLACE = {
    "add": operator.iadd, "subtract": operator.isub, "multiply": operator.imul, "divide": operator.itruediv,
    "floor_divide": operator.ifloordiv, "remainder": operator.imod, "power": operator.ipow,
    "matmul": operator.imatmul, "bitwise_and": operator.iand, "bitwise_or": operator.ior,
    "bitwise_xor": operator.ixor, "left_shift": operator.ilshift, "right_shift": operator.irshift,
}  # fmt: skip
UNARY = {"negative": operator.neg, "positive": operator.pos, "invert": operator.invert, "not": operator.not_}
COMPARED = {
    "less": operator.lt, "less_equal": operator.le, "equal": operator.eq, "not_equal": operator.ne,
    "greater": operator.gt, "greater_equal": operator.ge,
}  # fmt: skip
PYTHON = {"range": range, "len": len, "min": min, "max": max, "abs": abs, "int": int, "float": float}
UNSET = object()


class Loop:
    """A loop program with its slots."""

    def __init__(self, program):
        self.name, self.count, self.inputs, self.carried, self.guards, self.loop = program
        self.program, self.runs, self.iterations, self.reason = program, 0, 0, None

    def __getitem__(self, given):
        items, *values = given
        inputs, guards = values[: len(self.inputs)], values[len(self.inputs) :]
        assert len(guards) == len(self.guards)
        is_while = self.loop[0] == "while"
        if items is not None if is_while else type(items) is not range or len(items) < 2:
            return None
        if any(a is not b for a, b in zip(guards, self.guards)):
            self.reason = "guards"
            return None
        self.slots = [UNSET] * self.count
        for slot, value in zip(self.inputs, inputs):
            self.slots[slot] = value
        done = self.rounds() if is_while else self.iterate(items[:-1])
        self.runs += done > 0
        carried = [self.slots[slot] for slot in self.carried]
        self.slots = None
        return (None if is_while else items[done:], *carried) if done else None

    def rounds(self):
        """The iterations of a `while` but the one behind which its condition fails."""
        _, _, test, body = self.loop
        if not self.value(test):
            return 0
        self.loop = ("for", None, None, (*body, ("if", test, (), (("stop",),))))
        done = 0
        while self.iterate([None]):
            done += 1
        self.loop = ("while", None, test, body)
        return done

    def iterate(self, items):
        """How many iterations went well; the one behind them is undone."""
        for count, item in enumerate(items):
            before, contents = list(self.slots), [(a, a.copy()) for a in self.arrays()]
            try:
                if self.loop[1] is not None:
                    self.slots[self.loop[1]] = item
                self.run(self.loop[3])
                self.iterations += 1
            except Exception as error:
                self.reason = error
                self.slots = before
                for array, content in contents:
                    array[...] = content
                return count
        return len(items)

    def arrays(self):
        return [s for s in self.slots if isinstance(s, cunumeric.ndarray)]

    def run(self, statements):
        for statement in statements:
            getattr(self, "run_" + statement[0])(*statement[1:])

    def run_assign(self, target, expression):
        self.assign(target, self.value(expression))

    def assign(self, target, value):
        kind = target[0]
        if kind == "name":
            self.slots[target[1]] = value
        elif kind == "index":
            self.value(target[1])[self.items(target[2])] = value
        else:
            assert kind == "tuple"
            values = list(value)
            assert len(values) == len(target[1])
            for part, one in zip(target[1], values):
                self.assign(part, one)

    def run_update(self, op, target, expression):
        if target[0] == "name":
            self.slots[target[1]] = IN_PLACE[op](self.value(target), self.value(expression))
            return
        base, items = self.value(target[1]), self.items(target[2])
        base[items] = IN_PLACE[op](base[items], self.value(expression))

    def run_for(self, slot, expression, body):
        assert expression[:2] == ("call", "range")
        for item in self.value(expression):
            self.slots[slot] = item
            self.run(body)

    def run_if(self, condition, body, otherwise):
        self.run(body if self.value(condition) else otherwise)

    def run_do(self, expression):
        self.value(expression)

    def run_stop(self):
        raise RuntimeError("an iteration of Python's")

    def value(self, expression):
        return getattr(self, "value_" + expression[0])(*expression[1:])

    def value_name(self, slot):
        assert self.slots[slot] is not UNSET
        return self.slots[slot]

    def value_const(self, value):
        assert type(value) in (int, float, bool, complex, str, type(None))
        return value

    def value_binary(self, op, a, b):
        return BINARY[op](self.value(a), self.value(b))

    def value_unary(self, op, a):
        return UNARY[op](self.value(a))

    def value_compare(self, op, a, b):
        return COMPARED[op](self.value(a), self.value(b))

    def value_bool(self, op, a, b):
        first = self.value(a)
        return (first and self.value(b)) if op == "and" else (first or self.value(b))

    def value_choose(self, condition, a, b):
        return self.value(a) if self.value(condition) else self.value(b)

    def value_index(self, base, items):
        return self.value(base)[self.items(items)]

    def items(self, items):
        found = tuple(map(self.item, items))
        return found[0] if len(found) == 1 else found

    def item(self, item):
        if item[0] == "slice":
            return slice(*(part and self.value(part) for part in item[1:]))
        return {"ellipsis": Ellipsis, "newaxis": None}[item[0]] if len(item) == 1 else self.value(item)

    def value_attribute(self, a, name):
        return getattr(self.value(a), name)

    def value_tuple(self, parts):
        return tuple(map(self.value, parts))

    def value_list(self, parts):
        return list(map(self.value, parts))

    def value_call(self, name, args, kwargs):
        function = PYTHON.get(name)
        if function is None:
            first, *path = name.split(".")
            function = {"np": cunumeric}[first]
            for part in path:
                function = getattr(function, part)
        return self.called(function, args, kwargs)

    def called(self, function, args, kwargs):
        return function(*map(self.value, args), **{name: self.value(value) for name, value in kwargs})

    def value_method(self, a, name, args, kwargs):
        return self.called(getattr(self.value(a), name), args, kwargs)

    def value_dtype(self, name):
        return numpy.dtype(name)

    def value_block(self, statements, expression):
        self.run(statements)
        return self.value(expression)


def compile_loop(program):
    return Loop(program)
