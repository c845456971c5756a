"""Tasks written in Python: functions on NumPy arrays over their tiles.

The function's parameters say what it takes: ``InputStore``, ``OutputStore``, ``ReductionStore[ADD]``; any other parameter is a
scalar, which may be any Python object. A first parameter annotated ``TaskContext`` learns which tile is running.
"""

import enum
import functools
import inspect
import typing

import numpy as np

import _legate

from ._constraints import Constraint
from ._operations import _array, python_tasks, unbound_form
from ._points import TaskCommunicator
from ._record_tasks import OnRecords
from ._records import RecordStore
from ._scope import waits_for_errors
from ._store import Store
from ._types import ReductionOp, reduction_name


class VariantCode(enum.Enum):
    """Kinds of processors a body may be written for; Python bodies are for CPUs."""

    CPU = 3
    OMP = 2
    GPU = 1


class VariantOptions:
    """What launches may expect of a task's body.

    ``may_throw_exception``: a launch waits, and the exception appears at its line. ``has_side_effect``: the body runs even where
    nobody reads what it writes. ``concurrent``: all tiles run at the same time and may speak with each other.
    """

    def __init__(self, concurrent=False, has_side_effect=False, may_throw_exception=False):
        self.concurrent = bool(concurrent)
        self.has_side_effect = bool(has_side_effect)
        self.may_throw_exception = bool(may_throw_exception)

    def __repr__(self):
        return (f"VariantOptions(concurrent={self.concurrent}, has_side_effect={self.has_side_effect}, "
                f"may_throw_exception={self.may_throw_exception})")


class PhysicalStore(np.ndarray):
    """A NumPy array over a tile's own memory. Valid only while the task runs."""

    def get_inline_allocation(self):
        """The elements as a plain NumPy array."""
        return np.asarray(self)


class InputStore(PhysicalStore):
    """Annotates a parameter that the task reads."""


class OutputStore(PhysicalStore):
    """Annotates a parameter that the task writes."""


class _Reduction:
    def __init__(self, kind):
        self.kind = reduction_name(kind)


class ReductionStore(PhysicalStore):
    """Annotates a parameter to which every tile contributes: ``ReductionStore[ADD]``.

    It begins with the neutral element or, where tiles contribute to different elements, is the store's own tile: bring what you have
    into it (``s += x.sum()``), do not assign.
    """

    def __class_getitem__(cls, kind):
        return _Reduction(kind)


InputArray, OutputArray, ReductionArray = InputStore, OutputStore, ReductionStore


class TaskContext:
    """Which tile of a launch is running."""

    __slots__ = ("tile", "tile_count", "task_index", "launch_domain", "_point", "_scratch")

    def __init__(self, tile, tile_count, color, domain, point, scratch):
        self.tile = tile
        self.tile_count = tile_count
        self.task_index = color
        self.launch_domain = domain
        self._point = point
        self._scratch = scratch

    @property
    def scratch(self):
        """Memory of the tile's own while the body runs, as bytes with arbitrary contents: as many as the library's mapper wishes."""
        return np.empty(0, np.uint8) if self._scratch is None else self._scratch

    @property
    def communicator(self):
        """What the tiles of the launch speak through, while the body runs."""
        if self._point is None:
            raise RuntimeError("the tiles of this task do not run at the same time: declare it with @task(concurrent=True)")
        return TaskCommunicator(self._point, self.tile, self.tile_count)

    def is_single_task(self):
        """Whether the launch has one tile."""
        return self.tile_count == 1

    get_task_index = property(lambda self: lambda: self.task_index, doc="The tile's place in the launch domain.")
    get_launch_domain = property(lambda self: lambda: self.launch_domain, doc="The extents of the launch domain.")


_counter = 0


