"""Functions whose loops are tried natively first.

In: a code object that runs, with its frame. Out: its functions have new code, in which a native loop
stands in front of each of Python's loops that could be translated:

    "@items" = ITER
    "@done" = LOOP["@items", inputs..., guards...]
    if "@done" is not None: ("@items", carried...) = "@done"; "@done" = None
    for T in "@items": BODY

LOOP runs all iterations but the last and gives back the rest of the range, or None. In front of a
`while` it gets None instead of a range and gives it back. It is subscripted, not called: between its return and the
assignment of what it gave no signal can come in.
"""

import ast
from types import CodeType

import _legate

from . import _look
from ._entry import Reader
from ._find import FAST, contains, functions_of, holder_of, variables
from ._flow import certain_before_loops, depth_of, loops_of
from ._scope import Clause, NotCompilable, NotYet
from ._source import Unreadable, read, read_module, remember
from ._translate import Function, Module

_DYNAMIC = frozenset("locals vars eval exec dir _getframe currentframe".split())


def rewrite_running(code, frame):
    """Rewrites the functions of a code object that runs.

    Gives the entries of its loops, for loops that are running already, whether another look may do better,
    and why other loops stay as they are.
    """
    if not code.co_flags & FAST:
        return entries_of_module(code, frame)
    new, entries, again, reasons = rewritten(code, frame.f_globals, variables(frame))
    if new is not None:
        _replace(code, new, functions_of(code, frame), frame)
        _look.mark(new, entries, reasons)
    return entries, again and new is None, reasons


def rewritten(code, namespace, names):
    """`(new code or None, entries, whether another look may do better, {line: why not})`."""
    try:
        if _DYNAMIC & {*code.co_names}:
            raise Unreadable("it looks at its own variables")
        source = read(code)
    except Unreadable as error:
        return None, [], False, {code.co_firstlineno: Clause(error)}
    function = Function(source, code, namespace, names, certain_before_loops(source.node))
    entries, again, reasons = _entries(function)
    new = _new_code(source, code, entries) if entries else None
    return new, list(entries.values()), again, reasons


def entries_of_module(code, frame):
    """The entries of the loops of a module itself."""
    if frame.f_locals is not frame.f_globals:
        return [], False, {}
    try:
        entries, again, reasons = _entries(Module(read_module(code), code, frame.f_globals))
    except Unreadable as error:
        return [], False, {code.co_firstlineno: Clause(error)}
    return list(entries.values()), again and not entries, reasons


def _entries(function):
    """What can be compiled: `({loop: entry}, whether another look may do better, {line: why not})`."""
    entries, again, reasons = {}, False, {}
    for loop in loops_of(function.node):
        try:
            entries[loop] = Entry(function.translate(loop), loop, depth_of(loop, function.node.body))
        except NotCompilable as error:
            reasons[loop.lineno] = error.reason
            again |= isinstance(error, NotYet)
        except (TypeError, ValueError, NotImplementedError, RuntimeError) as error:
            reasons[loop.lineno] = Clause(f"{type(error).__name__}: {error}")
    return entries, again, reasons


class Entry:
    """What stands in front of one loop: its native loop, and how the values for it are read."""

    def __init__(self, translation, loop, depth):
        self.translation = translation
        self.line, self.last, self.depth, self.refusals = loop.lineno, loop.end_lineno, depth, 0
        self.is_while = isinstance(loop, ast.While)
        self.start = _start(loop) if self.is_while else loop.lineno
        self.is_made = False  # Its native program, where it has run.
        self.loop = _legate.compile_loop(translation.program)
        self.is_subscripted = hasattr(type(self.loop), "__getitem__")
        self.direct = [p.parts[0] for p in translation.inputs if p.kind == "name"]
        self.checked = [p.parts[0] for p in translation.guards if p.kind == "name"]
        behind = [p for p in (*translation.inputs, *translation.guards) if p.kind != "name"]
        self.reader = Reader(behind) if behind else None
        self.items = translation.items
        if self.items is not None:
            self.depth = None  # Its iterator is not a range's: it is not taken over while it runs.
        self.words = {f"@loop{id(self)}": self.loop, f"@reader{id(self)}": self.reader and self.reader.read}
        if self.items is not None:
            self.words |= {f"@count{id(self)}": self.items.count, f"@rest{id(self)}": self.items.rest}

    def is_refused(self):
        """Whether the native loop has done nothing too often to be asked again."""
        return self.refusals >= (8 if self.translation.stops else 2)

    def values(self, names):
        """Inputs and guards as a frame has them."""
        found = [names[name] for name in self.direct]
        if self.reader is not None:
            found += self.reader.read(*[names[name] for name in self.reader.names])
        return [*found, *[names[name] for name in self.checked]]

    def run(self, items, values):
        """Runs the native loop right now."""
        return self.loop[(items, *values)] if self.is_subscripted else self.loop(items, *values)

    def begun(self, items):
        """Statements that evaluate the parts of what the loop goes over, and count its items."""
        names = self.items.names()
        count = ast.Call(ast.Constant(f"@count{id(self)}"), [_name(n) for n in names], [])
        parts = zip([*names, items], [*self.items.nodes, count], strict=True)
        return [ast.Assign([_name(name, ast.Store())], value) for name, value in parts]

    def left(self, items):
        """The statement that makes items again of those that are left."""
        names = [items, *self.items.names()]
        rest = ast.Call(ast.Constant(f"@rest{id(self)}"), [_name(n) for n in names], [])
        return ast.Assign([_name(items, ast.Store())], rest)

    def call(self, items):
        """The expression that runs the native loop."""
        loop, reader, *_ = map(ast.Constant, self.words)
        parts = [ast.Constant(None) if self.is_while else _name(items), *map(_name, self.direct)]
        if self.reader is not None:
            found = ast.Call(reader, [_name(n) for n in self.reader.names], [])
            parts.append(ast.Starred(found, ast.Load()))
        parts += map(_name, self.checked)
        if self.is_subscripted:
            return ast.Subscript(loop, ast.Tuple(parts, ast.Load()), ast.Load())
        return ast.Call(loop, parts, [])


