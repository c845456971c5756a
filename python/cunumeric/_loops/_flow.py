"""What is certain about the names of a function before each of its loops, from its syntax tree.

In: a function's node. Out: for each loop the names bound on every path to it; the names that a
piece of code binds; how often a name is read.
"""

import ast

LOOPS = (ast.For, ast.While)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def loops_of(function):
    """The loops of a function itself, outer ones first."""
    return [n for n in walk(function.body) if isinstance(n, LOOPS)]


def walk(statements):
    """All nodes below some statements but those of functions and classes inside; these come themselves."""
    waiting = list(statements)
    waiting.reverse()
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, SCOPES):
            waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def bound_in(statements):
    """The names that statements bind or delete."""
    names = set()
    for node in walk(statements):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, (*SCOPES[:3], ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
    return names


def reads_of(nodes):
    """How often each name is read (or deleted), in functions inside too."""
    counts = {}
    for top in nodes:
        for node in ast.walk(top):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store):
                counts[node.id] = counts.get(node.id, 0) + 1
            elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                counts[node.target.id] = counts.get(node.target.id, 0) + 1
    return counts


def loops_in_try(function):
    """The loops whose errors the function itself may survive, and then read variables."""
    found = set()
    for node in walk(function.body):
        swallows = isinstance(node, ast.With) and any(_swallows(item.context_expr) for item in node.items)
        if swallows or isinstance(node, (ast.Try, getattr(ast, "TryStar", ast.Try))):
            found.update(n for n in walk(node.body) if isinstance(n, LOOPS))
    return found


def _swallows(expression):
    """Whether a context is known to end errors: `suppress`, and what tests use."""
    name = ast.unparse(expression.func if isinstance(expression, ast.Call) else expression)
    return name.rpartition(".")[2] in ("suppress", "raises", "assertRaises")


def certain_before_loops(function):
    """For each loop's node the names bound on every path to its first iteration."""
    arguments = function.args
    names = {a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    names |= {a.arg for a in (arguments.vararg, arguments.kwarg) if a}
    found = {}
    _after(function.body, frozenset(names), found)
    return found


_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def _after(statements, names, found):
    """The names certain behind statements, or None where control never gets there."""
    for statement in statements:
        names = _after_one(statement, names, found)
        if names is None:
            return None
    return names


def _after_one(statement, names, found):
    if isinstance(statement, _ENDS):
        return None
    step = _STEPS.get(type(statement))
    if step is not None:
        return step(statement, names, found)
    if isinstance(statement, ast.Delete):
        return names - bound_in([statement])
    simple = isinstance(
        statement, (ast.Assign, ast.AugAssign, ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    )
    if simple or isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return names | _targets(statement)
    return names


def _targets(statement):
    """What a simple statement certainly binds; not what `:=` may bind somewhere inside of it."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return bound_in([statement])
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return bound_in(targets)


def _if(statement, names, found):
    return _either([_after(statement.body, names, found), _after(statement.orelse, names, found)])


def _either(ways):
    ways = [way for way in ways if way is not None]
    return frozenset.intersection(*map(frozenset, ways)) if ways else None


def _deleted(statements):
    return {n.id for n in walk(statements) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Del)} | {
        n.name for n in walk(statements) if isinstance(n, ast.ExceptHandler) and n.name
    }


def _for(statement, names, found):
    lost = _deleted(statement.body)
    names = frozenset(names - lost)
    found[statement] = names
    _after(statement.body, names | bound_in([statement.target]), found)
    _after(statement.orelse, names, found)
    return names - _deleted(statement.orelse)


def _while(statement, names, found):
    names = frozenset(names - _deleted(statement.body))
    found[statement] = names
    _after(statement.body, names, found)
    _after(statement.orelse, names, found)
    return names - _deleted(statement.orelse)


def _with(statement, names, found):
    own = {n for item in statement.items if item.optional_vars for n in bound_in([item.optional_vars])}
    _after(statement.body, names | own, found)
    return names - _deleted(statement.body)  # It may have swallowed an error from anywhere inside.


def _try(statement, names, found):
    start = names - _deleted(statement.body)
    ways = [_after(statement.body, names, found)]
    if ways[0] is not None:
        ways = [_after(statement.orelse, ways[0], found)]
    for handler in statement.handlers:
        own = {handler.name} if handler.name else set()
        end = _after(handler.body, start | own, found)
        ways.append(None if end is None else end - own)
    end = _either(ways)
    lost = _deleted([*statement.orelse, *statement.handlers])
    last = _after(statement.finalbody, start - lost, found)
    if end is None or last is None:
        return None
    return (end | last) - _deleted(statement.finalbody)


def _match(statement, names, found):
    start = names - _deleted([statement])
    for case in statement.cases:
        _after(case.body, start, found)
    return start


_STEPS = {
    ast.If: _if,
    ast.For: _for,
    ast.While: _while,
    ast.With: _with,
    ast.Try: _try,
    ast.Match: _match,
    **({ast.TryStar: _try} if hasattr(ast, "TryStar") else {}),
}


def depth_of(loop, statements):
    """How many values Python's stack holds below the iterator of a loop in these statements, or None.

    Each `for` around it keeps its iterator there, each `with` one value; in handlers of errors and the
    cases of a `match` it is not known.
    """
    for statement in statements:
        if statement is loop:
            return 0
        if isinstance(statement, SCOPES) or not any(node is loop for node in ast.walk(statement)):
            continue
        inside = depth_of(loop, statement.body) if hasattr(statement, "body") else None
        if inside is not None:
            return inside + _KEPT.get(type(statement), lambda s: 0)(statement)
        return depth_of(loop, getattr(statement, "orelse", ()))
    return None


_KEPT = {ast.For: lambda statement: 1, ast.With: lambda statement: len(statement.items)}
