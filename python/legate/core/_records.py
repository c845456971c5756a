"""Stores of records: structures, arrays of a fixed size, bytes and texts of a fixed width as elements.

Underneath is a store of words, as wide as the record's alignment, with one axis more than the records have. Fields are views of
it, in place: a task may read one field as an ordinary store while another takes whole records.

    records   [n]        of {x: float64, id: int32}
    words     [n, 2]     of uint64
    x         [n]        of float64, every 2nd from word 0
    id        [n]        of int32, every 4th from half-word 2

Bodies in Python see a NumPy array of the structure, over the tile's own memory; bodies in Swift ``Tile.records(of:)``.
"""

import numpy as np

import _legate

from ._store import Store, _asarray, _empty
from ._types import RecordType, as_type


class RecordStore(Store):
    """A store whose elements are records."""

    __slots__ = ()

    def __init__(self, words, kind, ndim=None):
        super().__init__(words, kind, ndim)

    @staticmethod
    def made(kind, shape):
        """New records. Their contents are whatever the first task writes."""
        kind = as_type(kind)
        return RecordStore(_empty((*shape, kind.word_count), kind.word), kind)

    @staticmethod
    def of(values, over=False):
        """Records with the elements of a NumPy array; ``over`` its own memory where they lie row by row there."""
        kind = as_type(values.dtype)
        words = as_words(values, kind)
        array = _legate.core_borrow(words) if over else None
        return RecordStore(_asarray(words) if array is None else array, kind)

    # What differs from stores of numbers

    _inner = property(lambda self: (self._type.word_count,))
    _whole = (slice(None),)
    shape = property(lambda self: self._bound().shape[:-1], doc="Extents, in records.")
    extents = shape
    size = property(lambda self: self._bound().size // self._type.word_count, doc="Records.")
    volume = size

    @property
    def ndim(self):
        """Axes, in records."""
        return self._ndim if self._array is None else self._array.ndim - 1

    @property
    def words(self):
        """The store underneath, of words, with one axis more."""
        return Store(self._bound())

    def _made(self, array):
        return RecordStore(array, self._type)

    def fill(self, value):
        """Sets every record: a tuple of fields, a NumPy record, or what NumPy makes one of."""
        self._bound()[...] = _asarray(as_words(np.array(value, self.dtype), self._type))

    def to_numpy(self):
        """A NumPy array of the records; waits for them. On one rank it is a view of the store's own memory."""
        return as_records(np.asarray(self._bound()), self._type)

    def item(self):
        """The only record, as Python objects."""
        return self.to_numpy().item()

    def attach_external_allocation(self, buffer, share):
        """Not for records: ``create_store_from_buffer(values, read_only=False)`` makes a store over a NumPy array."""
        raise ValueError("records are attached by create_store_from_buffer(values, read_only=False)")

    # Parts

    def field(self, name):
        """The view of one field: a store of numbers, or of records where the field holds such."""
        fields = self._type.fields
        if name not in fields:
            kinds = ", ".join(fields) or "none"
            raise KeyError(f"records of {self._type} have no field {name!r}; they have {kinds}")
        dtype, offset = self.dtype.fields[name][:2]
        element, extents = dtype.subdtype or (dtype, ())
        if element.kind in "VSU":
            return self._records(RecordType(dtype), offset)
        numbers = self.numbers(name, element, offset, int(np.prod(extents)))
        return Store(numbers.reshape(self.shape + extents) if extents else numbers[..., 0])

    def numbers(self, name, element, offset, count=1):
        """The array of so many numbers of each record, from a byte of it on."""
        if offset % element.itemsize or self.dtype.itemsize % element.itemsize:
            raise TypeError(f"field {name!r} does not lie at multiples of its size: lay the structure out with align=True")
        first = offset // element.itemsize
        return self._bound().view(element)[..., first:first + count]

    def _records(self, kind, offset):
        size = kind.word.itemsize
        return RecordStore(self._bound().view(kind.word)[..., offset // size:offset // size + kind.word_count], kind)


def as_words(values, kind):
    """The elements of a NumPy array of records as words, with one axis more."""
    values = np.ascontiguousarray(values, kind.to_numpy_dtype()).reshape(np.shape(values))
    return values.reshape(*values.shape, 1).view(kind.word)


def as_records(words, kind):
    """Words as a NumPy array of records."""
    return words.view(kind.to_numpy_dtype())[..., 0]


def refuse_reduction(store):
    """Words are no numbers: records are reduced by calls of tasks in Python, field by field, and nowhere else."""
    if isinstance(store, RecordStore):
        raise TypeError(f"records of {store.type} are not reduced as a whole: reduce a field of them, or call a @task")
