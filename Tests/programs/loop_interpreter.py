"""Runs loop programs in Python: what `_legate.compile_loop` gives, without anything native.

An oracle for what a loop's program means, and a way to try the translation of loops by itself: `install()` puts it in the
native one's place. An iteration that raises is undone, memory included, and left to Python.
"""

import math
import operator

import numpy

import _legate
import cunumeric

BINARY = {
    "add": "add", "subtract": "sub", "multiply": "mul", "divide": "truediv", "floor_divide": "floordiv", "remainder": "mod",
    "power": "pow", "matmul": "matmul", "bitwise_and": "and_", "bitwise_or": "or_", "bitwise_xor": "xor",
    "left_shift": "lshift", "right_shift": "rshift",
}  # fmt: skip
COMPARED = {"less": "lt", "less_equal": "le", "equal": "eq", "not_equal": "ne", "greater": "gt", "greater_equal": "ge"}
UNARY = {"negative": operator.neg, "positive": operator.pos, "invert": operator.invert, "not": operator.not_}
BUILTIN = {"range": range, "len": len, "min": min, "max": max, "abs": abs, "int": int, "float": float}


class Loop:
    """One loop program; subscripted or called with what goes over, the inputs and the guards."""

    broken = False

    def __init__(self, program):
        self.name, self.count, self.inputs, self.carried, self.guards, self.loop = program
        self.runs, self.reason = 0, None

    def __getitem__(self, values):
        return self(*values)

    def __call__(self, items, *values):
        inputs, guards = values[: len(self.inputs)], values[len(self.inputs) :]
        is_while = self.loop[0] == "while"
        if items is not None if is_while else type(items) is not range or len(items) < 2:
            return None
        if len(guards) != len(self.guards) or any(a is not b for a, b in zip(guards, self.guards)):
            self.reason = self.reason or "a guard"
            return None
        slots = [None] * self.count
        for slot, value in zip(self.inputs, inputs, strict=True):
            slots[slot] = value
        done = Run(slots).rounds(self.loop) if is_while else Run(slots).iterations(items[:-1], self.loop)
        if done == 0:
            return None
        self.runs += 1
        return (None if is_while else items[done - Loop.broken :], *(slots[slot] for slot in self.carried))


class Run:
    """The slots of a running program."""

    def __init__(self, slots):
        self.slots = slots

    def iterations(self, items, loop):
        """How many iterations could be done; the slots are as the last of them left them."""
        for number, item in enumerate(items):
            kept, memory = list(self.slots), saved(self.slots)
            try:
                if loop[1] is not None:
                    self.slots[loop[1]] = item
                self.statements(loop[3])
            except Exception:
                self.slots[:] = kept
                for array, values in memory:
                    array[...] = values
                return number
        return len(items)

    def rounds(self, loop):
        """The same of a `while`: the last iteration, behind which its condition fails, is taken back, too."""
        _, _, test, body = loop
        ended = ("if", test, (), (("stop",),))
        if not self.value(test):
            return 0
        number = 0
        while self.iterations([None], ("for", None, None, (*body, ended))):
            number += 1
        return number

    def statements(self, statements):
        for statement in statements:
            getattr(self, "do_" + statement[0])(*statement[1:])

    def do_assign(self, target, expression):
        self.set(target, self.value(expression))

    def set(self, target, value):
        if target[0] == "name":
            self.slots[target[1]] = value
        elif target[0] == "tuple":
            values = list(value)
            if len(values) != len(target[1]):
                raise ValueError("cannot unpack")
            for part, item in zip(target[1], values):
                self.set(part, item)
        else:
            base = self.value(target[1])
            base[self.items(target[2])] = value

    def do_update(self, op, target, expression):
        update = getattr(operator, "i" + BINARY[op].rstrip("_"))
        if target[0] == "name":
            self.slots[target[1]] = update(self.value(target), self.value(expression))
            return
        base, items = self.value(target[1]), self.items(target[2])
        base[items] = update(base[items], self.value(expression))

    def do_for(self, slot, expression, body):
        for item in self.value(expression):
            self.slots[slot] = item
            self.statements(body)

    def do_if(self, condition, body, otherwise):
        self.statements(body if self.value(condition) else otherwise)

    def do_do(self, expression):
        self.value(expression)

    def do_stop(self):
        raise RuntimeError("an iteration of Python's")

    # Expressions ----------------------------------------------------------

    def value(self, expression):
        return getattr(self, "get_" + expression[0])(*expression[1:])

    def get_name(self, slot):
        return self.slots[slot]

    def get_const(self, value):
        return value

    def get_binary(self, op, a, b):
        return getattr(operator, BINARY[op])(self.value(a), self.value(b))

    def get_unary(self, op, a):
        return UNARY[op](self.value(a))

    def get_compare(self, op, a, b):
        return getattr(operator, COMPARED[op])(self.value(a), self.value(b))

    def get_bool(self, word, a, b):
        first = self.value(a)
        return self.value(b) if bool(first) == (word == "and") else first

    def get_choose(self, condition, a, b):
        return self.value(a) if self.value(condition) else self.value(b)

    def items(self, items):
        found = tuple(self.item(item) for item in items)
        return found[0] if len(found) == 1 else found

    def item(self, item):
        if item[0] == "slice":
            return slice(*(part and self.value(part) for part in item[1:]))
        return {"ellipsis": Ellipsis, "newaxis": None}[item[0]] if item[0] in ("ellipsis", "newaxis") else self.value(item)

    def get_index(self, base, items):
        found = self.value(base)
        return found[self.items(items)]

    def get_attribute(self, a, name):
        return getattr(self.value(a), name)

    def get_tuple(self, parts):
        return tuple(map(self.value, parts))

    def get_list(self, parts):
        return list(map(self.value, parts))

    def get_dtype(self, name):
        return numpy.dtype(name)

    def get_call(self, name, args, kwargs):
        return self.called(named(name), args, kwargs)

    def get_method(self, a, name, args, kwargs):
        return self.called(getattr(self.value(a), name), args, kwargs)

    def called(self, function, args, kwargs):
        return function(*map(self.value, args), **{name: self.value(value) for name, value in kwargs})

    def get_block(self, statements, expression):
        self.statements(statements)
        return self.value(expression)


def named(name):
    """What a program's name of a function stands for."""
    if name in BUILTIN:
        return BUILTIN[name]
    value, (package, *path) = None, name.split(".")
    value = math if package == "math" else cunumeric
    for part in path:
        value = getattr(value, part)
    return value


def saved(slots):
    """The memory of all arrays, as (view, values)."""
    found = []
    for value in slots:
        for item in value if isinstance(value, (tuple, list)) else (value,):
            if getattr(item, "ndim", 0) and item.flags.writeable:
                view = numpy.asarray(item)
                found.append((view, view.copy()))
    return found


def install(broken=False):
    """Loops are run by this interpreter from now on; a broken one has Python do an iteration again."""
    _legate.compile_loop, Loop.broken = Loop, broken
