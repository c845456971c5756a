"""How a matrix is cut: equal blocks of rows, and the entries of each block.

The number of blocks follows from the number of entries alone, so that results do not depend on workers or ranks.
"""

import numpy as np

from legate.core import align, bloat, broadcast, weights

ENTRIES_OF_A_TILE = 8_192
MOST_TILES = 64


class Cut:
    """Made once for a matrix: looks at ``indptr`` and at each entry's distance from the diagonal."""

    def __init__(self, indices, indptr, shape):
        rows = shape[0]
        # A power of two: where ranks are one too, each rank's rows are whole blocks.
        wanted = 1 << max(0, min(MOST_TILES, len(indices) // ENTRIES_OF_A_TILE, rows).bit_length() - 1)
        self.block = max(1, -(-rows // wanted))
        bounds = indptr[np.minimum(np.arange(0, rows + self.block, self.block), rows)].astype(np.int64)
        self.extents = tuple(np.diff(bounds).tolist()) if rows else (0,)
        self.low, self.high = _band(indices, indptr) if shape[0] == shape[1] else (rows, rows)

    def constrain(self, launch, starts, stops, columns, values, x, y):
        """The constraints of one launch. ``x`` is seen with a halo where the entries lie near the diagonal."""
        launch.add_constraint(align(starts, stops))
        launch.add_constraint(align(starts, y))
        launch.add_constraint(align(columns, values))
        launch.add_constraint(weights(columns, self.extents))
        if x is None:
            return
        if self._is_banded:
            launch.add_constraint(bloat(y, x, (self.low,), (self.high,)))
        else:
            launch.add_constraint(broadcast(x))

    @property
    def _is_banded(self):
        return self.low + self.high < self.block


def _band(indices, indptr):
    """How far entries lie before and behind the diagonal, at most."""
    low = high = 0
    step = 1 << 16
    for first in range(0, len(indptr) - 1, step):
        part = indptr[first:first + step + 1]
        rows = np.repeat(np.arange(first, first + len(part) - 1), np.diff(part))
        distance = indices[part[0]:part[-1]] - rows
        if len(distance):
            low, high = max(low, -int(distance.min())), max(high, int(distance.max()))
    return low, high
