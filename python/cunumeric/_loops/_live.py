"""Which slots of a loop program are read before they are written, and which every iteration writes.

In: statements of a program. Out: `(exposed, certain, written)`: slots that may be read before they are
written, slots written on every path, slots written on some. A path that ends at `STOP` is Python's: what is
read behind it natively was written on another one, but Python's iteration may leave older values.
"""

# The iteration that would come here is Python's: nothing that it did natively stays.
STOP = ("stop",)


class Stop(tuple):
    """A `STOP` that knows the slots whose values Python may read there, and whether it may leave the loop there."""

    def __new__(cls, reads, leaves):
        stop = super().__new__(cls, STOP)
        stop.reads, stop.leaves = reads, leaves
        return stop


def plain(part):
    """A part of a program without what is only said for this file."""
    return tuple(map(plain, part)) if isinstance(part, tuple) else part


class Use:
    """What statements do with slots, in their order."""

    def __init__(self):
        self.exposed, self.certain, self.written = set(), set(), set()
        self.sure = set()  # Written in iterations that Python runs, too, if it gets there.
        self.firm = set()  # Written even in an iteration that leaves the loop.
        self.behind = set()  # Read before they are written in iterations that are Python's.
        self.ends = False  # Nothing comes after these statements.
        self.leaves = False  # Python's iteration may have left the loop.

    def read(self, slot):
        if slot not in self.certain:
            self.exposed.add(slot)
        if slot not in self.sure:
            self.behind.add(slot)

    def stop(self, statement):
        self.behind |= getattr(statement, "reads", frozenset()) - self.sure
        self.leaves |= getattr(statement, "leaves", True)
        self.ends = True

    def write(self, slot):
        self.certain.add(slot)
        self.sure.add(slot)
        self.written.add(slot)
        if not self.leaves:
            self.firm.add(slot)

    def maybe(self, *parts):
        """Other uses of which one happens, or none where one of them is empty."""
        for part in parts:
            self.exposed |= part.exposed - self.certain
            self.behind |= part.behind - self.sure
            self.written |= part.written
        self.sure |= set.intersection(*(part.sure for part in parts))
        if not self.leaves:
            self.firm |= set.intersection(*(part.firm for part in parts))
        self.leaves |= any(part.leaves for part in parts)
        parts = [part for part in parts if not part.ends]
        self.ends = not parts
        if parts:
            self.certain |= set.intersection(*(part.certain for part in parts))


def use_of(statements):
    use = Use()
    _statements(statements, use)
    return use


def _statements(statements, use):
    for statement in statements:
        if statement == STOP:
            use.stop(statement)
        if use.ends:
            return
        _STATEMENTS[statement[0]](statement, use)


def _assign(statement, use):
    _expression(statement[2], use)
    _target(statement[1], use)


def _target(target, use):
    if target[0] == "name":
        use.write(target[1])
    elif target[0] == "tuple":
        for part in target[1]:
            _target(part, use)
    else:
        _expression(target, use)


def _update(statement, use):
    _expression(statement[2], use)
    _expression(statement[3], use)
    if statement[2][0] == "name":
        use.write(statement[2][1])


def _for(statement, use):
    _expression(statement[2], use)
    body = Use()
    body.write(statement[1])
    _statements(statement[3], body)
    body.leaves = False  # The loop inside, not the one around it.
    use.maybe(body, Use())


def _if(statement, use):
    _expression(statement[1], use)
    use.maybe(use_of(statement[2]), use_of(statement[3]))


def _do(statement, use):
    _expression(statement[1], use)


_STATEMENTS = {"assign": _assign, "update": _update, "for": _for, "if": _if, "do": _do}


def _expression(expression, use):
    """Reads in the order of evaluation; only blocks write, and only slots of their own."""
    kind = expression[0]
    if kind == "name":
        use.read(expression[1])
    elif kind == "block":
        _statements(expression[1], use)
        _expression(expression[2], use)
    elif kind in ("bool", "choose"):
        _sometimes(children(expression), use)
    else:
        for child in children(expression):
            _expression(child, use)


def _sometimes(parts, use):
    """The first part always happens, each of the others perhaps."""
    _expression(parts[0], use)
    for part in parts[1:]:
        one = Use()
        _expression(part, one)
        use.maybe(one, Use())


def children(expression):
    """The expressions right inside of one; not the statements of a block."""
    get = _CHILDREN.get(expression[0])
    return get(expression) if get else ()


_CHILDREN = {
    "binary": lambda e: e[2:],
    "unary": lambda e: e[2:],
    "compare": lambda e: e[2:],
    "bool": lambda e: e[2:],
    "choose": lambda e: e[1:],
    "index": lambda e: (e[1], *e[2]),
    "attribute": lambda e: e[1:2],
    "tuple": lambda e: e[1],
    "list": lambda e: e[1],
    "slice": lambda e: tuple(part for part in e[1:] if part is not None),
    "call": lambda e: (*e[2], *(value for _, value in e[3])),
    "method": lambda e: (e[1], *e[3], *(value for _, value in e[4])),
}
