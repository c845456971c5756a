"""A loop of a function as a loop program, together with what the rewritten function passes at its entry.

In: the loop's node, the function's tree, code and variables. Out: a `Translation`; `NotCompilable` says
what stands in the way.
"""

import ast
import os

from ._draft import Draft
from ._entry import Place
from ._flow import bound_in, loops_in_try, reads_of, walk
from ._iterated import Items, goes_over_items
from ._live import plain
from ._scope import ModuleScope, NotCompilable, Scope
from ._statements import Statements


class Translation:
    """A loop program; the places of inputs and guards, in the order they are passed, and of what comes back."""

    def __init__(self, program, inputs, guards, carried, stops, items=None):
        self.program, self.stops, self.items = program, stops, items
        self.inputs, self.guards, self.carried = inputs, guards, carried


class Function:
    """What all loops of one function have in common."""

    def __init__(self, source, code, namespace, names, certain):
        self.node, self.code, self.namespace, self.names = source.node, code, namespace, names
        self.certain, self.survived = certain, loops_in_try(source.node)
        self.reads = reads_of([source.node])
        used = {n.id for n in walk(source.node.body) if isinstance(n, ast.Name)}
        self.locals = {*code.co_varnames, *code.co_cellvars, *code.co_freevars}
        self.plain = used - self.locals if "<locals>" in code.co_qualname else None

    scope = Scope

    def translate(self, loop):
        is_while = isinstance(loop, ast.While)
        bound = bound_in(loop.body if is_while else [loop.target, *loop.body])
        cells = bound & {*self.code.co_cellvars, *self.code.co_freevars}
        draft = Draft(self.locals, set(self.code.co_freevars), self.plain, self.namespace, cells)
        scope = self.scope(self.code, self.namespace, self.names, bound, draft)
        statements, items = Statements(scope, draft), None
        if is_while:
            program = statements.tested(loop)
        elif goes_over_items(loop.iter, scope.value):
            program, items = self._over_items(loop, statements)
        elif isinstance(loop.target, ast.Name) and may_be_range(loop.iter):
            program = ("for", *statements.counted(loop, None))
        else:
            raise NotCompilable(f"a loop over {ast.unparse(loop.iter)}")
        inputs, carried = draft.passed(program, self._certain(loop), self._needed(loop), loop in self.survived)
        return self._translation(loop, draft, program, inputs, carried, items)

    def _over_items(self, loop, statements):
        """The program of a loop over items; its parts are variables of the rewritten function."""
        items = Items(loop.iter, statements.known, f"@part{loop.lineno}.{loop.col_offset}.")
        statements.guarded(items)
        places = [Place("name", name) for name in items.names()]
        slots = [("name", statements.draft.slot(place.key, place)) for place in places]
        counter, body = statements.itemized(loop, items, slots)
        return ("for", counter, None, body), items

    def _certain(self, loop):
        return self.certain[loop]

    def _needed(self, loop):
        """Whether anything but the loop's own body reads a name."""
        inside = reads_of([loop.test, *loop.body] if isinstance(loop, ast.While) else loop.body)
        cells = self.code.co_cellvars
        return lambda name: name is None or self.reads.get(name, 0) > inside.get(name, 0) or name in cells

    def _translation(self, loop, draft, body, inputs, carried, items):
        # What the function's own instructions read comes first, then what a reader finds behind names.
        inputs.sort(key=lambda slot: draft.places[slot].kind != "name")
        guards = sorted(draft.guards.values(), key=lambda guard: guard[0].kind == "name")
        program = (
            f"{os.path.basename(self.code.co_filename)}:{loop.lineno}",
            draft.count,
            tuple(inputs),
            tuple(carried),
            tuple(value for _, value in guards),
            plain(body),
        )
        places = [draft.places[slot] for slot in inputs]
        guards, carried = [place for place, _ in guards], [draft.places[slot] for slot in carried]
        return Translation(program, places, guards, carried, draft.stops, items)


class Module(Function):
    """The same for the loops of a module itself; they are only ever taken over while they run.

    Its names may be read from anywhere at any time, so all of them are needed; whether they have values
    is seen when a loop is taken over.
    """

    scope = ModuleScope

    def __init__(self, source, code, namespace):
        super().__init__(source, code, namespace, namespace, {})
        self.locals, self.plain = frozenset(), None

    def _certain(self, loop):
        return frozenset()

    def _over_items(self, loop, statements):
        raise NotCompilable(f"a loop over {ast.unparse(loop.iter)} at module level")

    def _needed(self, loop):
        return lambda name: True


def may_be_range(node):
    """Whether what a loop goes over can be a range: not text or displays, and no call but of `range`."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "range"
    return isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.IfExp))
