"""Stores: lazy arrays of elements of one type, and views of them.

A store holds an array of the library's native type and is one under another name: ``cunumeric.asarray(store)`` and
``as_store(array)`` copy nothing, and a write through one is seen by the other.
"""

import numpy as np

import _legate

from ._domain import Future
from ._types import as_type

_functions = _legate.functions()
_empty, _asarray = _functions["empty"], _functions["asarray"]
_native = (_legate.ndarray, _legate.scalar)


def _axis(axis, count):
    if not -count <= axis < count:
        raise ValueError(f"axis {axis} is out of range for a store with {count} axes")
    return axis % count


class Store:
    """A lazy array of elements of one type, or a view of one. Without a shape until a task gives it one, if *unbound*."""

    __slots__ = ("_array", "_type", "_ndim", "__weakref__")

    def __init__(self, array, kind=None, ndim=None):
        self._array = array
        self._type = kind
        self._ndim = ndim

    # What it is

    @property
    def unbound(self):
        """Whether no task has given it a shape yet."""
        return self._array is None

    def _bound(self):
        if self._array is None:
            raise ValueError("the store has no shape yet: no task has written it")
        return self._array

    @property
    def type(self):
        """The type of the elements."""
        return self._type if self._type is not None else as_type(self._array.dtype)

    dtype = property(lambda self: self.type.to_numpy_dtype(), doc="The same as NumPy's.")
    shape = property(lambda self: self._bound().shape, doc="Extents; an error while the store has none.")
    extents = shape
    size = property(lambda self: self._bound().size, doc="Elements.")
    volume = size

    @property
    def ndim(self):
        """Axes."""
        return self._ndim if self._array is None else self._array.ndim

    has_scalar_storage = scalar = property(
        lambda self: self._array is not None and self._array.size == 1,
        doc='Whether the store has one element.')
    kind = property(
        lambda self: "Future" if self.scalar else "RegionField",
        doc='``"Future"`` for a store of one element, else ``"RegionField"``.')
    linear = property(lambda self: False, doc="Accepted: memory of dead stores is used again without it.")
    array = property(lambda self: self._bound(), doc="The array of ``cunumeric`` that the store is.")
    has_storage = property(lambda self: self._array is not None, doc="Whether the store has a shape.")
    transformed = property(lambda self: self._bound().base is not None, doc="Whether it is a view of another store.")

    @property
    def storage(self):
        """Where the elements are: the array, or of a store with one element its value as a ``Future``."""
        return Future(self._bound()) if self.scalar else self._bound()

    def __repr__(self):
        shape = "unbound" if self.unbound else f"shape={self.shape}"
        return f"Store({shape}, type={self.type})"

    def __len__(self):
        return len(self._bound())

    # What differs where elements are more than one number

    _inner = ()
    _whole = ()

    def _made(self, array):
        """A store of the same kind of elements over an array."""
        return Store(array)

    # Views

    def __getitem__(self, index):
        """A view by integers, slices, ``None`` and ``...``, as NumPy's basic indexing."""
        items = index if isinstance(index, tuple) else (index,)
        for item in items:
            if not (item is None or item is Ellipsis or isinstance(item, (int, np.integer, slice))):
                raise TypeError(f"a store is viewed by integers, slices and None, not by {type(item).__name__}")
        return self._made(_view(self._bound(), index + self._whole if isinstance(index, tuple) else (index, *self._whole)))

    def promote(self, extra_dim, dim_size=1):
        """A view with an axis of ``dim_size`` equal slices in front of axis ``extra_dim``."""
        axis = _axis(extra_dim, self.ndim + 1)
        array = self._bound()[(slice(None),) * axis + (None,)]
        if dim_size == 1:
            return self._made(array)
        shape = array.shape[:axis] + (dim_size,) + array.shape[axis + 1:]
        return self._made(_functions["broadcast_to"](array, shape))

    def broadcast(self, dim, size):
        """A view in which an axis of extent 1 has extent ``size``."""
        axis = _axis(dim, self.ndim)
        if self.shape[axis] != 1:
            raise ValueError(f"axis {axis} has extent {self.shape[axis]}; only an extent of 1 broadcasts")
        return self.project(axis, 0).promote(axis, size)

    def project(self, dim, index):
        """A view without one axis, at an index of it."""
        axis = _axis(dim, self.ndim)
        if not -self.shape[axis] <= index < self.shape[axis]:
            raise ValueError(f"index {index} is out of range for axis {axis} with extent {self.shape[axis]}")
        return self._made(_view(self._bound(), (slice(None),) * axis + (index,)))

    def project_all(self):
        """A view without axes of a store with one element."""
        return self._made(self._bound().reshape(self._inner))

    def slice(self, dim, sl):
        """A view of a part of one axis, with any step."""
        axis = _axis(dim, self.ndim)
        start, stop = sl.start, sl.stop
        for bound in (start, stop):
            if bound is not None and not -self.shape[axis] <= bound <= self.shape[axis]:
                raise ValueError(f"slice {sl} is out of range for axis {axis} with extent {self.shape[axis]}")
        return self._made(self._bound()[(slice(None),) * axis + (sl,)])

    def transpose(self, axes):
        """A view with the axes in another order."""
        if sorted(axes) != list(range(self.ndim)):
            raise ValueError(f"{tuple(axes)} is no order of {self.ndim} axes")
        return self._made(self._bound().transpose((*axes, *range(self.ndim, self.ndim + len(self._inner)))))

    def delinearize(self, dim, shape):
        """A view in which one axis is several, whose extents' product is its own."""
        axis, shape = _axis(dim, self.ndim), tuple(shape)
        if int(np.prod(shape)) != self.shape[axis]:
            raise ValueError(f"extents {shape} do not split an axis of extent {self.shape[axis]}")
        whole = self.shape[:axis] + shape + self.shape[axis + 1:] + self._inner
        return self._made(self._bound().reshape(whole))

    def partition_by_tiling(self, tile_shape, color_shape=None):
        """The store cut into equal tiles, the last ones perhaps smaller; for ``ManualTask``."""
        if self.unbound:
            raise TypeError("a store without a shape cannot be cut")
        return StorePartition(self, tile_shape, color_shape)

    def overlaps(self, other):
        """Whether the two have an element in common."""
        return bool(np.shares_memory(np.asarray(self._bound()), np.asarray(as_store(other)._bound())))

    def equal_storage(self, other):
        """Whether the two are views of one store."""
        mine, other = self._bound(), as_store(other)._bound()
        return (mine.base if mine.base is not None else mine) is (other.base if other.base is not None else other)

    same_root = equal_storage

    # Elements

    def fill(self, value):
        """Sets every element."""
        self._bound()[...] = value

    def to_numpy(self):
        """A NumPy array of the elements; waits for them. On one rank it is a view of the store's own memory."""
        return np.asarray(self._bound())

    def get_physical_store(self, target=None):
        """The elements as a NumPy array; waits for them."""
        return self.to_numpy()

    def get_inline_allocation(self):
        """The same, with ``consume`` for programs that make their own view of the memory."""
        return self.to_numpy().view(InlineAllocation)

    def item(self):
        """The only element, as a Python number."""
        return self._bound().item()

    def attach_external_allocation(self, buffer, share):
        """Puts the store over a buffer's memory if ``share`` is true, else copies the elements from there."""
        if self.unbound or self.transformed:
            raise ValueError("only a whole store with a shape is attached to memory")
        values = np.frombuffer(buffer, self.dtype).reshape(self.shape)
        if share:
            self._array = attached(values)._array
        else:
            self._array[...] = values

    def detach(self):
        """Gives up a foreign buffer that the store was made over: nothing of it is pending any more."""
        _legate.wait()

    def __array__(self, dtype=None, copy=None):
        array = self.to_numpy()
        return array if dtype is None else array.astype(dtype)

    @property
    def __array_interface__(self):
        return self.to_numpy().__array_interface__

    def __buffer__(self, flags):
        return memoryview(self.to_numpy())

    def __dlpack__(self, **options):
        return self.to_numpy().__dlpack__(**options)

    def __dlpack_device__(self):
        return self.to_numpy().__dlpack_device__()

    @property
    def __legate_data_interface__(self):
        from ._arrays import Array, Field

        return {"version": 1, "data": {Field("store", self.type): Array(self.type, [None, self])}}


