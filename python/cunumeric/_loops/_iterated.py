"""Loops over lists, tuples and arrays, also by `zip` and `enumerate`, as loops over a range that indexes them.

In: what a loop goes over, as a syntax tree. Out: for the program a range and the value of each item; for
the rewritten function how many items there are and, behind the native run, those that are left.

    for k, (a, b) in enumerate(zip(x, y), 1): BODY

    "@part0" = x; "@part1" = y; "@part2" = 1          each is evaluated once, in order
    for counter in range(min(len(x), len(y))):        the program
        k, (a, b) = counter + 1, (x[counter], y[counter])
        BODY
"""

import ast

import _legate

from ._scope import NotCompilable

_PAIRED = {"zip": zip, "enumerate": enumerate}


def goes_over_items(node, value_of):
    """Whether a loop over this goes over items rather than a range; `value_of` gives a name's value now."""
    if isinstance(node, ast.Name):
        return _has_items(value_of(node.id))
    if isinstance(node, ast.Subscript):
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return any(isinstance(part, ast.Slice) for part in parts)
    if isinstance(node, (ast.Tuple, ast.List)):
        return bool(node.elts) and all(isinstance(e, ast.Constant) for e in node.elts)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _PAIRED


def _has_items(value):
    return type(value) in (list, tuple) or isinstance(value, _legate.ndarray) and value.ndim > 0


class Items:
    """What one loop goes over: its parts, and how items are made of them.

    `form` is the number of a part, or ("zip", forms, node), or ("enumerate", form, the number of the part it
    begins with or None, node).
    """

    def __init__(self, node, known, name="@part"):
        self.name, self.nodes, self.guards, self.known = name, [], [], known
        self.form = self._form(node)

    def _form(self, node):
        word = self._word(node)
        if word is None:
            return self._part(node)
        if word == "zip":
            return ("zip", tuple(map(self._form, node.args)), node)
        form, start = self._form(node.args[0]), node.args[1:]
        return ("enumerate", form, self._part(start[0]) if start else None, node)

    def _word(self, node):
        """`zip` or `enumerate`, where a node is a plain call of it."""
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _PAIRED):
            return None
        known = self.known(node.func)
        most = 2 if node.func.id == "enumerate" else len(node.args)
        is_plain = not node.keywords and 1 <= len(node.args) <= most
        if known is None or known.value is not _PAIRED[node.func.id] or not is_plain:
            raise NotCompilable(f"a loop over {ast.unparse(node)} in line {node.lineno}")
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            raise NotCompilable(f"`*` in line {node.lineno}")
        self.guards.append(known)
        return node.func.id

    def _part(self, node):
        self.nodes.append(node)
        return len(self.nodes) - 1

    # The program ----------------------------------------------------------

    def item(self, counter, slots, form=None):
        """The expression of an item."""
        form = self.form if form is None else form
        if isinstance(form, int):
            return ("index", slots[form], (counter,))
        if form[0] == "zip":
            return ("tuple", tuple(self.item(counter, slots, part) for part in form[1]))
        number = counter if form[2] is None else ("binary", "add", slots[form[2]], counter)
        return ("tuple", (number, self.item(counter, slots, form[1])))

    def lengths(self, form=None):
        """The parts that say how many items there are."""
        form = self.form if form is None else form
        if isinstance(form, int):
            return [form]
        return [n for part in (form[1] if form[0] == "zip" else form[1:2]) for n in self.lengths(part)]

    # The rewritten function -----------------------------------------------

    def names(self):
        return [f"{self.name}{k}" for k in range(len(self.nodes))]

    def whole(self, form=None):
        """The expression of all items again, of parts that are evaluated."""
        form = self.form if form is None else form
        if isinstance(form, int):
            return ast.Name(f"{self.name}{form}", ast.Load())
        if form[0] == "zip":
            parts = form[1]
        else:
            parts = form[1:2] if form[2] is None else form[1:3]
        node = form[-1]
        return ast.copy_location(ast.Call(node.func, [self.whole(part) for part in parts], []), node)

    def count(self, *parts):
        """A range over the items, or None where the parts are of other kinds."""
        lengths = self.lengths()
        if not all(_has_items(part) if k in lengths else type(part) is int for k, part in enumerate(parts)):
            return None
        return range(min(len(parts[k]) for k in lengths))

    def rest(self, items, *parts):
        """What is left of the items when a range is left of their numbers."""
        return self._rest(self.form, items.start, parts)

    def _rest(self, form, done, parts):
        if isinstance(form, int):
            return _behind(parts[form], done)
        if form[0] == "zip":
            return zip(*(self._rest(part, done, parts) for part in form[1]))
        first = 0 if form[2] is None else parts[form[2]]
        return enumerate(self._rest(form[1], done, parts), first + done)


def _behind(values, done):
    """The items behind the first ones; of a list those that it then has."""
    if type(values) not in (list, tuple):
        return values[done:]
    iterator = iter(values)
    iterator.__setstate__(done)
    return iterator