class PyTask:
    """A Python function as a task. Calling it records a launch."""

    def __init__(
        self, function, *, constraints=(), variants=None, throws_exception=False, concurrent=False, library=None,
        options=None,
    ):
        options = VariantOptions() if options is None else options
        self._function = function
        functools.update_wrapper(self, function)
        self._signature = inspect.signature(function)
        self._inputs, self._outputs, self._reductions, self._scalars = [], [], [], []
        self._context = None
        self._constraints = tuple(constraints)
        self._library = library
        self._throws = throws_exception or options.may_throw_exception
        # Whether a launch waits is the scope's matter; a task that may raise runs even where nobody reads what it writes.
        self._flags = (False, bool(self._throws) or options.has_side_effect, bool(concurrent or options.concurrent))
        self._number = self._quick = None
        self._record_tasks = {}
        self._read()

    def _read(self):
        hints = {k: p.annotation for k, p in self._signature.parameters.items()}
        if any(isinstance(hint, str) for hint in hints.values()):
            # `typing.get_type_hints` would refuse what `ReductionStore[ADD]` gives.
            scope = {**self._function.__globals__}
            hints = {k: eval(h, scope) if isinstance(h, str) else h for k, h in hints.items()}
        self._order, self._slots = [], []
        by_name = any(p.kind is p.KEYWORD_ONLY for p in self._signature.parameters.values())
        self._named = tuple(hints) if by_name else None
        for place, (name, parameter) in enumerate(self._signature.parameters.items()):
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                raise TypeError(f"task {self.__name__!r} takes a fixed number of operands; *{name} is none")
            hint = _plain(hints[name])
            if hint is TaskContext:
                if place:
                    raise TypeError(f"task {self.__name__!r}: the TaskContext is the first parameter, not {name!r}")
                self._context = name
                self._slots.append(("context", 0))
            elif hint is InputStore:
                self._slots.append(("input", len(self._inputs)))
                self._inputs.append(name)
            elif hint is OutputStore:
                self._slots.append(("output", len(self._outputs)))
                self._outputs.append(name)
            elif isinstance(hint, _Reduction):
                self._slots.append(("reduction", len(self._reductions)))
                self._reductions.append((name, hint.kind))
            elif hint is ReductionStore:
                raise TypeError(f"task {self.__name__!r}: say how {name!r} is reduced: ReductionStore[ADD]")
            else:
                self._slots.append(("scalar", len(self._scalars)))
                self._scalars.append(name)
            if name != self._context:
                self._order.append(name)
        names = [name for name, _ in self._reductions]
        operands = self._inputs + self._outputs + names
        for constraint in self._constraints:
            if not isinstance(constraint, Constraint):
                raise TypeError(f"a constraint is made by align, broadcast, ..., not {constraint!r}")
            for operand in constraint.operands:
                if operand not in operands:
                    raise ValueError(
                        f"task {self.__name__!r} has no operand {operand!r} to constrain; it has {', '.join(operands)}")
        self._parameters = inspect.Signature([
            p for k, p in self._signature.parameters.items() if k != self._context
        ])
        self._kinds = tuple([kind for _, kind in self._reductions])
        plain = all(p.kind is p.POSITIONAL_OR_KEYWORD for p in self._parameters.parameters.values())
        # A call that gives every parameter by place needs no binding.
        self._places = None
        if plain:
            place = {name: k for k, name in enumerate(self._order)}
            self._places = tuple(
                [tuple([place[name] for name in group]) for group in (self._inputs, self._outputs, names, self._scalars)])

    # Launching

    @property
    def registered(self):
        """Whether the core knows the task."""
        return self._number is not None

    def complete_registration(self):
        """Registers the task; the first call does it otherwise."""
        global _counter
        if self._number is not None:
            return self._number
        from ._runtime import get_legate_runtime

        library = self._library or get_legate_runtime().find_or_create_library("python")[0]
        _counter += 1
        is_first = self._library is not None and self.__name__ not in self._library.task_names
        name = self.__name__ if is_first else f"{self.__name__}#{_counter}"
        self._number = _legate.core_python_task(
            library.name, name, tuple(self._inputs), tuple(self._outputs), tuple(n for n, _ in self._reductions),
            tuple(k for _, k in self._reductions), self._function if self._named is None else self._run,
            tuple(c.resolved(lambda operand: operand) for c in self._constraints), self._flags,
            tuple(self._slots), TaskContext,
        )
        python_tasks[self._number] = self
        # A call that gives all operands by place, as stores or arrays, needs nothing of Python's; see `core_call`.
        if self._places is not None and not self._throws:
            self._quick = self._number
        return self._number

    def __call__(self, *arguments, **keywords):
        """Records a launch. Stores may also be arrays of ``cunumeric``; inputs anything NumPy can read."""
        if self._quick is not None and not keywords and _legate.core_call(self._quick, arguments):
            return
        if not keywords and self._places is not None and len(arguments) == len(self._order):
            inputs, outputs, reductions, scalars = self._places
            return self._record(
                [arguments[k] for k in inputs], [arguments[k] for k in outputs], [arguments[k] for k in reductions],
                tuple([arguments[k] for k in scalars]))
        bound = self._parameters.bind(*arguments, **keywords)
        bound.apply_defaults()
        self._launch(bound.arguments)

    def prepare_call(self, *arguments, **keywords):
        """A launch yet to be executed."""
        return _Prepared(self, arguments, keywords)

    def _launch(self, values, constraints=()):
        self._record(
            [values[name] for name in self._inputs], [values[name] for name in self._outputs],
            [values[name] for name, _ in self._reductions], tuple([values[name] for name in self._scalars]), constraints)

    def _record(self, inputs, outputs, reductions, payload, constraints=()):
        if any([isinstance(store, RecordStore) for store in (*inputs, *outputs, *reductions)]):
            known, reductions = self._of_records(inputs, outputs, reductions)
            return known._record_words(inputs, outputs, reductions, payload, constraints)
        self._record_words(inputs, outputs, reductions, payload, constraints)

    def _record_words(self, inputs, outputs, reductions, payload, constraints):
        number = self._number if self._number is not None else self.complete_registration()
        inputs = tuple([_array(store) for store in inputs])
        reductions = tuple([_array(store) for store in reductions])
        throws = self._throws and waits_for_errors()
        unbound = [s for s in outputs if isinstance(s, Store) and s._array is None]
        if not unbound:
            outputs = tuple([_output(store, name, self) for store, name in zip(outputs, self._outputs)])
            _legate.core_launch(
                number, inputs, outputs, reductions, self._kinds, (), constraints, throws, payload or None)
            return
        targets = tuple([
            unbound_form(s) if isinstance(s, Store) and s._array is None else _output(s, n, self)
            for s, n in zip(outputs, self._outputs)
        ])
        made = _legate.core_launch_unbound(
            number, inputs, targets, reductions, self._kinds, (), constraints, throws, payload or None)
        for store, array in zip(unbound, made):
            store._array = array

    def _of_records(self, inputs, outputs, reductions):
        """The same task for operands of which some are records, and what it reduces into."""
        form = OnRecords(self, inputs, outputs, reductions)
        known = self._record_tasks.get(form.key)
        if known is None:
            known = self._record_tasks[form.key] = form.task()
        return known, form.stores(reductions)

    # Running

    def _run(self, *arguments):
        """One tile, on a worker, of a body that takes parameters by name."""
        return self._function(**dict(zip(self._named, arguments)))

    # Variants

    def cpu_variant(self, function):
        """Replaces the body for CPUs, before the task is first called."""
        if self.registered:
            raise RuntimeError(f"task {self.__name__!r} is registered: give its body before the first call")
        self._function = function
        return function

    def omp_variant(self, function):
        """Accepted: there are no processors of this kind."""
        return function

    gpu_variant = omp_variant


