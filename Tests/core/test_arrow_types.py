"""Times, decimals, bytes and structures as Arrow has them: in both directions, over the same memory, with masks and slices."""

import datetime
import decimal

import numpy as np
import pytest

pa = pytest.importorskip("pyarrow")

import cunumeric as cn
from legate.core import (
    Array, BinaryArray, LogicalArray, MapArray, NullArray, RecordStore, StringArray, StructArray, Table, UnionArray,
    as_array, get_legate_runtime, types,
)

runtime = get_legate_runtime()
MOMENT = datetime.datetime(2024, 2, 29, 12, 30, 1, 500)
UTC = datetime.timezone.utc
COLUMNS = [
    *(pa.array([0, None, 1_700_000_000, -5000], pa.timestamp(unit)) for unit in ("s", "ms", "us", "ns")),
    pa.array([MOMENT.replace(tzinfo=UTC), None], pa.timestamp("us", "Europe/Berlin")),
    pa.array([datetime.date(2024, 2, 29), None, datetime.date(1969, 12, 31)], pa.date32()),
    pa.array([datetime.date(2024, 2, 29), None], pa.date64()),
    pa.array([1, None, 86_399], pa.time32("s")), pa.array([1000, None], pa.time64("ns")),
    *(pa.array([1000, None, -7000], pa.duration(unit)) for unit in ("s", "ms", "us", "ns")),
    pa.array([decimal.Decimal("1.50"), None, decimal.Decimal("-99999999999999999.99")], pa.decimal128(20, 2)),
    pa.array([decimal.Decimal("3"), None], pa.decimal256(60, 0)),
    pa.array([b"", None, b"\x00\xff", b"abc"], pa.binary()), pa.array([b"a", None], pa.large_binary()),
    pa.array([b"abc", None, b"xyz"], pa.binary(3)), pa.array([b"0123456789abcdef"] * 3, pa.binary(16)),
    pa.array([b"a view of many bytes", None], pa.binary_view()),
    pa.array([{"x": 1, "y": "a"}, None, {"x": None, "y": "ccc"}, {"x": 4, "y": None}]),
    pa.array([{"when": MOMENT, "in": {"deep": [1, None]}}, {"when": None, "in": None}]),
    pa.array([[MOMENT, None], None, []], pa.list_(pa.timestamp("us"))), pa.array([[{"a": b"x"}]]),
    pa.array([(1, 2, 3), None, (-4, 5, 10**12)], pa.month_day_nano_interval()), pa.nulls(4),
    pa.array([[("a", 1), ("b", None)], None, [], [("c", 3)]], pa.map_(pa.string(), pa.int8())),
    pa.array([[("x", [("y", "z")])], []], pa.map_(pa.string(), pa.map_(pa.string(), pa.string()))),
]
UNIONS = [
    pa.UnionArray.from_dense(
        pa.array([0, 1, 0, 1, 0], "int8"), pa.array([0, 0, 1, 1, 2], "int32"), [pa.array([1, 2, None]), pa.array(["a", None])],
        ["number", "text"]),
    pa.UnionArray.from_dense(
        pa.array([7, 5, 7], "int8"), pa.array([0, 0, 1], "int32"), [pa.array([1, 2]), pa.array([[1], None])], ["n", "l"], [7, 5]),
    pa.UnionArray.from_sparse(
        pa.array([0, 1, 0, 1], "int8"), [pa.array([1, 2, None, 4]), pa.array(["a", "b", "c", None])], ["number", "text"]),
]


@pytest.mark.parametrize("theirs", COLUMNS, ids=lambda a: str(a.type))
def test_round_trips(theirs):
    for part in (theirs, theirs[1:], theirs[:-1], theirs[1:2], theirs[:0]):
        ours = LogicalArray.from_arrow(part)
        back = ours.to_arrow()
        back.validate(full=True)
        assert len(ours) == len(part) and ours.null_count == part.null_count
        assert ours.to_pylist() == part.to_pylist() == back.to_pylist()
        wide = {pa.binary_view(): pa.large_binary()}.get(part.type, part.type)
        assert back.type == wide or pa.types.is_nested(wide)


