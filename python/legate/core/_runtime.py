"""The runtime: makes stores, libraries and launches."""

import atexit
import sys

import numpy as np

import _legate

from ._domain import Future
from ._futures import ScalarFuture
from ._library import Library, load_library
from ._machine import EmptyMachineError, Machine, ProcessorKind
from ._operations import AutoTask, Copy, Fill, ManualTask
from ._records import RecordStore
from ._store import Store, _asarray, _empty, as_store, attached, borrowed
from ._types import RecordType, Type, as_type

_libraries = {}


class Runtime:
    """The one runtime of the process; ``get_legate_runtime()`` gives it."""

    def __init__(self):
        self._machines = [Machine.whole()]
        self.core_library = self.find_or_create_library("legate")[0]

    # Stores

    def create_store(self, dtype, shape=None, data=None, optimize_scalar=False, ndim=None):
        """A store of a shape; without one, *unbound*: a task decides it. ``data`` gives it its value: a number or a Future."""
        if isinstance(shape, type) or isinstance(dtype, (tuple, list)):
            raise TypeError(f"the element type comes first, then the shape: {dtype!r}, {shape!r}")
        kind = as_type(dtype)
        if not isinstance(kind, Type):
            raise NotImplementedError(f"elements of {kind} are those of arrays, not of stores")
        if isinstance(kind, RecordType):
            return self._create_records(kind, shape, data, ndim)
        if isinstance(data, Future):
            values = np.frombuffer(data.get_buffer(), kind.to_numpy_dtype())
            return Store(_asarray(values.reshape(_checked(() if shape is None else shape))))
        if data is not None:
            if shape is None:
                shape = ()
            return Store(_asarray(np.full(_checked(shape), data, dtype=kind.to_numpy_dtype())))
        if shape is None:
            return Store(None, kind, 1 if ndim is None else int(ndim))
        if ndim is not None:
            raise ValueError("a store has a shape or, while it is unbound, a number of axes: not both")
        return Store(_empty(_checked(shape), kind.to_numpy_dtype()))

    def _create_records(self, kind, shape, data, ndim):
        if shape is None and data is None:
            return RecordStore(None, kind, 1 if ndim is None else int(ndim))
        store = RecordStore.made(kind, _checked(() if shape is None else shape))
        if data is not None:
            store.fill(data)
        return store

    def create_store_from_scalar(self, value, dtype=None):
        """A store of one element."""
        return as_store(np.asarray(value, dtype=None if dtype is None else as_type(dtype).to_numpy_dtype()))

    def create_store_from_buffer(self, data, dtype=None, shape=None, read_only=True):
        """A store with the elements of a buffer, a NumPy array or a list.

        With ``read_only=False`` it is over the buffer's own memory: a write through one is seen by the other.
        """
        array = np.asarray(data, dtype=None if dtype is None else as_type(dtype).to_numpy_dtype())
        if shape is not None:
            array = array.reshape(shape)
        if read_only:
            return as_store(array)
        if not np.shares_memory(array, data):
            raise ValueError(f"a store of {array.dtype} cannot be over the memory of {type(data).__name__}: it would be a copy")
        return attached(array)

    create_store_from_numpy = create_store_from_buffer

    def create_store_from_dlpack(self, source):
        """A store over the memory of anything with ``__dlpack__`` on the host; a copy where it does not lie row by row."""
        return borrowed(np.from_dlpack(source))

    def create_future(self, data, size=None):
        """A small value as bytes, for ``create_store(…, data=future)``."""
        return Future(bytes(data), size)

    # Futures

    def create_scalar_future(self, value, dtype=None):
        """A future whose value is known."""
        return ScalarFuture(self.create_store_from_scalar(value, dtype))

    def reduce_futures(self, futures, redop):
        """Futures brought together in a tree over their order, without a wait."""
        return ScalarFuture.reduce(futures, redop)

    # Libraries

    def create_library(self, name, mapper=None):
        """A new library for tasks in Python; with a ``Mapper`` of its own, where the defaults do not please."""
        _legate.core_register(name)
        library = _libraries[name] = Library(name)
        if mapper is not None:
            library.mapper = mapper
        return library

    def find_library(self, name):
        """The library of a name; a ``ValueError`` where there is none."""
        try:
            _legate.core_task_names(name)
        except KeyError as error:
            raise ValueError(error.args[0]) from None
        return _libraries.setdefault(name, Library(name))

    def find_or_create_library(self, name, mapper=None):
        """``(library, created)``; the mapper is for one that is created."""
        try:
            return self.find_library(name), False
        except ValueError:
            return self.create_library(name, mapper), True

    def load_library(self, path):
        """The library in a shared object; see ``legate.core.load_library``."""
        return load_library(path)

    def register_library(self, library):
        """The library of an object with ``get_name`` and ``get_shared_library``: what its launches are made with.

        Its ``initialize``, if it has one, is called with that library. A header and a registration callback are not asked
        for: the shared object registers its tasks itself.
        """
        name = library.get_name()
        path = library.get_shared_library() if hasattr(library, "get_shared_library") else None
        if path is None:
            made = self.create_library(name)
        else:
            made = load_library(path)
            if made.name != name:
                raise ValueError(f"{path} holds the library {made.name!r}, not {name!r}")
        if hasattr(library, "initialize"):
            library.initialize(made)
        return made

    # Launches

    def create_auto_task(self, library, task_id):
        """A launch of a library's task, named or numbered, whose cut the runtime chooses."""
        return AutoTask(library, task_id)

    def create_manual_task(self, library, task_id, launch_domain):
        """The same over a domain of the author's: a ``Rect`` or a shape."""
        return ManualTask(library, task_id, launch_domain)

    def create_copy(self):
        """A copy, to be filled in and executed."""
        return Copy()

    def submit(self, operation):
        """Executes a launch, a copy or a fill."""
        operation.execute()

    def issue_fill(self, lhs, value):
        """Sets every element of a store to a number, or to the element of a store that has one."""
        Fill(lhs, value).execute()

    def issue_copy(self, target, source, redop=None):
        """Copies a store, or brings its elements into the target by a reduction."""
        self._copy(source, target, None, None, redop)

    def issue_gather(self, target, source, source_indirect, redop=None):
        """``target[i] = source[indices[i]]``"""
        self._copy(source, target, source_indirect, None, redop)

    def issue_scatter(self, target, target_indirect, source, redop=None):
        """``target[indices[i]] = source[i]``"""
        self._copy(source, target, None, target_indirect, redop)

    def issue_scatter_gather(self, target, target_indirect, source, source_indirect, redop=None):
        """``target[target_indices[i]] = source[source_indices[i]]``"""
        self._copy(source, target, source_indirect, target_indirect, redop)

    def _copy(self, source, target, source_indirect, target_indirect, redop):
        copy = Copy()
        copy.add_input(source)
        if redop is None:
            copy.add_output(target)
        else:
            copy.add_reduction(target, redop)
        if source_indirect is not None:
            copy.add_source_indirect(source_indirect)
        if target_indirect is not None:
            copy.add_target_indirect(target_indirect)
        copy.execute()

    def tree_reduce(self, library, task_id, store, radix=4):
        """Brings a one-dimensional store to one element group: a task of ``radix`` inputs, again and again."""
        if store.ndim != 1:
            raise NotImplementedError("only stores of one axis are reduced by a tree of tasks")
        if radix < 2:
            raise ValueError(f"a tree joins at least two, not {radix}")
        pieces = store._bound()
        parts = [Store(pieces[k:k + 1]) for k in range(store.size)]
        while len(parts) > 1:
            joined = []
            for first in range(0, len(parts), radix):
                result = self.create_store(store.type, ndim=1)
                launch = self.create_auto_task(library, task_id)
                for part in parts[first:first + radix]:
                    launch.add_input(part)
                    launch.add_broadcast(part)
                launch.add_output(result)
                launch.execute()
                joined.append(result)
            parts = joined
        return parts[0]

    # The machine

    @property
    def machine(self):
        """The machine of the innermost scope."""
        return self._machines[-1]

    def get_machine(self):
        """The machine of the innermost scope."""
        return self._machines[-1]

    def _push(self, machine):
        inner = self._machines[-1] & machine
        if inner.empty:
            raise EmptyMachineError("the machine of this scope has nothing in common with the one around it")
        cpus = inner.get_processor_range(ProcessorKind.CPU)
        if not cpus.empty:
            _legate.core_enter_machine(cpus.low, cpus.high)
        self._machines.append(inner)

    def _pop(self):
        if not self._machines.pop().get_processor_range(ProcessorKind.CPU).empty:
            _legate.core_leave_machine()

    num_cpus = property(lambda self: self.machine.count(ProcessorKind.CPU), doc="CPUs of the innermost scope, on all ranks.")
    num_omps = property(lambda self: self.machine.count(ProcessorKind.OMP), doc="Groups of threads: none.")
    num_gpus = property(lambda self: self.machine.count(ProcessorKind.GPU), doc="GPUs: none.")
    num_procs = property(
        lambda self: self.num_cpus + self.num_omps + self.num_gpus, doc="Processors of all kinds of the innermost scope.")

    @property
    def node_count(self):
        """Ranks of the run."""
        return _legate.rank_count()

    @property
    def node_id(self):
        """The number of this rank."""
        return _legate.rank()

    # Waiting

    def issue_execution_fence(self, block=False):
        """Everything before it runs before anything behind it; with ``block`` it has run when the call returns."""
        if block:
            _legate.wait()

    def issue_mapping_fence(self):
        """Accepted: mapping is part of every plan."""

    def flush_scheduling_window(self):
        """Runs what is recorded and waits for it; raises what a task before it raised."""
        _legate.wait()

    raise_exceptions = flush_scheduling_window

    def add_shutdown_callback(self, callback):
        """Calls a function when the program ends, after what was launched has run; the last that was added first."""
        atexit.unregister(_end)
        atexit.register(callback)
        atexit.register(_end)

    def destroy(self):
        """Waits for everything. The runtime can be used again."""
        _legate.wait()


def _checked(shape):
    shape = (shape,) if isinstance(shape, int) else tuple(int(extent) for extent in shape)
    for extent in shape:
        if extent < 0:
            raise ValueError(f"a store has no extent of {extent}: shape {shape}")
    return shape


_runtime = None


def get_legate_runtime():
    """The runtime of this process."""
    global _runtime
    if _runtime is None:
        _runtime = Runtime()
        atexit.register(_end)
    return _runtime


def _end():
    """A program that ends as it should has run what it launched: tasks may do more than write stores."""
    if not hasattr(sys, "last_value"):
        _legate.wait()


def get_machine():
    """The machine of the innermost scope."""
    return get_legate_runtime().machine
