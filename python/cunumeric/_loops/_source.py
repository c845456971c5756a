"""The syntax tree of a function, if its source is certainly what runs.

In: a code object. Out: a `Source`: the tree of the statement at module level around the function, the
function's own node in it, and a way to compile the tree again. Source that gives other code than what
runs (an edited file, a rewritten test, a lambda, text without a file) is refused with `Unreadable`.
"""

import ast
import linecache
import warnings
from types import CodeType

from ._flow import walk

_FUTURES = 0x1FE0000  # The flags of `from __future__ import ...` in a code object.
_originals = {}  # Identity of a rewritten code object -> (it, the code that it stands for).


class Unreadable(Exception):
    """There is no source, or it is not what runs."""


class Source:
    """A function's tree; `node` may be changed, then `compiled` gives the code of the changed one."""

    def __init__(self, tree, node, code):
        self.tree, self.node, self.code = tree, node, code

    def compiled(self):
        return _compiled(self.tree, self.code)


def original(code):
    """The code that a rewritten one stands for, or the code itself."""
    entry = _originals.get(id(code))
    return entry[1] if entry is not None and entry[0] is code else code


def remember(new, old):
    _originals[id(new)] = (new, original(old))


def read(code):
    """The source of a code object, read anew."""
    code = original(code)
    if code.co_name.startswith("<"):
        raise Unreadable("it has no name")
    lines = linecache.getlines(code.co_filename)
    if not 0 < code.co_firstlineno <= len(lines):
        raise Unreadable("its source is not there")
    for first, last in (_block(code, lines), (0, len(lines))):
        try:
            return _verified(code, lines, first, last)
        except (Unreadable, SyntaxError, ValueError) as error:
            problem = str(error)  # The error itself would keep all frames, and what their variables hold.
    raise Unreadable(problem)


def read_module(code):
    """The source of a module's own code, or of a statement that was compiled alone, as notebooks do."""
    lines = linecache.getlines(code.co_filename)
    try:
        with _silence():
            tree = compile("".join(lines), code.co_filename, "exec", ast.PyCF_ONLY_AST | _flags(code), True)
        for body in (tree.body, *([statement] for statement in tree.body)):
            part = ast.Module(body, [])
            with _silence():
                if same(compile(part, code.co_filename, "exec", _flags(code), True), code):
                    return Source(part, part, code)
    except (SyntaxError, ValueError) as error:
        raise Unreadable(str(error)) from None
    raise Unreadable("its source is not there, or has changed")


def _verified(code, lines, first, last):
    with _silence():
        tree = compile("".join(lines[first:last]), code.co_filename, "exec", ast.PyCF_ONLY_AST | _flags(code), True)
    ast.increment_lineno(tree, first)
    imported = _imports(lines) if last - first < len(lines) else _imported(tree.body)
    tree.body = [s for s in tree.body if s.lineno <= code.co_firstlineno <= s.end_lineno or _starts(s, code)]
    if imported:
        tree.body.insert(0, _import_of(imported))
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and _starts(n, code)]
    if len(nodes) != 1 or nodes[0].name != code.co_name:
        raise Unreadable("its place in the source is not clear")
    if not same(_compiled(tree, code), code):
        raise Unreadable("its source has changed")
    return Source(tree, nodes[0], code)


def _imports(lines):
    """The names that imports of one line at the margin bind: calls of their functions have code of their own."""
    names = set()
    for line in lines:
        if line.startswith(("import ", "from ")) and not line.startswith("from __future__"):
            try:
                names |= _imported(ast.parse(line).body)
            except SyntaxError:
                pass  # Part of a longer statement; the whole file is read if need be.
    return names


def _imported(statements):
    aliases = [n for n in walk(statements) if isinstance(n, ast.alias) and n.name != "*"]
    return {(a.asname or a.name).partition(".")[0] for a in aliases}


def _import_of(names):
    """A statement that binds the names; it is compiled, never run."""
    statement = ast.Import([ast.alias(name) for name in sorted(names)])
    return ast.fix_missing_locations(ast.copy_location(statement, ast.Pass(lineno=1, col_offset=0)))


def _starts(node, code):
    decorators = getattr(node, "decorator_list", ())
    return min([node.lineno, *(d.lineno for d in decorators)]) == code.co_firstlineno


def _block(code, lines):
    """The lines of the statement at module level around a function."""
    first = code.co_firstlineno - 1
    while first > 0 and not _at_margin(lines[first]):
        first -= 1
    last = max([line for *_, line in code.co_lines() if line], default=code.co_firstlineno)
    while last < len(lines) and not _at_margin(lines[last]):
        last += 1
    return first, last


def _at_margin(line):
    return bool(line.strip()) and line[0] not in " \t#)]}"


def _compiled(tree, code):
    """The code of the function in the tree."""
    with _silence():
        module = compile(tree, code.co_filename, "exec", _flags(code), True)
    found = [c for c in _nested(module) if (c.co_name, c.co_firstlineno) == (code.co_name, code.co_firstlineno)]
    if len(found) != 1:
        raise Unreadable("its place in the source is not clear")
    return found[0]


def _flags(code):
    return code.co_flags & _FUTURES


def _nested(code):
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _nested(constant)


def same(a, b):
    """Whether two code objects do the same under the same names; nested ones may have been rewritten."""
    b = original(b)
    names = ("co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_flags")
    return all(getattr(a, n) == getattr(b, n) for n in names) and _same_constants(a.co_consts, b.co_consts)


def _same_constants(a, b):
    return len(a) == len(b) and all(map(_same_constant, a, b))


def _same_constant(a, b):
    if type(a) is not type(b):
        return False
    if isinstance(a, CodeType):
        return same(a, b)
    if isinstance(a, tuple):
        return _same_constants(a, b)
    return a == b if isinstance(a, frozenset) else repr(a) == repr(b)


class _silence:
    """No warnings of the compiler: the program had them when it was compiled first.

    Unlike `warnings.catch_warnings` it leaves alone which warnings were shown already.
    """

    def __enter__(self):
        self.filter = ("ignore", None, Warning, None, 0)
        warnings.filters.insert(0, self.filter)

    def __exit__(self, *error):
        warnings.filters.remove(self.filter)