def _start(loop):
    """The line in front of which an iteration of a `while` begins, and nothing else does; None if there is none."""
    if not isinstance(loop.test, ast.Constant):
        test, behind = loop.test, loop.body[0]
        is_alone = loop.lineno == test.lineno == test.end_lineno < behind.lineno
        return loop.lineno if is_alone else None
    first, *others = loop.body
    is_alone = loop.lineno < first.lineno and not isinstance(first, _COMPOUND)
    is_alone = is_alone and first.lineno == first.end_lineno < min([o.lineno for o in others], default=first.lineno + 1)
    return first.lineno if is_alone else None


_COMPOUND = (ast.For, ast.While, ast.With, ast.Try, ast.Match, ast.If, ast.FunctionDef, ast.ClassDef)


class _Rewriter(ast.NodeTransformer):
    """Puts the entries in front of their loops; functions inside stay as they are."""

    def __init__(self, entries):
        self.entries, self.count = entries, 0

    def visit_For(self, node):
        return self._entered(node, self._for)

    def visit_While(self, node):
        return self._entered(node, self._while)

    def _entered(self, node, begin):
        """The loop behind its entry, if it has one."""
        entry = self.entries.get(node)
        self.generic_visit(node)
        if entry is None:
            return node
        self.count += 1
        return [*begin(node, entry, f"@items{self.count}", f"@done{self.count}"), node]

    def _for(self, node, entry, items, done):
        over = entry.items
        start = entry.begun(items) if over else [ast.Assign([_name(items, ast.Store())], node.iter)]
        start += _entry(entry, items, done)
        if over:
            start[-1].body.append(entry.left(items))
            start[-1].orelse.append(ast.Assign([_name(items, ast.Store())], over.whole()))
        node.iter = ast.copy_location(_name(items), node.iter)
        return [_at(statement, node.iter) for statement in start]

    def _while(self, node, entry, items, done):
        return [_at(statement, node.test) for statement in _entry(entry, items, done)]

    def _leave(self, node):
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = _leave


def _entry(entry, items, done):
    """Calls the loop, and takes what is left and what it carries, if it did anything."""
    carried = [_target(place) for place in entry.translation.carried]
    targets = ast.Tuple([_name(items, ast.Store()), *carried], ast.Store())
    body = [
        ast.Assign([targets], _name(done)),
        ast.Assign([_name(done, ast.Store())], ast.Constant(None)),
    ]
    return [
        ast.Assign([_name(done, ast.Store())], entry.call(items)),
        ast.If(ast.Compare(_name(done), [ast.IsNot()], [ast.Constant(None)]), body, []),
    ]


def _target(place, context=None):
    """A name, or attributes behind one."""
    if place.kind == "name":
        return _name(place.parts[0], context or ast.Store())
    return ast.Attribute(_target(place.parts[0], ast.Load()), place.parts[1], context or ast.Store())


def _name(name, context=None):
    return ast.Name(name, context or ast.Load())


def _at(statement, place):
    """A statement made here, at a place of the source."""
    for node in ast.walk(statement):
        if "lineno" in node._attributes and not hasattr(node, "lineno"):
            ast.copy_location(node, place)
    return statement


def _new_code(source, code, entries):
    _Rewriter(entries).generic_visit(source.node)
    new = source.compiled()
    if (new.co_freevars, new.co_cellvars, new.co_qualname) != (code.co_freevars, code.co_cellvars, code.co_qualname):
        return None
    words = {word: value for entry in entries.values() for word, value in entry.words.items()}
    nested = iter([c for c in code.co_consts if isinstance(c, CodeType)])
    constants = tuple(
        next(nested) if isinstance(c, CodeType) else words.get(c, c) if isinstance(c, str) else c for c in new.co_consts
    )
    new = new.replace(co_consts=constants)
    remember(new, code)
    return new


def _replace(code, new, functions, frame):
    """Gives the new code to the functions, and to the function that makes new ones of them."""
    _look.mark(code)
    for function in functions:
        function.__code__ = new
    holder = holder_of(code, frame)
    if holder is not None:
        outer = _with_constant(holder.__code__, code, new)
        remember(outer, holder.__code__)
        _look.follow(outer, holder.__code__)
        holder.__code__ = outer


def _with_constant(outer, code, new):
    constants = tuple(
        new if c is code else _with_constant(c, code, new) if isinstance(c, CodeType) and contains(c, code) else c
        for c in outer.co_consts
    )
    return outer.replace(co_consts=constants)
