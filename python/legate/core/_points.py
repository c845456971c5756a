"""What the points of a concurrent task speak through: ``context.communicator`` of a task declared ``@task(concurrent=True)``.

All points run at the same time and make the same calls in the same order; a point that raises or returns early does not leave
the others waiting: they get an error at their call. Values are any Python objects that pickle.
"""

import pickle

import numpy as np

import _legate

from ._types import ReductionOp, reduction_name

_JOINS = {
    "add": np.add, "multiply": np.multiply, "maximum": np.maximum, "minimum": np.minimum, "or": np.bitwise_or,
    "and": np.bitwise_and, "xor": np.bitwise_xor,
}


class TaskCommunicator:
    """The other points of a running launch, as one of them sees them. Valid only while the body runs."""

    __slots__ = ("_number", "point", "count")

    def __init__(self, number, point, count):
        self._number = number
        self.point = point
        self.count = count

    def barrier(self):
        """Returns when every point has called it."""
        _legate.core_meet(self._number, None)

    def all_gather(self, value):
        """Every point's value, in the order of points."""
        return [pickle.loads(part) for part in _legate.core_meet(self._number, pickle.dumps(value, 5))]

    def all_to_all(self, values):
        """``values[p]`` goes to point *p*; gives what each point sent here, in the order of points."""
        parts = tuple([pickle.dumps(value, 5) for value in values])
        if len(parts) != self.count:
            raise ValueError(f"all_to_all needs a value for each of {self.count} points, not {len(parts)}")
        return [pickle.loads(part) for part in _legate.core_meet(self._number, parts)]

    def all_reduce(self, value, redop=ReductionOp.ADD):
        """The points' numbers or arrays brought together in a tree over point numbers: every point gets the same bits."""
        join = _JOINS.get(reduction_name(redop))
        if join is None:
            raise ValueError(f"there is no reduction {redop!r}; there are {', '.join(_JOINS)}")
        values = self.all_gather(value)

        def tree(low, high):
            if high - low == 1:
                return values[low]
            middle = low + (high - low) // 2
            return join(tree(low, middle), tree(middle, high))

        return tree(0, self.count)
