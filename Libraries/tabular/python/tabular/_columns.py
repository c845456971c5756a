"""Tables and their columns, from whatever they come in."""

from legate.core import Array, Table


def as_table(source):
    """A table of ``legate.core``; of Arrow's tables the elements are not copied."""
    if isinstance(source, Table):
        return source
    if isinstance(source, dict):
        return Table.from_arrays(list(source), list(source.values()))
    if hasattr(source, "__arrow_c_stream__"):
        return Table.from_arrow(source)
    raise TypeError(f"a table is one of Arrow's, of legate.core or a dictionary of columns, not {type(source).__name__}")


def is_plain(column):
    """Whether a column is one store of elements: no strings, no lists."""
    return isinstance(column, Array)


def is_number(column):
    """Whether a column holds numbers or truth values: no times, whose integers mean something else."""
    return is_plain(column) and column.type.is_primitive


def key_of(table, name):
    """The column of a key, which holds integers or times."""
    column = table[name]
    if not is_plain(column) or column.data.dtype.kind not in "iu":
        raise TypeError(f"keys are integers or times; column {name!r} holds {column.type}")
    return column