LogicalStore = Store
_legate.core_stores(Store)


class InlineAllocation(np.ndarray):
    """A store's elements as a NumPy array over its own memory."""

    def consume(self, constructor):
        """``constructor(shape, address, strides)``: a view of the caller's making, valid as long as this array."""
        return constructor(self.shape, self.ctypes.data, self.strides)


def _view(array, index):
    """A view even where the array library would give a number."""
    result = array[index]
    if type(result) is _legate.ndarray:
        return result
    items = index if isinstance(index, tuple) else (index,)
    slices = tuple(
        slice(i, i + 1 or None) if isinstance(i, (int, np.integer)) else i for i in items
    )
    return array[slices].reshape(())


def as_store(value):
    """The store of a store, an array of ``cunumeric``, whatever has Legate's data interface, or anything NumPy can read.

    Only the last is copied.
    """
    if isinstance(value, Store):
        return value
    if type(value) in _native:
        return Store(value)
    interface = getattr(value, "__legate_data_interface__", None)
    if interface is not None:
        return _from_interface(interface)
    if not isinstance(value, np.ndarray):
        value = np.asarray(value)
    return _of_records(value) if value.dtype.kind in "VSU" else Store(_asarray(value))


def _of_records(values):
    from ._records import RecordStore

    return RecordStore.of(values)


