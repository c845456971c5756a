"""Launches: operands are added one by one, then ``execute`` records the launch."""

import _legate

from ._constraints import Constraint, Variable, align, broadcast
from ._records import RecordStore, refuse_reduction
from ._scope import waits_for_errors
from ._store import Store, StorePartition, as_store
from ._types import as_type, reduction_name


# Tasks whose bodies are in Python, by their number.
python_tasks = {}


def _array(store):
    if type(store) is Store:
        array = store._array
        if array is None:
            raise ValueError("a store without a shape cannot be read: no task has written it")
        return array
    return as_store(store)._bound()


def unbound_form(store):
    """Type and axes of the array that a store without a shape is going to have."""
    if isinstance(store, RecordStore):
        return store.type.word.name, store.ndim + 1
    return store.dtype.name, store.ndim


class _Launch:
    """What all launches have in common."""

    # Most launches have few of these: what is added makes a list of the launch's own.
    _inputs = _outputs = _reductions = _kinds = _scalars = ()
    _may_throw = False

    def __init__(self, library, task):
        self._number = library.number(task)
        self._task = task

    def add_scalar_arg(self, value, dtype=None):
        """A value that every tile sees. A ``dtype`` converts it; ``(dtype,)`` says that it is a list of such."""
        if dtype is not None:
            try:
                value = _converted(value, dtype)
            except (OverflowError, ValueError, TypeError):
                raise ValueError(f"{value!r} is no {dtype}") from None
        self._scalars += (value,)

    def add_dtype_arg(self, dtype):
        """An element type, as its name."""
        self._scalars += (as_type(dtype).name,)

    def throws_exception(self, *types):
        """The task may raise: ``execute`` waits for it, and the exception appears at its line."""
        self._may_throw = True

    def set_side_effect(self, value=True):
        """Accepted: the task's declaration says it (``TaskOptions.hasSideEffects``, ``VariantOptions.has_side_effect``)."""

    def set_can_inline_launch(self, value=True):
        """Accepted: small launches run on the program's thread anyway."""

    def set_concurrent(self, value=True):
        """All tiles shall run at the same time: an error for a task that is not declared so."""
        if value:
            self._check_concurrent()

    def _check_concurrent(self):
        if not _legate.core_describe(self._number)[4]:
            raise ValueError(
                f"the tiles of task {self._task!r} do not run at the same time: declare it as concurrent "
                "(TaskOptions.isConcurrent, @task(concurrent=True))")

    def _on_records(self, inputs, outputs, reductions=()):
        """A body in Python sees records as such: launches on them are of a task of their own."""
        task = python_tasks.get(self._number)
        if task is not None:
            self._number = task._of_records(inputs, outputs, reductions)[0].complete_registration()

    def _waits(self):
        return self._may_throw and waits_for_errors()

    @property
    def can_raise_exception(self):
        return self._may_throw

    def add_cpu_communicator(self):
        """The tiles shall speak with each other: an error for a task that is not declared as concurrent."""
        self._check_concurrent()

    add_communicator = add_cpu_communicator

    def add_nccl_communicator(self):
        raise NotImplementedError("there are no GPUs yet")


def _converted(value, dtype):
    if isinstance(dtype, tuple):
        return tuple(_converted(item, dtype[0]) for item in value)
    kind = as_type(dtype)
    if kind.name == "string":
        return str(value)
    number = kind.to_numpy_dtype().type(value)
    return number.item()