@pytest.mark.parametrize("theirs", UNIONS, ids=lambda a: str(a.type))
def test_unions(theirs):
    for part in (theirs, theirs[1:], theirs[:-1], theirs[1:2], theirs[:0]):
        ours = LogicalArray.from_arrow(part)
        back = ours.to_arrow()
        back.validate(full=True)
        assert back.type == part.type and len(ours) == len(part) and ours.ndim == 1
        assert ours.to_pylist() == part.to_pylist() == back.to_pylist()
    ours = LogicalArray.from_arrow(theirs)
    ours.take([2, 0, 2]).to_arrow().validate(full=True)
    assert ours.take([2, 0, 2]).to_pylist() == [theirs[k].as_py() for k in (2, 0, 2)]
    assert Table.from_arrays(["u"], [ours]).to_arrow().column("u").to_pylist() == theirs.to_pylist()
    assert ours.codes.to_numpy().tolist() == theirs.type_codes.to_pylist() and len(ours.fields) == 2
    assert (ours.places is None) == (theirs.type.mode == "sparse")
    with pytest.raises(TypeError, match="none of its elements can be missing"):
        ours.take([0], [False])


def test_what_is_no_union():
    one, text = as_array([1]), as_array(["a"])
    codes = np.zeros(1, "int8")
    cases = [
        (([codes, None], [("x", one), ("y", text)], [1]), ValueError, "1 codes for 2 members"),
        (([np.zeros(1, "int16"), None], [("x", one)]), TypeError, "codes are int8"),
        (([np.zeros(2, "int8"), None], [("x", one)]), ValueError, "members of a union without places have its length: 2"),
        (([codes, np.zeros(1)], [("x", one)]), TypeError, "places are int32"),
    ]
    for arguments, kind, words in cases:
        with pytest.raises(kind, match=words):
            UnionArray(*arguments)
    union = UnionArray([codes, None], [("x", one), ("y", text)], [0, 3])
    assert union.type == types.union_type([("x", types.int64), ("y", types.string)], [0, 3]) and len(union.stores()) == 7
    assert str(union.type) == "union<x: int64, y: string>"


def test_maps_of_stores():
    maps = MapArray([None, np.array([0, 2, 2])], ["a", "b"], [1, None])
    assert maps.to_pylist() == [[("a", 1), ("b", None)], []] and maps.type == types.map_type(types.string, types.int64)
    assert maps.to_arrow().to_pylist() == maps.to_pylist() and maps.items.null_count == 1 and len(maps.keys) == 2
    with pytest.raises(ValueError, match="the keys of a map are all there"):
        MapArray([None, np.array([0, 1])], [None], [1])
    with pytest.raises(ValueError, match="no -1 elements"):
        NullArray(-1)
    assert NullArray(3).type == types.null_type and NullArray(3).stores() == [] and types.interval().size == 16


@pytest.mark.parametrize("theirs", COLUMNS, ids=lambda a: str(a.type))
def test_taking_elements(theirs):
    if theirs.type == pa.binary_view():
        theirs = theirs.cast(pa.large_binary())
    ours = LogicalArray.from_arrow(theirs)
    indices = np.arange(7) * 3 % len(theirs)
    assert ours.take(indices).to_pylist() == theirs.take(pa.array(indices)).to_pylist()
    valid = np.arange(7) % 2 == 0
    wanted = [v if there else None for v, there in zip(theirs.take(pa.array(indices)).to_pylist(), valid)]
    assert ours.take(np.where(valid, indices, 99), valid).to_pylist() == wanted
    assert LogicalArray.from_arrow(theirs[:0]).take(np.zeros(2, int), np.zeros(2, bool)).to_pylist() == [None, None]


def address(array):
    return np.asarray(array).ctypes.data


def test_nothing_is_copied():
    moments = pa.array([0, 1, 2, 3], pa.timestamp("us"))[1:]
    ours = LogicalArray.from_arrow(moments)
    assert ours.type == types.timestamp("us") and ours.data.type == types.int64
    assert address(ours.data) == moments.buffers()[1].address + 8
    numbers = pa.array([decimal.Decimal(k) for k in range(4)], pa.decimal128(9, 0))
    ours = LogicalArray.from_arrow(numbers)
    assert isinstance(ours.data, RecordStore) and address(ours.data) == numbers.buffers()[1].address
    assert ours.to_arrow().buffers()[1].address == numbers.buffers()[1].address
    packed = pa.array([b"abc"] * 4, pa.binary(3))
    assert address(LogicalArray.from_arrow(packed).data) == packed.buffers()[1].address
    pieces = pa.array([b"abc", b"d"] * 4)
    ours = LogicalArray.from_arrow(pieces)
    assert isinstance(ours, BinaryArray) and address(ours.data) == pieces.buffers()[2].address
    structures = pa.array([{"x": 1, "y": 2.0}] * 4)
    ours = LogicalArray.from_arrow(structures)
    assert isinstance(ours, StructArray) and address(ours.field("y").data) == structures.field(1).buffers()[1].address


