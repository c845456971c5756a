"""Futures: numbers that tasks compute and launches take, before anybody has seen them."""

from ._operations import _ufunc
from ._records import refuse_reduction
from ._store import Store, as_store
from ._types import reduction_name


class ScalarFuture:
    """The only element of a store, as a value that is going to be there.

    It is taken wherever a store is: a task writes it or contributes to it, another reads it, and only ``value`` waits.
    """

    __slots__ = ("store",)

    def __init__(self, store):
        store = as_store(store)
        if store.size != 1:
            raise ValueError(f"a future has one element, not {store.size}")
        self.store = store if store.ndim == 0 else store.project_all()

    @property
    def type(self):
        """The type of the value."""
        return self.store.type

    def value(self):
        """The value; waits for it, and raises what a task before it raised."""
        return self.store.item()

    result = value

    def __array__(self, dtype=None, copy=None):
        return self.store.__array__(dtype)

    @property
    def __legate_data_interface__(self):
        return self.store.__legate_data_interface__

    @staticmethod
    def reduce(futures, redop):
        """Futures brought together in a tree over their order: the same bits always, and no wait."""
        futures = list(futures)
        if not futures:
            raise ValueError("there are no futures to reduce")
        for future in futures:
            refuse_reduction(future.store)
        ufunc = _ufunc(reduction_name(redop))

        def tree(low, high):
            if high - low == 1:
                return futures[low].store._bound()
            middle = low + (high - low) // 2
            return ufunc(tree(low, middle), tree(middle, high))

        return ScalarFuture(Store(tree(0, len(futures))))