class AutoTask(_Launch):
    """A launch whose cut the runtime chooses, as the constraints allow."""

    _constraints = _added = _unbound = ()
    _has_records = False

    def add_input(self, store, partition=None):
        """A store that the task reads."""
        self._inputs += (_array(store),)
        return self._noted(store, "input", len(self._inputs) - 1)

    def add_output(self, store, partition=None):
        """A store that the task writes. One without a shape gets it from the task."""
        if isinstance(store, Store) and store._array is None:
            self._unbound += ((len(self._outputs), store),)
            self._outputs += (store,)
        else:
            self._outputs += (_array(store),)
        return self._noted(store, "output", len(self._outputs) - 1)

    def add_reduction(self, store, redop, partition=None):
        """A store to which every tile contributes."""
        refuse_reduction(store)
        self._kinds += (reduction_name(redop),)
        self._reductions += (_array(store),)
        return self._noted(store, "reduction", len(self._reductions) - 1)

    def declare_partition(self, store=None, disjoint=True, complete=True):
        """A name for the cut of a store that is added later."""
        return Variable("store", id(store)) if store is not None else Variable("none", 0)

    def _noted(self, store, role, position):
        variable = Variable(role, position)
        self._added += ((store, variable),)
        if type(store) is RecordStore:
            # Tiles hold whole records.
            self._has_records = True
            self._constraints += (broadcast(variable, store.ndim),)
        return variable

    def add_alignment(self, a, b):
        """Two stores of one shape get equal tiles."""
        self.add_constraint(align(a, b))

    def add_broadcast(self, store, axes=None):
        """Every tile sees all of a store, or all indices of some axes."""
        self.add_constraint(broadcast(store, axes))

    def add_constraint(self, constraint):
        """A condition on how operands are cut: ``align``, ``broadcast``, ``bloat`` and their kin make it."""
        if not isinstance(constraint, Constraint):
            raise TypeError(f"a constraint is made by align, broadcast, ..., not {constraint!r}")
        self._constraints += (constraint,)

    def _operand_number(self, operand):
        if isinstance(operand, str):
            return operand
        if not isinstance(operand, Variable):
            found = next((variable for store, variable in self._added if store is operand), None)
            if found is None:
                raise ValueError(f"{operand!r} is no operand of this launch: add it before it is executed")
            operand = found
        offset = {"input": 0, "output": len(self._inputs), "reduction": len(self._inputs) + len(self._outputs)}
        if operand.role not in offset:
            raise ValueError("the partition belongs to no operand of this launch")
        return offset[operand.role] + operand.position

    def execute(self):
        """Records the launch. Waits only where the task may raise or decides a shape."""
        constraints = self._constraints
        if self._has_records:
            self._on_records(*[[s for s, v in self._added if v.role == role] for role in ("input", "output", "reduction")])
        if constraints:
            constraints = tuple([c.resolved(self._operand_number) for c in constraints])
        if self._unbound:
            return self._execute_unbound(constraints)
        scalars = self._scalars
        _legate.core_launch(
            self._number, self._inputs, self._outputs, self._reductions, self._kinds, scalars, constraints,
            self._may_throw and waits_for_errors(), scalars or None,
        )

    def _execute_unbound(self, constraints):
        unbound = {place: store for place, store in self._unbound}
        outputs = tuple(
            unbound_form(unbound[k]) if k in unbound else array for k, array in enumerate(self._outputs)
        )
        made = _legate.core_launch_unbound(
            self._number, self._inputs, outputs, self._reductions, self._kinds,
            self._scalars, constraints, self._waits(), self._scalars or None,
        )
        for (_, store), array in zip(self._unbound, made):
            store._array = array


class ManualTask(_Launch):
    """A launch over a domain of the author's: each point sees its own tile of a partition, or a whole store."""

    _unbound = ()

    def __init__(self, library, task, launch_domain):
        super().__init__(library, task)
        self._given = {"input": [], "output": [], "reduction": []}
        self._domain = tuple(int(n) for n in getattr(launch_domain, "shape", launch_domain))
        if not self._domain or any(n < 1 for n in self._domain):
            raise ValueError(f"a launch domain has at least one axis and no empty one: {self._domain}")

    def _operand(self, arg, projection):
        if isinstance(arg, StorePartition):
            tiles = []
            for color in _points(self._domain):
                tile = tuple(projection(color)) if projection is not None else color
                if len(tile) != arg.store.ndim:
                    raise ValueError(
                        f"point {color} of the launch names tile {tile} of a store with {arg.store.ndim} axes; "
                        "give a projection"
                    )
                if any(t < 0 or t >= n for t, n in zip(tile, arg.color_shape)):
                    raise ValueError(f"point {color} names tile {tile}, but there are tiles {arg.color_shape}")
                tiles.append(tile)
            inner = arg.store._inner
            return (_array(arg.store), arg.tile_shape + inner, tuple([tile + (0,) * len(inner) for tile in tiles]))
        if projection is not None:
            raise ValueError("only a partition has a projection: call partition_by_tiling")
        return (_array(arg), None, None)

    def add_input(self, arg, projection=None):
        """A partition, or a store that every point sees whole."""
        self._given["input"].append(getattr(arg, "store", arg))
        self._inputs += (self._operand(arg, projection),)

    def add_output(self, arg, projection=None):
        """A partition whose tiles do not overlap; a whole store only where there is one point.

        A store without a shape becomes the points' pieces in their order; over a domain of several axes they lie as the points do,
        and the store has at least as many.
        """
        self._given["output"].append(getattr(arg, "store", arg))
        if isinstance(arg, Store) and arg.unbound:
            self._unbound += (arg,)
            self._outputs += (unbound_form(arg),)
            return
        self._outputs += (self._operand(arg, projection),)

    def add_reduction(self, arg, redop, projection=None):
        """A partition, or a store, to which every point contributes."""
        refuse_reduction(getattr(arg, "store", arg))
        self._given["reduction"].append(getattr(arg, "store", arg))
        self._kinds += (reduction_name(redop),)
        self._reductions += (self._operand(arg, projection),)

    def _refuse(self, *arguments, **keywords):
        raise TypeError("a manual launch has no constraints: its partitions say how operands are cut")

    add_alignment = add_broadcast = add_constraint = declare_partition = _refuse

    def execute(self):
        """Records the launch. Waits only where the task may raise or decides a shape."""
        if any(isinstance(store, RecordStore) for stores in self._given.values() for store in stores):
            self._on_records(*self._given.values())
        made = _legate.core_manual(
            self._number, self._domain, self._inputs, self._outputs, self._reductions,
            self._kinds, self._scalars, self._waits(), self._scalars or None,
        )
        for store, array in zip(self._unbound, made):
            store._array = array


