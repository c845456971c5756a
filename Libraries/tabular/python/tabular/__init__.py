"""Counting, grouping, joining, and arrays and tables in files.

    import tabular

    tabular.bincount(x); tabular.histogram(x, 20); tabular.unique(x)
    sums = tabular.group_by(table, "city", [("price", "sum"), ("price", "mean")])
    both = tabular.join(orders, customers, on="customer")
    tabular.write_tiles("folder", array, tiles=(1000, 1000)); tabular.read_tiles("folder")

Arrays are taken from any library, tables from whatever has Arrow's interface (pyarrow, polars, ``legate.core.Table``) and
from dictionaries of columns. Results are arrays of ``cunumeric`` and tables of ``legate.core``.
"""

from ._counting import bincount, histogram, unique
from ._files import read_table, read_tiles, write_table, write_tiles
from ._groups import group_by
from ._joins import join
from ._launch import library

__all__ = [
    "bincount", "group_by", "histogram", "join", "library", "read_table", "read_tiles", "unique", "write_table",
    "write_tiles",
]