def test_arrays_are_made_by_hand():
    moments = Array(types.timestamp("s"), [None, runtime.create_store_from_buffer(np.array([0, 86_400]))])
    assert moments.to_pylist() == [datetime.datetime(1970, 1, 1), datetime.datetime(1970, 1, 2)]
    assert moments.to_arrow().type == pa.timestamp("s") and types.timestamp("s").size == 8
    structures = StructArray([np.array([True, False])], {"x": np.array([1, 2]), "when": moments})
    assert structures.to_pylist() == [{"x": 1, "when": datetime.datetime(1970, 1, 1)}, None]
    assert str(structures.type) == "struct<x: int64, when: timestamp[s]>" and list(structures.fields) == ["x", "when"]
    assert len(structures.stores()) == 5 and structures.type == types.StructType(structures.type.fields)
    data = BinaryArray([None, np.array([0, 1, 3]), np.frombuffer(b"abc", "u1")])
    assert data.to_pylist() == [b"a", b"bc"] and len(data.stores()) == 3 and data.type == types.binary
    days = as_array(np.array(["2024-02-29", "NaT"], "M8[s]"))
    assert days.to_pylist() == [datetime.datetime(2024, 2, 29), None]
    assert as_array([b"x", None]).to_pylist() == [b"x", None] and as_array([{"a": 1}]).to_pylist() == [{"a": 1}]
    assert types.decimal(5, 2).arrow == pa.decimal128(5, 2) and types.date32().storage == types.int32
    for made, theirs in [
        (types.duration("ms"), pa.duration("ms")), (types.date64(), pa.date64()), (types.time32("s"), pa.time32("s")),
        (types.time64("us"), pa.time64("us")), (types.timestamp("us", "UTC"), pa.timestamp("us", "UTC")),
    ]:
        assert made.arrow == theirs and made == types.ArrowType(theirs) and hash(made) == hash(types.ArrowType(theirs))


@pytest.mark.parametrize("make, error, words", [
    (lambda: Array(types.timestamp("s"), [None, np.array([1.0])]), TypeError, "over a store of float64"),
    (lambda: StructArray([None], {}), ValueError, "at least one field"),
    (lambda: StructArray([None, None], {"x": [1]}), ValueError, "a mask"),
    (lambda: StructArray([None], {"x": [1], "y": [1, 2]}), ValueError, "different lengths"),
    (lambda: StructArray([np.array([True])], {"x": [1, 2]}), ValueError, "the mask has shape"),
    (lambda: StructArray([None], {"x": [1]}).field("y"), KeyError, "have no field 'y'; they have x"),
    (lambda: BinaryArray([None, [0, 1]]), ValueError, "an array of bytes has a mask"),
    (lambda: BinaryArray([None, np.array([0, 1]), np.array([1.0])]), TypeError, "data are uint8"),
    (lambda: as_array(np.zeros(2, "i4,f4")).to_arrow(), TypeError, "give the fields as a StructArray"),
    (lambda: runtime.create_store(types.timestamp("s"), (2,)), NotImplementedError, "those of arrays"),
])
def test_what_is_refused(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_tables_with_polars():
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame({
        "when": [MOMENT, None], "day": [MOMENT.date(), None], "bytes": [b"x", None], "pair": [{"a": 1}, {"a": None}],
        "exact": [decimal.Decimal("1.25"), None], "long": [datetime.timedelta(seconds=3), None],
    })
    table = Table.from_arrow(frame)
    assert table.to_pydict() == frame.to_dict(as_series=False)
    assert pl.DataFrame(table).equals(frame)


def test_times_are_numbers_to_programs():
    moments = LogicalArray.from_arrow(pa.array([MOMENT, MOMENT + datetime.timedelta(days=1)], pa.timestamp("us")))
    later = Array(moments.type, [None, cn.asarray(moments.data) + 1_000_000])
    assert later.to_pylist()[0] == MOMENT + datetime.timedelta(seconds=1)
    assert isinstance(LogicalArray.from_arrow(pa.array(["a"])), StringArray)