def _points(domain):
    if not domain:
        yield ()
        return
    for first in range(domain[0]):
        for rest in _points(domain[1:]):
            yield (first, *rest)


class Copy:
    """A copy between stores: plain, gathering, scattering, or reducing into the target."""

    def __init__(self):
        self._source = self._target = self._source_indirect = self._target_indirect = None
        self._redop = None

    def _once(self, name, value):
        if getattr(self, name) is not None:
            raise RuntimeError(f"a copy has one {name[1:].replace('_', ' ')}")
        setattr(self, name, value)

    def add_input(self, store):
        """The store that is copied from."""
        self._once("_source", as_store(store))

    def add_output(self, store):
        """The store that is copied to."""
        self._once("_target", as_store(store))

    def add_reduction(self, store, redop):
        """The store that the elements are brought into, by a reduction."""
        refuse_reduction(store)
        self._once("_target", as_store(store))
        self._redop = reduction_name(redop)

    def add_source_indirect(self, store):
        """Indices of the source, one for each element of the target: a gather."""
        self._once("_source_indirect", store)

    def add_target_indirect(self, store):
        """Indices of the target, one for each element of the source: a scatter."""
        self._once("_target_indirect", store)

    def set_source_indirect_out_of_range(self, flag):
        """Accepted: an index out of range is an error."""

    set_target_indirect_out_of_range = set_source_indirect_out_of_range

    def _refuse(self, *arguments, **keywords):
        raise TypeError("a copy has no constraints: its stores have one shape")

    add_alignment = add_broadcast = add_constraint = _refuse

    def execute(self):
        """Records the copy."""
        if self._source is None or self._target is None:
            raise ValueError("a copy needs an input and an output")
        source, target = self._source._bound(), self._target._bound()
        if self._source_indirect is not None:
            source = source[_index(self._source_indirect)]
        if self._target_indirect is None:
            if source.shape != target.shape:
                raise ValueError(f"a copy needs equal shapes, not {source.shape} to {target.shape}")
            target[...] = source if self._redop is None else _ufunc(self._redop)(target, source)
            return
        index = _index(self._target_indirect)
        shape = index[0].shape if isinstance(index, tuple) else index.shape
        if source.shape[: len(shape)] != shape:
            raise ValueError(f"a scatter needs as many values as indices, not {source.shape} at {shape}")
        if self._redop is None:
            target[index] = source
        else:
            _ufunc(self._redop).at(target, index, source)


def _ufunc(name):
    import cunumeric

    return getattr(cunumeric, {"or": "bitwise_or", "and": "bitwise_and", "xor": "bitwise_xor"}.get(name, name))


def _index(indirect):
    if isinstance(indirect, (tuple, list)):
        return tuple(as_store(part)._bound() for part in indirect)
    return as_store(indirect)._bound()


class Fill:
    """Sets every element of a store to a value."""

    def __init__(self, lhs, value):
        self._lhs, self._value = as_store(lhs), value

    def execute(self):
        """Records the fill."""
        value = self._value
        if isinstance(value, Store):
            if value.size != 1:
                raise ValueError(f"a fill value has one element, not {value.size}")
            value = value.to_numpy() if isinstance(value, RecordStore) else value._bound().reshape(())
        self._lhs.fill(value)
