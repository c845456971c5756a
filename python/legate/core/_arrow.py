"""Between our arrays and Arrow's, in both directions over the same memory. pyarrow speaks the C data interface for us.

What is not over the same memory: truth values and masks (bytes here, bits there), and columns in several chunks.
"""

import numpy as np

from ._store import Store, _asarray, as_store, borrowed
from ._records import RecordStore
from ._types import (
    PRIMITIVES, ArrowType, BinaryType, ListType, MapType, NullType, RecordType, StringType, StructType, UnionType, as_type,
)

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
    if isinstance(kind, ArrowType):
        return kind.arrow
    if isinstance(kind, StringType):
        return pa.large_string() if wide else pa.string()
    if isinstance(kind, BinaryType):
        return pa.large_binary() if wide else pa.binary()
    if isinstance(kind, ListType):
        return (pa.large_list if wide else pa.list_)(type_of(kind.element))
    if isinstance(kind, StructType):
        return pa.struct([pa.field(name, type_of(field)) for name, field in kind.fields.items()])
    if isinstance(kind, MapType):
        return pa.map_(type_of(kind.key), type_of(kind.value))
    if isinstance(kind, UnionType):
        return pa.dense_union([pa.field(name, type_of(field)) for name, field in kind.fields], list(kind.codes))
    if isinstance(kind, NullType):
        return pa.null()
    dtype = kind.to_numpy_dtype()
    if isinstance(kind, RecordType):
        if dtype.kind == "V" and dtype.fields is None:
            return pa.binary(dtype.itemsize)
        raise TypeError(f"Arrow has no records of {kind}: give the fields as a StructArray")
    if dtype.kind == "c":
        raise TypeError(f"Arrow has no {dtype}: give the real and the imaginary parts")
    return pa.from_numpy_dtype(dtype)


def schema_of(table):
    """Arrow's schema of a table of ours."""
    pa = _pyarrow()
    return pa.schema([pa.field(f.name, _column_type(c)) for f, c in zip(table.fields, table.columns)])


def _column_type(array):
    """Arrow's type of an array of ours, with offsets as wide as they are there."""
    pa = _pyarrow()
    if isinstance(array.type, StructType):
        return pa.struct([pa.field(name, _column_type(field)) for name, field in array.fields.items()])
    if isinstance(array.type, UnionType):
        union = pa.sparse_union if array.places is None else pa.dense_union
        return union([pa.field(name, _column_type(field)) for name, field in array.fields], list(array.type.codes))
    if isinstance(array.type, MapType):
        return pa.map_(_column_type(array.keys), _column_type(array.items))
    if not array.type.variable_size:
        return type_of(array.type)
    wide = array.offsets.dtype == np.int64
    if isinstance(array.type, ListType):
        return (pa.large_list if wide else pa.list_)(_column_type(array.values))
    return type_of(array.type, wide)


# From ours to Arrow's


def exported(array):
    """pyarrow's array over the memory of ours."""
    pa = _pyarrow()
    if array.ndim != 1:
        raise ValueError(f"Arrow's arrays have one axis, not {array.ndim}")
    kind = _column_type(array)
    if isinstance(array.type, NullType):
        return pa.nulls(len(array))
    if isinstance(array.type, UnionType):
        return _exported_union(array)
    buffers = [None if array.null_mask is None else _bits(array.null_mask)]
    children = None
    if isinstance(array.type, StructType):
        children = [exported(field) for field in array.fields.values()]
    elif isinstance(array.type, MapType):
        # Offsets of maps have 32 bits.
        buffers.append(_buffer(as_store(array.offsets.array.astype("int32", copy=False))))
        children = [_exported_pairs(array)]
    elif isinstance(array.type, ListType):
        buffers, children = buffers + [_buffer(array.offsets)], [exported(array.values)]
    elif array.type.variable_size:
        buffers += [_buffer(array.offsets), _buffer(array.stores()[2])]
    else:
        buffers.append(_bits(array.data) if array.data.dtype == bool else _buffer(array.data))
    return pa.Array.from_buffers(kind, len(array), buffers, children=children)


def _exported_pairs(maps):
    """The entries of maps, whose keys Arrow wants to be all there."""
    pa = _pyarrow()
    keys, items = exported(maps.keys), exported(maps.items)
    kind = pa.struct([pa.field("key", keys.type, nullable=False), pa.field("value", items.type)])
    return pa.Array.from_buffers(kind, len(keys), [None], children=[keys, items])


def _exported_union(array):
    pa = _pyarrow()

    def plain(store, kind):
        return pa.Array.from_buffers(kind, len(array), [None, _buffer(store)])

    names, members = [name for name, _ in array.fields], [exported(member) for _, member in array.fields]
    codes = plain(array.codes, pa.int8())
    if array.places is None:
        return pa.UnionArray.from_sparse(codes, members, names, list(array.type.codes))
    return pa.UnionArray.from_dense(codes, plain(array.places, pa.int32()), members, names, list(array.type.codes))