def borrowed(values):
    """A store over the memory of a NumPy array, which is kept; a copy where it does not lie as a store does."""
    if values.dtype.kind in "VSU":
        from ._records import RecordStore

        return RecordStore.of(values, over=True)
    array = _legate.core_borrow(values)
    return Store(_asarray(values) if array is None else array)


def attached(values):
    """A store over the memory of a NumPy array: each sees what is written through the other."""
    if not values.flags.writeable:
        raise ValueError("a store cannot be over memory that may only be read: leave read_only as it is, for a copy")
    if values.dtype.kind in "VSU" and values.flags.c_contiguous and values.size:
        return borrowed(values)
    array = _legate.core_borrow(values)
    if array is None:
        raise ValueError(f"a store lies row by row and has elements: it cannot be over strides {values.strides}")
    return Store(array)


def _from_interface(interface):
    version, data = interface.get("version"), interface.get("data")
    if version not in (1, 2):
        raise NotImplementedError(f"version {version} of the data interface; 1 and 2 are known")
    if len(data) != 1:
        raise ValueError(f"one column is one store; the data interface has {len(data)}")
    (column,) = data.values()
    if isinstance(column, Store):
        return column
    stores = column.stores()
    if len(stores) != 2 or stores[0] is not None:
        raise NotImplementedError(f"an array of {column.type} with {len(stores)} stores, or with a mask, is more than one store")
    return as_store(stores[-1])


class StorePartition:
    """A store cut into tiles of one shape; ``partition[color]`` is the tile's own view."""

    def __init__(self, store, tile_shape, color_shape=None):
        tile_shape = tuple(int(extent) for extent in tile_shape)
        if len(tile_shape) != store.ndim:
            raise ValueError(f"a tile of a store with {store.ndim} axes has as many, not {len(tile_shape)}")
        if any(extent < 1 for extent in tile_shape):
            raise ValueError(f"extents of a tile are at least 1, not {tile_shape}")
        self.store = store
        self.tile_shape = tile_shape
        whole = tuple(-(-extent // tile) for extent, tile in zip(store.shape, tile_shape))
        self.color_shape = whole if color_shape is None else tuple(color_shape)

    def get_child_store(self, *color):
        """The view of the tile of one color."""
        if len(color) == 1 and isinstance(color[0], tuple):
            (color,) = color
        if len(color) != self.store.ndim or any(c < 0 or c >= n for c, n in zip(color, self.color_shape)):
            raise ValueError(f"color {color} is not among colors {self.color_shape}")
        return self.store[tuple(slice(c * t, (c + 1) * t) for c, t in zip(color, self.tile_shape))]

    def __getitem__(self, color):
        return self.get_child_store(*(color if isinstance(color, tuple) else (color,)))
