"""Between our arrays and Arrow's, in both directions over the same memory. pyarrow speaks the C data interface for us.

What is not over the same memory: truth values and masks (bytes here, bits there), and columns in several chunks.
"""

import numpy as np

from ._store import Store, _asarray, borrowed
from ._types import PRIMITIVES, ListType, StringType, as_type

_NUMBERS = [name for name in PRIMITIVES if not name.startswith(("bool", "complex"))]


def _pyarrow():
    try:
        import pyarrow
    except ImportError:
        raise ImportError("Arrow's arrays need pyarrow: pip install pyarrow") from None
    return pyarrow


# Types


def type_of(kind, wide=True):
    """Arrow's type for one of ours; ``wide`` offsets have 64 bits."""
    pa = _pyarrow()
    if isinstance(kind, StringType):
        return pa.large_string() if wide else pa.string()
    if isinstance(kind, ListType):
        return (pa.large_list if wide else pa.list_)(type_of(kind.element))
    dtype = kind.to_numpy_dtype()
    if dtype.kind == "c":
        raise TypeError(f"Arrow has no {dtype}: give the real and the imaginary parts")
    return pa.from_numpy_dtype(dtype)


def schema_of(table):
    pa = _pyarrow()
    return pa.schema([pa.field(f.name, _column_type(c)) for f, c in zip(table.fields, table.columns)])


def _column_type(array):
    pa = _pyarrow()
    if isinstance(array.type, (StringType, ListType)):
        wide = array.offsets.dtype == np.int64
        if isinstance(array.type, StringType):
            return type_of(array.type, wide)
        return (pa.large_list if wide else pa.list_)(_column_type(array.values))
    return type_of(array.type)


# From ours to Arrow's


def exported(array):
    """pyarrow's array over the memory of ours."""
    pa = _pyarrow()
    if array.ndim != 1:
        raise ValueError(f"Arrow's arrays have one axis, not {array.ndim}")
    kind = _column_type(array)
    mask = None if array.null_mask is None else _bits(array.null_mask)
    children = None
    if isinstance(array.type, ListType):
        buffers, children = [mask, _buffer(array.offsets)], [exported(array.values)]
    elif isinstance(array.type, StringType):
        buffers = [mask, _buffer(array.offsets), _buffer(array.characters)]
    else:
        buffers = [mask, _bits(array.data) if array.data.dtype == bool else _buffer(array.data)]
    return pa.Array.from_buffers(kind, len(array), buffers, children=children)


def exported_table(table):
    return _pyarrow().Table.from_arrays([exported(c) for c in table.columns], schema=schema_of(table))


def _buffer(store):
    return _pyarrow().py_buffer(np.ascontiguousarray(store.to_numpy()))


def _bits(store):
    return _pyarrow().py_buffer(np.packbits(store.to_numpy(), bitorder="little"))


# From Arrow's to ours


def imported(source):
    """Our array over the memory of anything that has Arrow's interface."""
    pa = _pyarrow()
    if isinstance(source, pa.ChunkedArray) or not isinstance(source, pa.Array) and not hasattr(source, "__arrow_c_array__"):
        chunks = source if isinstance(source, pa.ChunkedArray) else _chunks(source)
        source = _joined(chunks)
    return _imported(source if isinstance(source, pa.Array) else pa.array(source))


def _chunks(source):
    pa = _pyarrow()
    return pa.chunked_array(source) if hasattr(source, "__arrow_c_stream__") else pa.chunked_array([pa.array(source)])


def _joined(chunks):
    if chunks.num_chunks == 1:
        return chunks.chunk(0)
    return chunks.combine_chunks() if chunks.num_chunks else _pyarrow().array([], chunks.type)


def imported_columns(source):
    """The names and our arrays of a table's columns."""
    pa = _pyarrow()
    table = source if isinstance(source, pa.Table) else pa.table(source)
    return table.column_names, [imported(column) for column in table.columns]


def _imported(array):
    from ._arrays import Array, ListArray, StringArray

    pa = _pyarrow()
    array = _plain(array)
    kind, count, first = array.type, len(array), array.offset
    buffers = array.buffers()
    if pa.types.is_null(kind):
        raise NotImplementedError(f"arrays of Arrow's {kind}")
    mask = _truths(buffers[0], first, count) if array.null_count else None
    if pa.types.is_boolean(kind):
        return Array("bool", [mask, _truths(buffers[1], first, count)])
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        offsets = _offsets(buffers[1], "int32" if pa.types.is_string(kind) else "int64", first, count)
        characters = buffers[2]
        return StringArray([mask, offsets, _elements(characters, "uint8", 0, characters.size if characters else 0)])
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        offsets = _offsets(buffers[1], "int32" if pa.types.is_list(kind) else "int64", first, count)
        return ListArray([mask, offsets], _imported(array.values))
    dtype = next((name for name in _NUMBERS if type_of(as_type(name)) == kind), None)
    if dtype is None:
        raise NotImplementedError(f"arrays of Arrow's {kind}")
    return Array(dtype, [mask, _elements(buffers[1], dtype, first, count)])


def _plain(array):
    """The same elements where Arrow has several forms of one type."""
    pa = _pyarrow()
    kind = array.type
    if pa.types.is_dictionary(kind):
        return _plain(array.dictionary_decode())
    if kind == getattr(pa, "string_view", lambda: None)():
        return array.cast(pa.large_string())
    if pa.types.is_fixed_size_list(kind):
        return array.cast(pa.list_(kind.value_type))
    return array


def _elements(buffer, dtype, first, count):
    """A store over a part of a buffer."""
    dtype = np.dtype(dtype)
    if not count or buffer is None:
        return Store(_asarray(np.zeros(count, dtype)))
    values = np.frombuffer(buffer, dtype, count, first * dtype.itemsize)
    # Arrow's buffers are never written once they are arrays, whatever the buffer itself says.
    values.flags.writeable = False
    return borrowed(values)


def _offsets(buffer, dtype, first, count):
    if buffer is None or not buffer.size:
        return Store(_asarray(np.zeros(1, dtype)))
    return _elements(buffer, dtype, first, count + 1)


def _truths(buffer, first, count):
    """Bits as truth values."""
    bits = np.frombuffer(buffer, "uint8") if count else np.zeros(0, "uint8")
    part = np.unpackbits(bits[first // 8:(first + count + 7) // 8], bitorder="little")
    return Store(_asarray(part[first % 8:first % 8 + count].astype(bool)))