def exported_table(table):
    return _pyarrow().Table.from_arrays([exported(c) for c in table.columns], schema=schema_of(table))


def _buffer(store):
    values = store.words.to_numpy() if isinstance(store, RecordStore) else store.to_numpy()
    return _pyarrow().py_buffer(np.ascontiguousarray(values))


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
    from ._arrays import Array

    pa = _pyarrow()
    array = _plain(array)
    kind, count, first = array.type, len(array), array.offset
    buffers = array.buffers()
    mask = _truths(buffers[0], first, count) if array.null_count and buffers[0] is not None else None
    if pa.types.is_boolean(kind):
        return Array("bool", [mask, _truths(buffers[1], first, count)])
    if _is_ranges(kind):
        return _imported_ranges(array, mask)
    if pa.types.is_null(kind):
        from ._unions import NullArray

        return NullArray(count)
    return _imported_nested(array, mask) if pa.types.is_nested(kind) else _imported_numbers(array, mask)


def _is_ranges(kind):
    types = _pyarrow().types
    return types.is_string(kind) or types.is_large_string(kind) or types.is_binary(kind) or types.is_large_binary(kind)


def _imported_numbers(array, mask):
    """Elements of one width: numbers, times, decimals, bytes."""
    from ._arrays import Array

    pa, kind = _pyarrow(), array.type
    name = next((name for name in _NUMBERS if type_of(as_type(name)) == kind), None)
    if name is not None:
        ours = storage = as_type(name)
    elif pa.types.is_fixed_size_binary(kind) and not pa.types.is_decimal(kind):
        ours = storage = RecordType(f"V{kind.byte_width}")
    elif pa.types.is_decimal(kind) or pa.types.is_temporal(kind):
        ours = ArrowType(kind)
        storage = ours.storage
    else:
        raise NotImplementedError(f"arrays of Arrow's {kind}")
    return Array(ours, [mask, _elements(array.buffers()[1], storage.to_numpy_dtype(), array.offset, len(array))])


def _imported_ranges(array, mask):
    from ._ranges import BinaryArray, StringArray

    types, buffers = _pyarrow().types, array.buffers()
    is_text = types.is_string(array.type) or types.is_large_string(array.type)
    is_wide = types.is_large_string(array.type) or types.is_large_binary(array.type)
    offsets = _offsets(buffers[1], "int64" if is_wide else "int32", array.offset, len(array))
    data = _elements(buffers[2], "uint8", 0, buffers[2].size if buffers[2] else 0)
    return (StringArray if is_text else BinaryArray)([mask, offsets, data])


def _imported_nested(array, mask):
    from ._ranges import ListArray
    from ._structs import StructArray

    pa, kind = _pyarrow(), array.type
    if pa.types.is_union(kind):
        return _imported_union(array)
    if pa.types.is_map(kind):
        from ._maps import MapArray

        offsets = _offsets(array.buffers()[1], "int32", array.offset, len(array))
        return MapArray([mask, offsets], _imported(array.keys), _imported(array.items))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        dtype = "int32" if pa.types.is_list(kind) else "int64"
        return ListArray([mask, _offsets(array.buffers()[1], dtype, array.offset, len(array))], _imported(array.values))
    if pa.types.is_struct(kind) and kind.num_fields:
        names = [kind.field(k).name for k in range(kind.num_fields)]
        if len(set(names)) < len(names):
            raise NotImplementedError(f"arrays of Arrow's {kind}: two fields have one name")
        return StructArray([mask], {name: _imported(array.field(k)) for k, name in enumerate(names)})
    raise NotImplementedError(f"arrays of Arrow's {kind}")


def _imported_union(array):
    from ._unions import UnionArray

    kind = array.type
    buffers, first, count = array.buffers(), array.offset, len(array)
    codes = _elements(buffers[1], "int8", first, count)
    places = _elements(buffers[2], "int32", first, count) if kind.mode == "dense" else None
    # A field of a sparse union is its part that the union shows, of a dense one all of it.
    fields = [(kind.field(k).name, _imported(array.field(k))) for k in range(kind.num_fields)]
    return UnionArray([codes, places], fields, kind.type_codes)


def _plain(array):
    """The same elements where Arrow has several forms of one type."""
    pa = _pyarrow()
    kind = array.type
    if pa.types.is_dictionary(kind):
        return _plain(array.dictionary_decode())
    if kind == getattr(pa, "string_view", lambda: None)():
        return array.cast(pa.large_string())
    if kind == getattr(pa, "binary_view", lambda: None)():
        return array.cast(pa.large_binary())
    if pa.types.is_fixed_size_list(kind):
        return array.cast(pa.list_(kind.value_type))
    return array


def _elements(buffer, dtype, first, count):
    """A store over a part of a buffer."""
    dtype = np.dtype(dtype)
    if not count or buffer is None:
        return as_store(np.zeros(count, dtype))
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