def _output(store, name, task):
    if not isinstance(store, Store) and type(store) is not _legate.ndarray and not hasattr(store, "__legate_data_interface__"):
        raise TypeError(
            f"task {task.__name__!r} writes {name!r}: give a store or an array of cunumeric, not {type(store).__name__}")
    return _array(store)


def _plain(hint):
    """The annotation without ``or None``."""
    arguments = [a for a in typing.get_args(hint) if a is not type(None)]
    if type(None) in typing.get_args(hint) and len(arguments) == 1:
        return arguments[0]
    return hint


class _Prepared:
    def __init__(self, task, arguments, keywords):
        self._task = task
        bound = task._parameters.bind(*arguments, **keywords)
        bound.apply_defaults()
        self._values = bound.arguments
        self._constraints = []

    def add_constraint(self, constraint):
        self._constraints.append(constraint)

    def execute(self):
        self._task._launch(self._values, tuple(c.resolved(lambda name: name) for c in self._constraints))


def task(
    function=None, *, variants=(VariantCode.CPU,), constraints=(), throws_exception=False, concurrent=False, options=None,
    library=None,
):
    """Makes a task of a function: ``@task`` or ``@task(constraints=(align("x", "y"),))``.

    ``throws_exception`` and ``concurrent`` are what ``VariantOptions`` says about them; ``library`` is where the task belongs.
    """
    settings = dict(
        constraints=constraints, variants=variants, throws_exception=throws_exception, concurrent=concurrent,
        options=options, library=library)
    return functools.partial(PyTask, **settings) if function is None else PyTask(function, **settings)
