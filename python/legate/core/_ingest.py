"""Arrays from pieces that the program brings, as the interface of 2024 has it.

    table = ingest(float64, (1000, 1000), (2, 4), TiledSplit((500, 250)), lambda color: read_piece(color))
    x = cunumeric.asarray(table)

``get_buffer(color)`` gives the elements of a piece, row by row. Pieces of equal tiles are read as tasks: at the same time, and on
several ranks each rank reads those that it is going to hold.
"""

import numpy as np

import _legate

from ._domain import Rect
from ._operations import _points
from ._store import Store, _empty
from ._table import Table
from ._tasks import OutputStore, TaskContext, task
from ._types import as_type


class DataSplit:
    """How pieces are parts of an array; ``bounds(color, shape)`` is the part of one, as a ``Rect``."""


class TiledSplit(DataSplit):
    """Equal tiles, the last ones perhaps smaller."""

    def __init__(self, tile_shape):
        self.tile_shape = tuple(int(extent) for extent in tile_shape)
        if not self.tile_shape or min(self.tile_shape) < 1:
            raise ValueError(f"extents of a tile are at least 1, not {self.tile_shape}")

    def bounds(self, color, shape):
        """The tile of a color."""
        low = [c * t for c, t in zip(color, self.tile_shape)]
        return Rect([min(l + t, n) for l, t, n in zip(low, self.tile_shape, shape)], low)


class CustomSplit(DataSplit):
    """Any boxes: ``get_subdomain(color)`` gives the ``Rect`` of a piece."""

    def __init__(self, get_subdomain):
        self.get_subdomain = get_subdomain

    def bounds(self, color, shape):
        """The box of a color."""
        return self.get_subdomain(color)


def ingest(dtype, shape, colors, data_split, get_buffer, get_local_colors=None):
    """A table with one column, ``ingested``, whose elements are the pieces of all colors. Waits for them.

    ``get_local_colors()`` names the pieces that this rank can read, where not every rank can read all: then every rank gets all.
    An element that lies in no piece is zero.
    """
    if not isinstance(data_split, DataSplit):
        raise TypeError(f"a split is a TiledSplit or a CustomSplit, not {data_split!r}")
    kind, shape, colors = as_type(dtype), tuple(shape), tuple(colors)
    boxes = {color: _checked(data_split.bounds(color, shape), color, shape) for color in _points(colors)}
    if isinstance(data_split, TiledSplit) and get_local_colors is None:
        store = _tiles(kind, shape, colors, data_split, get_buffer)
    else:
        store = Store(_empty(shape, kind.to_numpy_dtype()))
        store.fill(0)
        pieces = boxes if get_local_colors is None else _gathered(boxes, kind, get_buffer, get_local_colors)
        for color in pieces:
            value = get_buffer(color) if get_local_colors is None else pieces[color]
            store[_slices(boxes[color])].array[...] = _elements(value, kind, color, boxes[color].extents)
    return Table.from_arrays(["ingested"], [store])


def _checked(box, color, shape):
    if not isinstance(box, Rect):
        raise TypeError(f"the part of piece {color} is a Rect, not {box!r}")
    if box.dim != len(shape) or any(l < 0 or h >= n for l, h, n in zip(box.lo, box.hi, shape)):
        raise ValueError(f"piece {color} is {box}, which is no part of an array of shape {shape}")
    return box


def _slices(box):
    return tuple([slice(l, h + 1) for l, h in zip(box.lo, box.hi)])


def _elements(value, kind, color, extents):
    values = np.frombuffer(value, kind.to_numpy_dtype())
    if values.size != int(np.prod(extents)):
        raise ValueError(f"piece {color} has {values.size} elements of {kind}, its part has shape {tuple(extents)}")
    return values.reshape(extents)


@task(throws_exception=True)
def _read(context: TaskContext, y: OutputStore, get_buffer, kind):
    color = tuple(context.task_index)
    y[...] = _elements(get_buffer(color), kind, color, y.shape)


def _tiles(kind, shape, colors, split, get_buffer):
    store = Store(_empty(shape, kind.to_numpy_dtype()))
    cut = store.partition_by_tiling(split.tile_shape)
    if cut.color_shape != colors:
        raise ValueError(f"tiles of shape {split.tile_shape} cut an array of shape {shape} into {cut.color_shape}, not {colors}")
    output = (store.array, cut.tile_shape, tuple(_points(colors)))
    _legate.core_manual(_read.complete_registration(), colors, (), (output,), (), (), (), True, (get_buffer, kind))
    return store


def _gathered(boxes, kind, get_buffer, get_local_colors):
    """The pieces of all ranks."""
    own = {}
    for color in map(tuple, get_local_colors()):
        if color not in boxes:
            raise ValueError(f"there is no piece {color}; there are {len(boxes)}")
        own[color] = bytes(memoryview(get_buffer(color)).cast("B"))
    if _legate.rank_count() > 1:
        from cunumeric import _ranks

        parts = _ranks.gather(own)
        own = {color: value for part in parts for color, value in part.items()}
    return own
