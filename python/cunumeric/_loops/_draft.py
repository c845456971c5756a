"""The loop program while it is made: its slots, what each entry checks, and how large it has become.

Out, when all statements are there: which values go in and which come back, or `NotCompilable` where the
function does not certainly have them when the loop begins.
"""

from ._entry import Place
from ._live import Stop, use_of
from ._scope import Clause, NotCompilable

LARGEST = 4000  # Statements and expressions of one program.


class Draft:
    def __init__(self, scope_locals, free, plain, namespace, cells):
        self.locals, self.free, self.plain = scope_locals, free, plain
        self.namespace = namespace
        self.cells = cells  # Variables of the function that the loop binds and functions inside share.
        self.keys, self.places, self.guards = {}, {}, {}
        self.own = {}  # Slots of variables that the loop binds -> their names, None for attributes of objects.
        self.members, self.stored = {}, set()  # Attributes: name -> objects; names that the loop binds.
        self.rebound = set()  # Globals that a loop at module level binds.
        self.count = self.size = 0
        self.inlined, self.stops = [], []

    def new_slot(self):
        self.count += 1
        return self.count - 1

    def slot(self, key, place):
        """The slot of a value that may come from outside; the same for the same key."""
        if key not in self.keys:
            self.keys[key] = self.new_slot()
            self.places[self.keys[key]] = place
        return self.keys[key]

    def guard(self, known):
        """Each entry checks that the value is the same."""
        self.guards.setdefault(known.place.key, (known.place, known.checked))

    def is_plain(self, namespace, name):
        """Whether the function itself can read a global of this name."""
        return namespace is self.namespace and name not in self.locals and (self.plain is None or name in self.plain)

    def check_cell(self, name):
        if name in self.cells:
            raise NotCompilable(Clause(f"{name} is shared with a function that the loop calls"))

    def member(self, place, name):
        """The slot of an object's attribute."""
        self.members.setdefault(name, set()).add(place.key)
        place = Place("attribute", place, name)
        return self.slot(place.key, place)

    def stored_member(self, place, name):
        """The same of an attribute that the loop binds."""
        slot = self.member(place, name)
        if not self.places[slot].is_target():
            raise NotCompilable(Clause(f"the object of {name} is not a variable's"))
        self.own[slot] = None
        self.stored.add(name)
        return slot

    def check_members(self):
        """Attributes that are bound are of one object only, and nothing else is reached through them."""
        for name in self.stored:
            if len(self.members[name]) > 1:
                raise NotCompilable(Clause(f"{name} is an attribute of several objects"))
        inner = [part for place in self.places.values() for part in place.parts if isinstance(part, Place)]
        for place in (*inner, *(place for place, _ in self.guards.values())):
            if place.attributes() & self.stored:
                raise NotCompilable(Clause("an object is reached through an attribute that changes"))

    def stop(self, error, names, leaves):
        """Iterations that come here are Python's, which reads some of the function's names there, or leaves the loop.

        Whatever functions inside or the module's read may be read there, too.
        """
        self.stops.append(error.reason)
        keys = [("local", name) for name in {*names, *self.cells}]
        keys += [("global", *names) for names in self.rebound]
        return (Stop(frozenset(self.slot(key, Place("name", key[-1])) for key in keys), leaves),)

    def grow(self):
        self.size += 1
        if self.size > LARGEST:
            raise NotCompilable(Clause("it is too long"))

    def passed(self, loop, certain, needed, is_survived):
        """`(inputs, carried)`: slots that go in and slots that come back.

        A name that only some iterations bind, or that one does not get to because it leaves the loop, keeps
        an older value after the others; where anything reads it later it goes in and comes back like a carried one. So does every name where errors of the
        loop are survived: the iteration that fails may not get to bind it.
        """
        self.check_members()
        use = use_of(_in_order(loop))
        use.exposed |= use.behind & use.written
        sure = set() if is_survived else use.firm
        kept = {s for s in use.written - sure - {loop[1]} if s in self.own and needed(self.own[s])}
        carried = sorted(s for s in use.written & (use.exposed | kept) if s in self.own and s != loop[1])
        inputs = sorted(use.exposed | kept)
        for slot in inputs:
            self._check_input(slot, certain)
        for place, _ in self.guards.values():
            self._check_root(place, certain)
        return inputs, carried

    def _check_input(self, slot, certain):
        if slot not in self.places:
            raise NotCompilable(Clause("a variable of a called function may have no value"))
        self._check_root(self.places[slot], certain)

    def _check_root(self, place, certain):
        name = place.root()
        if name in self.locals and name not in self.free and name not in certain:
            raise NotCompilable(Clause(f"{name} may have no value before the loop"))


def _in_order(loop):
    """The statements of an iteration, with what decides whether there is one, and whether there is another."""
    kind, target, test, body = loop
    if kind == "while":
        return [("do", test), *body, ("do", test)]
    return [("assign", ("name", target), ("const", 0)), *body]
