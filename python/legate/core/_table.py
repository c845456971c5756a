"""Tables: columns of equal length, by name."""

from . import _arrow
from ._arrays import Field, as_array


class Table:
    """Columns of equal length, by name."""

    def __init__(self, fields, columns):
        self._fields, self._columns = list(fields), list(columns)
        if len(self._fields) != len(self._columns):
            raise ValueError(f"{len(self._fields)} fields for {len(self._columns)} columns")
        lengths = {len(column) for column in self._columns}
        if len(lengths) > 1:
            raise ValueError(f"columns of different lengths: {sorted(lengths)}")

    @staticmethod
    def from_arrays(names, arrays):
        """A table of arrays, stores, or whatever has Arrow's interface or NumPy can read."""
        arrays = [as_array(array) for array in arrays]
        if len(names) != len(arrays):
            raise ValueError(f"{len(names)} names for {len(arrays)} arrays")
        return Table([Field(n, a.type, a.nullable) for n, a in zip(names, arrays)], arrays)

    fields = property(lambda self: list(self._fields), doc="Names and types of the columns.")
    columns = property(lambda self: list(self._columns), doc="The columns, as arrays.")
    names = property(lambda self: [field.name for field in self._fields], doc="The columns' names.")
    num_columns = property(lambda self: len(self._columns), doc="Columns.")
    num_rows = property(lambda self: len(self._columns[0]) if self._columns else 0, doc="Rows.")

    def __getitem__(self, name):
        for field, column in zip(self._fields, self._columns):
            if field.name == name:
                return column
        raise KeyError(f"no column {name!r}; there are {', '.join(self.names)}")

    def __len__(self):
        return self.num_rows

    def __repr__(self):
        return f"Table({self.num_rows} rows: {', '.join(f'{f.name}: {f.type}' for f in self._fields)})"

    def to_pydict(self):
        """The columns as lists of Python objects, by name; waits for them."""
        return {field.name: column.to_pylist() for field, column in zip(self._fields, self._columns)}

    @property
    def __legate_data_interface__(self):
        return {"version": 1, "data": dict(zip(self._fields, self._columns))}

    # Arrow

    def to_arrow(self):
        """The same as pyarrow's table, over the stores' own memory."""
        return _arrow.exported_table(self)

    def __arrow_c_schema__(self):
        return _arrow.schema_of(self).__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema=None):
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    @staticmethod
    def from_arrow(source):
        """A table over the memory of anything with Arrow's C stream interface: pyarrow's tables, polars' frames."""
        return Table.from_arrays(*_arrow.imported_columns(source))
