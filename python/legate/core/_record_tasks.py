"""Tasks in Python whose operands are records: what their bodies see, and reductions of records field by field.

The core knows words. A task that is launched on records becomes a second task, whose body gets NumPy arrays of the structure over
the tiles' words. A reduction of records is one of each number in them:

    s: ReductionStore[ADD]  of {mass: float64, at: int32[2]}        s.mass, s.at.0, s.at.1

The body sees accumulators of whole records, which begin with the neutral elements; what it leaves there goes back number by number.
"""

import copy
import itertools

import numpy as np

from ._constraints import Constraint, broadcast
from ._records import RecordStore, as_records, as_words
from ._store import Store

_MOST_NUMBERS = 64


class Number:
    """One number of a record: the way to it, its type, and where it lies."""

    __slots__ = ("path", "dtype", "offset")

    def __init__(self, path, dtype, offset):
        self.path, self.dtype, self.offset = path, dtype, offset

    @property
    def name(self):
        """``at.0``"""
        return ".".join(step if isinstance(step, str) else ".".join(map(str, step)) for step in self.path)

    def of(self, values):
        """The number in a NumPy array of records: a view."""
        for step in self.path:
            values = values[step] if isinstance(step, str) else values[(..., *step)]
        return values


def numbers(dtype, path=(), offset=0):
    """All numbers of records of a type."""
    if dtype.subdtype is not None:
        element, extents = dtype.subdtype
        for k, index in enumerate(np.ndindex(extents)):
            yield from numbers(element, (*path, index), offset + k * element.itemsize)
    elif dtype.fields is not None:
        for name in dtype.names:
            yield from numbers(dtype.fields[name][0], (*path, name), offset + dtype.fields[name][1])
    elif dtype.kind in "biufc":
        yield Number(path, dtype, offset)
    else:
        raise TypeError(f"a reduction is one of numbers, not of {dtype}: reduce a field")


def _spread(constraint, parts):
    """A constraint with the parts of an operand in the place of the operand."""
    if not any(operand in parts for operand in constraint.operands):
        return [constraint]
    choices = [parts.get(operand, (operand,)) for operand in constraint.operands]
    if constraint.form == "align":
        return [Constraint("align", tuple(itertools.chain(*choices)))]
    return [Constraint(constraint.form, operands, *constraint.values) for operands in itertools.product(*choices)]


class OnRecords:
    """A task in Python, as it is launched on operands of which some are records."""

    def __init__(self, task, inputs, outputs, reductions):
        self._numbers = {}
        for (name, _), store in zip(task._reductions, reductions):
            if isinstance(store, RecordStore):
                self._numbers[name] = found = list(numbers(store.dtype))
                if len(found) > _MOST_NUMBERS:
                    raise TypeError(f"task {task.__name__!r}: records of {len(found)} numbers are too many to be reduced")
        names = task._inputs + task._outputs + [name for name, _ in task._reductions]
        stores = (*inputs, *outputs, *reductions)
        self._kinds = {n: s.type for n, s in zip(names, stores) if isinstance(s, RecordStore)}
        self._axes = {n: s.ndim for n, s in zip(names, stores) if isinstance(s, RecordStore)}
        self._made = tuple([
            s.type if isinstance(s, RecordStore) else None for s in outputs if isinstance(s, Store) and s.unbound])
        self._original = task

    @property
    def key(self):
        """What the task depends on."""
        return (*self._kinds.items(), *self._axes.items(), self._made)

    def task(self):
        """The task that is launched."""
        result = copy.copy(self._original)
        result._number = result._quick = None
        parts = {name: [f"{name}.{number.name}" for number in found] for name, found in self._numbers.items()}
        result._constraints = tuple([one for c in result._constraints for one in _spread(c, parts)])
        result._constraints += tuple([broadcast(n, axes) for n, axes in self._axes.items() if n not in parts])
        result._reductions = [
            (part, kind) for name, kind in result._reductions for part in parts.get(name, (name,))]
        result._kinds = tuple([kind for _, kind in result._reductions])
        result._slots, seen = self._slots(parts)
        body = self._original._function if self._original._named is None else self._original._run
        result._function, result._named = self._body(body, seen), None
        return result

    def stores(self, reductions):
        """What is reduced into: in the place of records their numbers."""
        found = []
        for (name, _), store in zip(self._original._reductions, reductions):
            of = self._numbers.get(name)
            found += [store] if of is None else [store.numbers(n.name, n.dtype, n.offset)[..., 0] for n in of]
        return found

    def _slots(self, parts):
        """What the core gives the body, and of each parameter the type of its records and the numbers that it is made of."""
        task = self._original
        groups = {"input": task._inputs, "output": task._outputs, "reduction": [name for name, _ in task._reductions]}
        slots, seen, count = [], [], 0
        for role, k in task._slots:
            name = groups[role][k] if role in groups else None
            found = self._numbers.get(name) if role == "reduction" else None
            seen.append((self._kinds.get(name), found))
            if role != "reduction":
                slots.append((role, k))
                continue
            first = sum(len(parts.get(other, (other,))) for other in groups["reduction"][:k])
            slots += [("reduction", first + j) for j in range(1 if found is None else len(found))]
        return slots, seen

    def _body(self, body, seen):
        made = self._made

        def on_records(*arguments):
            values, sums, rest = [], [], iter(arguments)
            for kind, parts in seen:
                if parts is None:
                    value = next(rest)
                    values.append(value if kind is None or value is None else as_records(value, kind))
                    continue
                own = [next(rest) for _ in parts]
                whole = np.zeros(own[0].shape, kind.to_numpy_dtype())
                for number, value in zip(parts, own):
                    number.of(whole)[...] = value
                values.append(whole)
                sums.append((whole, parts, own))
            result = _as_words(body(*values), made)
            for whole, parts, own in sums:
                for number, value in zip(parts, own):
                    value[...] = number.of(whole)
            return result

        return on_records


def _as_words(result, kinds):
    """What a body returned for outputs without a shape, records as words."""
    if result is None or not any(kinds):
        return result
    if isinstance(result, tuple):
        return tuple([as_words(np.asarray(r), k) if k is not None else r for r, k in zip(result, kinds)])
    return as_words(np.asarray(result), kinds[0])
