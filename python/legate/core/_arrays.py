"""Arrays with masks, columns and tables over stores, after Arrow; and the data interface by which libraries exchange them."""

from ._store import Store, as_store
from ._types import as_type


class Field:
    """The name and type of a column."""

    def __init__(self, name, dtype, nullable=False):
        self.name, self.type, self.nullable = name, as_type(dtype), nullable

    @property
    def dtype(self):
        return self.type

    def __eq__(self, other):
        return isinstance(other, Field) and (self.name, self.type, self.nullable) == (
            other.name, other.type, other.nullable)

    def __hash__(self):
        return hash((self.name, self.nullable))

    def __repr__(self):
        return f"Field({self.name!r})"


class Array:
    """Elements of one type with an optional validity mask: ``Array(type, [mask or None, store])``."""

    def __init__(self, dtype, stores):
        stores = list(stores)
        if len(stores) != 2:
            raise ValueError(f"an array has a mask (or None) and one store, not {len(stores)} stores")
        self.type = as_type(dtype)
        self._stores = [None if stores[0] is None else as_store(stores[0]), as_store(stores[1])]
        mask, data = self._stores
        if mask is not None and mask.shape != data.shape:
            raise ValueError(f"the mask has shape {mask.shape}, the elements {data.shape}")

    def stores(self):
        return list(self._stores)

    data = property(lambda self: self._stores[1])
    null_mask = property(lambda self: self._stores[0])
    nullable = property(lambda self: self._stores[0] is not None)
    shape = property(lambda self: self.data.shape)
    size = property(lambda self: self.data.size)
    ndim = property(lambda self: self.data.ndim)

    def __len__(self):
        return len(self.data)

    @property
    def null_count(self):
        """Elements that the mask says are missing; waits for the mask."""
        return 0 if self.null_mask is None else self.size - int(self.null_mask.to_numpy().sum())

    def to_pylist(self):
        """The elements as Python objects, ``None`` where one is missing."""
        values = self.data.to_numpy().tolist()
        if self.null_mask is None:
            return values
        return [v if valid else None for v, valid in zip(values, self.null_mask.to_numpy().tolist())]

    def __repr__(self):
        return f"Array(shape={self.shape}, type={self.type}, nullable={self.nullable})"

    @property
    def __legate_data_interface__(self):
        return {"version": 1, "data": {Field("array", self.type, self.nullable): self}}

    # Arrow

    def __arrow_array__(self, type=None):
        import pyarrow

        values = self.data.to_numpy()
        if self.null_mask is None and values.dtype != bool:
            array = pyarrow.Array.from_buffers(
                pyarrow.from_numpy_dtype(values.dtype), len(values), [None, pyarrow.py_buffer(values)])
        else:
            mask = None if self.null_mask is None else ~self.null_mask.to_numpy()
            array = pyarrow.array(values, mask=mask)
        return array if type is None else array.cast(type)

    def to_arrow(self):
        """The same as pyarrow's array; over the store's own memory where there is no mask."""
        return self.__arrow_array__()

    def __arrow_c_array__(self, requested_schema=None):
        return self.to_arrow().__arrow_c_array__(requested_schema)

    @staticmethod
    def from_arrow(source):
        """An array of anything with Arrow's C data interface."""
        import numpy as np
        import pyarrow
        import pyarrow.compute

        array = pyarrow.array(source)
        mask = None
        if array.null_count:
            mask = as_store(array.is_valid().to_numpy(zero_copy_only=False))
            array = pyarrow.compute.fill_null(array, False if array.type == pyarrow.bool_() else 0)
        values = array.to_numpy(zero_copy_only=False)
        try:
            kind = as_type(values.dtype)
        except TypeError:
            raise NotImplementedError(f"arrays of Arrow's {array.type}") from None
        return Array(kind, [mask, as_store(np.asarray(values))])


LogicalArray = Array


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
        arrays = [a if isinstance(a, Array) else Array(as_store(a).type, [None, as_store(a)]) for a in arrays]
        if len(names) != len(arrays):
            raise ValueError(f"{len(names)} names for {len(arrays)} arrays")
        return Table([Field(n, a.type, a.nullable) for n, a in zip(names, arrays)], arrays)

    fields = property(lambda self: list(self._fields))
    columns = property(lambda self: list(self._columns))
    names = property(lambda self: [field.name for field in self._fields])
    num_columns = property(lambda self: len(self._columns))
    num_rows = property(lambda self: len(self._columns[0]) if self._columns else 0)

    def __getitem__(self, name):
        for field, column in zip(self._fields, self._columns):
            if field.name == name:
                return column
        raise KeyError(f"no column {name!r}; there are {', '.join(self.names)}")

    def __len__(self):
        return self.num_rows

    def __repr__(self):
        return f"Table({self.num_rows} rows: {', '.join(f'{f.name}: {f.type}' for f in self._fields)})"

    @property
    def __legate_data_interface__(self):
        return {"version": 1, "data": dict(zip(self._fields, self._columns))}

    def to_arrow(self):
        import pyarrow

        return pyarrow.table([c.to_arrow() for c in self._columns], names=self.names)

    def __arrow_c_stream__(self, requested_schema=None):
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    @staticmethod
    def from_arrow(source):
        """A table of anything with Arrow's C stream interface: pyarrow's tables, polars' frames."""
        import pyarrow

        table = pyarrow.table(source).combine_chunks()
        return Table.from_arrays(
            table.column_names,
            [Array.from_arrow(c.chunk(0) if c.num_chunks else c.type and []) for c in table.columns])
