"""Statements of a loop's body, or of an inlined function's, as those of its program.

In: syntax tree nodes. Out: tuples of statements. Inner loops over ranges stay loops; loops over a tuple
or list that is written out are unrolled.
"""

import ast

from ._expressions import BINARY, Expressions, word
from ._flow import SCOPES, reads_of, walk
from ._iterated import Items, goes_over_items
from ._live import STOP, use_of
from ._scope import Clause, NotCompilable, NotYet

UNROLLED = 16  # Elements of a written-out tuple.


class Statements(Expressions):
    def statements(self, nodes):
        return tuple(s for node in nodes for s in self.statement(node))

    def statement(self, node):
        self.draft.grow()
        translate = getattr(self, "_do_" + type(node).__name__, None)
        if translate is None:
            raise NotCompilable(f"{word(node)} in line {node.lineno}")
        return translate(node)

    def _do_Pass(self, node):
        return ()

    def _do_Expr(self, node):
        if isinstance(node.value, ast.Constant):
            return ()
        return (("do", self.expression(node.value)),)

    def _do_Assign(self, node):
        if len(node.targets) == 1 and _is_parallel(node.targets[0], node.value):
            return self._parallel(node.targets[0], node.value)
        value = self.expression(node.value)
        if len(node.targets) == 1:
            return (("assign", self.target(node.targets[0]), value),)
        kept = ("name", self.draft.new_slot())
        return (("assign", kept, value), *(("assign", self.target(t), kept) for t in node.targets))

    def _parallel(self, target, value):
        """Several assignments at once, not all to names: all values first, as elements are, then the targets."""
        values = [self._kept(part) for part in value.elts]
        pairs = zip(map(self.target, target.elts), values, strict=True)
        return (*(s for start, _ in values for s in start), *(("assign", t, kept) for t, (_, kept) in pairs))

    def _do_AnnAssign(self, node):
        if node.value is None:
            return ()
        value = self.expression(node.value)
        return (("assign", self.target(node.target), value),)

    def _do_AugAssign(self, node):
        target = self.target(node.target)
        return (("update", self._operation(BINARY, node), target, self.expression(node.value)),)

    def target(self, node):
        if isinstance(node, ast.Name):
            self._check_private(node.id)
            return ("name", self.scope.target(node.id))
        if isinstance(node, ast.Subscript):
            return self._Subscript(node)
        if isinstance(node, (ast.Tuple, ast.List)):
            return ("tuple", tuple(map(self.target, node.elts)))
        if isinstance(node, ast.Attribute):
            return self.target_member(node)
        raise NotCompilable(f"an assignment to {ast.unparse(node)} in line {node.lineno}")

    def _do_If(self, node):
        return (self._branches(node.test, lambda way: self.statements(way), node.body, node.orelse),)

    def _branches(self, test, translate, *ways):
        """An `if`; iterations that take a branch of which programs cannot speak are left to Python."""
        test, found = self.expression(test), []
        for way in ways:
            try:
                found.append(translate(way))
            except NotYet:
                raise
            except NotCompilable as error:
                leaves = any(_leads_out(node, ast.Break) for node in way)
                found.append(self.draft.stop(error, self.scope.shared(reads_of(way)), leaves))
                problem = error
        if all(STOP in way for way in found):
            raise problem
        return ("if", test, *found)

    def _do_For(self, node):
        if isinstance(node.iter, (ast.Tuple, ast.List)):
            return (*self._unrolled(node), *self.statements(node.orelse))
        return (*self._loop(node), *self.statements(node.orelse))

    def _loop(self, node):
        if goes_over_items(node.iter, self.scope.value):
            return self._over_items(node)
        values = self.expression(node.iter)
        if values[:2] != ("call", "range") or values[3] or not isinstance(node.target, ast.Name):
            raise NotCompilable(f"a loop over {ast.unparse(node.iter)} in line {node.lineno}")
        return (("for", *self.counted(node, values)),)

    def _over_items(self, node):
        """A loop inside over items: the parts are evaluated first, then it counts."""
        items = Items(node.iter, self.known)
        self.guarded(items)
        parts = [self._kept(part) for part in items.nodes]
        slots = [kept for _, kept in parts]
        lengths = [("call", "len", (slots[k],), ()) for k in items.lengths()]
        count = lengths[0] if len(lengths) == 1 else ("call", "min", tuple(lengths), ())
        counter, body = self.itemized(node, items, slots)
        return (*(s for start, _ in parts for s in start), ("for", counter, ("call", "range", (count,), ()), body))

    def guarded(self, items):
        for known in items.guards:
            self.draft.guard(known)

    def itemized(self, node, items, slots):
        """What counts the iterations of a loop over items, and its body, which begins with an item."""
        counter = self.draft.new_slot()
        item = items.item(("name", counter), slots)
        return counter, (("assign", self.target(node.target), item), *self.body(node.body))

    def tested(self, node):
        """A `while`."""
        return "while", None, self.expression(node.test), self.body(node.body)

    def counted(self, node, values):
        """Target, range and body of a loop; what the body binds anew is never what counts the iterations."""
        target = self.scope.target(node.target.id)
        body = self.body(node.body)
        if target not in use_of(body).written:
            return target, values, body
        counter = self.draft.new_slot()
        return counter, values, (("assign", ("name", target), ("name", counter)), *body)

    def _unrolled(self, node):
        """All values first, as Python makes them, then the body for each of them."""
        if len(node.iter.elts) > UNROLLED or any(isinstance(e, ast.Starred) for e in node.iter.elts):
            raise NotCompilable(f"a long loop in line {node.lineno}")
        values = [self._kept(value) for value in node.iter.elts]
        for start, _ in values:
            yield from start
        for _, value in values:
            yield ("assign", self.target(node.target), value)
            yield from self.body(node.body)

    def _kept(self, node):
        """Assignments that keep a value in new slots, and the expression that gives it again."""
        if isinstance(node, (ast.Tuple, ast.List)) and not any(isinstance(e, ast.Starred) for e in node.elts):
            parts = [self._kept(element) for element in node.elts]
            return [s for start, _ in parts for s in start], ("tuple", tuple(value for _, value in parts))
        value = self.expression(node)
        if value[0] == "const":
            return [], value
        kept = ("name", self.draft.new_slot())
        return [("assign", kept, value)], kept

    def function(self, node):
        """An inlined function's body: its statements and the value it gives back."""
        if any(isinstance(n, (ast.Global, ast.Nonlocal)) for n in walk(node.body)):
            raise NotCompilable(Clause(f"{node.name} changes variables of others"))
        *body, last = node.body
        if isinstance(last, ast.Return) and not _returns(body):
            value = last.value
            return self.statements(body), self.expression(value) if value else ("const", None)
        if not _returns(node.body):
            return self.statements(node.body), ("const", None)
        result = ("name", self.draft.new_slot())

        def leave(node):
            value = self.expression(node.value) if node is not None and node.value else ("const", None)
            return (("assign", result, value),)

        return self._ways(node.body, ast.Return, leave), result

    def body(self, nodes):
        """A loop's body; what follows a branch with `continue` belongs to the other branch."""
        return self._ways(nodes, ast.Continue, lambda node: ())

    def _ways(self, nodes, end, leave):
        """Statements from which several ways lead out: each is written out until it ends."""
        for place, node in enumerate(nodes):
            if isinstance(node, end):
                return (*self.statements(nodes[:place]), *leave(node))
            if not _leads_out(node, end):
                continue
            if not isinstance(node, ast.If):
                raise NotCompilable(f"{word(node)} with a way out in line {node.lineno}")
            before, rest = self.statements(nodes[:place]), nodes[place + 1 :]
            ways = [[*way, *rest] for way in (node.body, node.orelse)]
            return (*before, self._branches(node.test, lambda way: self._ways(way, end, leave), *ways))
        return (*self.statements(nodes), *leave(None))


def _is_parallel(target, value):
    """Whether tuples of one length are assigned that are written out, and to more than names."""
    both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts)
    return both and not all(isinstance(part, ast.Name) for part in target.elts)


def _leads_out(node, end):
    """Whether a statement may end the function, or the loop around it, or an iteration."""
    if isinstance(node, end):
        return True
    if end is not ast.Return and isinstance(node, (ast.For, ast.While)):
        return any(_leads_out(part, end) for part in node.orelse)
    parts = ast.iter_child_nodes(node) if not isinstance(node, (ast.expr, *SCOPES)) else ()
    return any(_leads_out(part, end) for part in parts)


def _returns(nodes):
    return any(_leads_out(node, ast.Return) for node in nodes)
