"""Points, boxes and small values as programs for the interface of 2024 write them."""

import numpy as np


class Point(tuple):
    """The index of one point of a launch domain."""

    def __new__(cls, *values):
        if len(values) == 1 and not isinstance(values[0], int):
            values = values[0]
        return super().__new__(cls, (int(value) for value in values))

    dim = property(len, doc="Axes.")

    def __repr__(self):
        return f"Point{tuple(self)}"


class Rect:
    """A box of points from ``lo`` to ``hi``, which is behind the last one unless ``exclusive`` is false."""

    def __init__(self, hi, lo=None, exclusive=True):
        self.lo = Point((0,) * len(hi) if lo is None else lo)
        self.hi = Point(hi) if not exclusive else Point(bound - 1 for bound in hi)
        if len(self.lo) != len(self.hi):
            raise ValueError(f"a box has as many lower bounds as upper ones: {tuple(self.lo)} to {tuple(hi)}")

    dim = property(lambda self: len(self.lo), doc="Axes.")
    extents = property(lambda self: tuple(max(0, h - l + 1) for l, h in zip(self.lo, self.hi)), doc="Points along each axis.")
    volume = property(lambda self: int(np.prod(self.extents, dtype=np.int64)), doc="Points.")

    @property
    def shape(self):
        """The extents of a box that begins at zero, as launch domains do."""
        if any(self.lo):
            raise ValueError(f"a launch domain begins at zero, not at {tuple(self.lo)}")
        return self.extents

    def __eq__(self, other):
        return isinstance(other, Rect) and (self.lo, self.hi) == (other.lo, other.hi)

    def __hash__(self):
        return hash((self.lo, self.hi))

    def __repr__(self):
        return f"Rect(lo={tuple(self.lo)}, hi={tuple(self.hi)}, exclusive=False)"


class Future:
    """A small value as bytes; of a store with one element, what its tasks will have left there."""

    def __init__(self, source, size=None):
        self._source = source
        self._size = size

    def get_buffer(self, size=None):
        """The bytes; waits for them."""
        array = self._source if isinstance(self._source, (bytes, bytearray, memoryview)) else np.asarray(self._source)
        data = bytes(array)[:self._size]
        if size is not None and size > len(data):
            raise ValueError(f"the value has {len(data)} bytes, not {size}")
        return data[:size]

    def get_size(self):
        """Bytes of the value; waits for it."""
        return len(self.get_buffer())
