"""Legate: NumPy programs on all cores.

The arrays are in ``cunumeric`` (also named ``cupynumeric``); this package holds the version and
``legate.timing``. Importing it is cheap and brings in nothing else.
"""

__version__ = "0.1.0"
