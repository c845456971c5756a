"""Legate: NumPy programs on all cores.

The arrays are in ``cunumeric`` (also named ``cupynumeric``); this package holds the version,
``legate.timing`` and the marks for phases of a program (``ProfileRange``, ``annotate``,
``track_provenance``). Importing it is cheap and brings in nothing else.
"""

__version__ = "0.1.0"


def __getattr__(name):
    if name in ("ProfileRange", "Annotation", "annotate", "track_provenance"):
        from legate import phases

        return getattr(phases, name)
    raise AttributeError(f"module 'legate' has no attribute {name!r}")
