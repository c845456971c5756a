"""Arrow's arrays over the memory of ours and ours over theirs: every type, masks, slices, strings, lists, and lifetimes."""

import gc
import os
import subprocess
import sys
import weakref

import numpy as np
import polars
import pyarrow as pa
import pytest

import _legate
import cunumeric as cn
import legate.core as lc
from legate.core import Array, ListArray, LogicalArray, StringArray, Table, get_legate_runtime

runtime = get_legate_runtime()
NUMBERS = "int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64".split()


def store(values, dtype=None):
    return runtime.create_store_from_buffer(values, dtype)


def column(dtype, count=1000):
    return (np.arange(count) % 97).astype(dtype)


def address(thing):
    if isinstance(thing, lc.Store):
        return thing.to_numpy().ctypes.data
    return thing.address


# From ours to Arrow's


@pytest.mark.parametrize("dtype", NUMBERS)
def test_numbers_go_to_arrow_without_a_copy(dtype):
    ours = Array(dtype, [None, store(column(dtype))])
    theirs = ours.to_arrow()
    theirs.validate(full=True)
    assert theirs.type == pa.from_numpy_dtype(np.dtype(dtype))
    assert address(theirs.buffers()[1]) == address(ours.data)
    assert np.array_equal(theirs.to_numpy(), column(dtype))


@pytest.mark.parametrize("view", [lambda s: s[3:90], lambda s: s[::2], lambda s: s[::-1], lambda s: s[:0], lambda s: s[5:6]])
def test_views_go_to_arrow(view):
    values = column("int32")
    ours = Array("int32", [view(store(values % 3 > 0)), view(store(values))])
    theirs = ours.to_arrow()
    theirs.validate(full=True)
    assert theirs.to_pylist() == [v if v % 3 else None for v in view(values).tolist()] == ours.to_pylist()


def test_a_view_of_neighbours_is_not_copied():
    whole = store(column("float64"))
    theirs = Array("float64", [None, whole[100:200]]).to_arrow()
    assert address(theirs.buffers()[1]) == address(whole) + 800


def test_truth_values_and_masks_become_bits():
    values = column("int8", 1003) % 2 == 0
    mask = column("int8", 1003) % 5 > 0
    theirs = Array("bool", [store(mask), store(values)]).to_arrow()
    theirs.validate(full=True)
    assert theirs.null_count == int((~mask).sum())
    assert theirs.to_pylist() == [v if m else None for v, m in zip(values.tolist(), mask.tolist())]


def test_complex_numbers_have_no_type_there():
    with pytest.raises(TypeError, match="Arrow has no complex128"):
        Array("complex128", [None, store([1j])]).to_arrow()
    with pytest.raises(ValueError, match="one axis, not 2"):
        Array("int64", [None, store([[1, 2]])]).to_arrow()


@pytest.mark.parametrize("offsets, kind", [("int32", pa.string()), ("int64", pa.large_string())])
def test_strings_go_to_arrow(offsets, kind):
    ours = StringArray([store([True, False, True]), store([1, 3, 3, 7], offsets), store(np.frombuffer(b"xabdef\xc3", "u1"))])
    ours = StringArray([ours.null_mask, ours.offsets, store(np.frombuffer("xabd\u00fce".encode(), "u1"))])
    theirs = ours.to_arrow()
    theirs.validate(full=True)
    assert theirs.type == kind
    assert theirs.to_pylist() == ["ab", None, "d\u00fce"] == ours.to_pylist()
    assert address(theirs.buffers()[1]) == address(ours.offsets)
    assert address(theirs.buffers()[2]) == address(ours.characters)


def test_lists_go_to_arrow():
    inner = ListArray([None, store([0, 2, 2, 3], "int32")], store([1, 2, 3]))
    ours = ListArray([store([True, True, False]), store([0, 2, 3, 3])], inner)
    theirs = ours.to_arrow()
    theirs.validate(full=True)
    assert theirs.type == pa.large_list(pa.list_(pa.int64()))
    assert theirs.to_pylist() == [[[1, 2], []], [[3]], None] == ours.to_pylist()
    assert address(theirs.buffers()[-1]) == address(inner.values.data)
    assert str(ours.type) == "list<list<int64>>"


# From Arrow's to ours


@pytest.mark.parametrize("dtype", NUMBERS)
@pytest.mark.parametrize("part", [slice(None), slice(7, 500), slice(999, 1000)])
def test_numbers_come_from_arrow_without_a_copy(dtype, part):
    theirs = pa.array(column(dtype))[part]
    ours = LogicalArray.from_arrow(theirs)
    assert ours.type == dtype and not ours.nullable
    assert address(ours.data) == address(theirs.buffers()[1]) + theirs.offset * np.dtype(dtype).itemsize
    assert np.array_equal(ours.data.to_numpy(), column(dtype)[part])


@pytest.mark.parametrize("theirs", [
    pa.array([1, None, 3]), pa.array([None, None], "int8"), pa.array([True, None, False] * 7), pa.array([], "float64"),
    pa.array([], pa.string()), pa.array([], pa.list_(pa.int8())), pa.array(["a", None, "", "\u00fcber"]),
    pa.array(["a", "b"], pa.large_string()), pa.array([[1, 2], None, [], [3]]), pa.array([[["a"], []], [None], None]),
    pa.array([[1.5, 2.5], [3.5, 4.5]], pa.list_(pa.float64(), 2)), pa.array(["x", "y", "x"]).dictionary_encode(),
    pa.array([None, None], pa.string()), pa.array([[None, True]], pa.large_list(pa.bool_())),
    pa.array(["a view of a long string", None], pa.string_view()),
], ids=lambda a: str(a.type))
def test_round_trips(theirs):
    for part in (theirs, theirs[1:], theirs[:-1], theirs[1:2], theirs[:0]):
        ours = LogicalArray.from_arrow(part)
        back = ours.to_arrow()
        back.validate(full=True)
        assert len(ours) == len(part)
        assert ours.null_count == part.null_count
        assert ours.to_pylist() == part.to_pylist() == back.to_pylist()


def test_strings_and_lists_come_without_a_copy():
    text = pa.array(["abc", "de", "f"] * 100)[3:]
    ours = LogicalArray.from_arrow(text)
    assert address(ours.offsets) == address(text.buffers()[1]) + 12
    assert address(ours.characters) == address(text.buffers()[2])
    lists = pa.array([[1, 2], [3]] * 100)
    ours = LogicalArray.from_arrow(lists)
    assert address(ours.offsets) == address(lists.buffers()[1])
    assert address(ours.values.data) == address(lists.values.buffers()[1])


@pytest.mark.parametrize("theirs", [
    pa.RunEndEncodedArray.from_arrays([2], [1]), pa.array([[1]], pa.list_view(pa.int8())),
    pa.StructArray.from_arrays([pa.array([1]), pa.array([2])], ["a", "a"]),
], ids=lambda a: str(a.type))
def test_types_that_are_not_there(theirs):
    with pytest.raises(NotImplementedError, match="arrays of Arrow's"):
        LogicalArray.from_arrow(theirs)


def test_chunks():
    chunks = pa.chunked_array([[1, None], [3]])
    assert LogicalArray.from_arrow(chunks).to_pylist() == [1, None, 3]
    assert LogicalArray.from_arrow(pa.chunked_array([], pa.int8())).to_pylist() == []
    one = pa.chunked_array([pa.array([1, 2, 3])])
    assert address(LogicalArray.from_arrow(one).data) == address(one.chunk(0).buffers()[1])


# What Arrow lends is never written


def test_borrowed_memory_is_not_written():
    theirs = pa.array(np.arange(100_000.0))
    data = LogicalArray.from_arrow(theirs).data
    array = cn.asarray(data)
    for write in (lambda: array.__setitem__(0, 1), lambda: array.__iadd__(1), lambda: array.sort(), lambda: data.fill(1)):
        with pytest.raises(ValueError, match="read-only"):
            write()

    @lc.task
    def doubled(y: lc.OutputStore):
        y *= 2

    with pytest.raises(ValueError, match="cannot write a read-only store"):
        doubled(data)
    assert np.array_equal(theirs.to_numpy(), np.arange(100_000.0))


@pytest.mark.parametrize("count", [1000, 100_000])
def test_results_do_not_take_the_place_of_borrowed_memory(count):
    """The array dies in the window, where a result would take over memory of the runtime's own."""
    theirs = pa.array(np.arange(float(count)))
    array = cn.asarray(LogicalArray.from_arrow(theirs).data)
    result = array * 2
    del array
    gc.collect()
    result = (result + 1) * 3
    values = np.asarray(result)
    assert values.ctypes.data != address(theirs.buffers()[1])
    assert np.array_equal(values, (np.arange(float(count)) * 2 + 1) * 3)
    assert np.array_equal(theirs.to_numpy(), np.arange(float(count)))


def test_a_store_over_memory_that_others_write():
    theirs = np.zeros(50_000)
    ours = runtime.create_store_from_buffer(theirs, read_only=False)
    theirs[7] = 3
    assert float(cn.asarray(ours).sum()) == 3
    ours.fill(2)
    assert theirs[:2].tolist() == [2, 2]
    array = cn.asarray(ours)
    array += 1
    assert theirs.sum() == 150_000
    frozen = np.ones(5)
    frozen.flags.writeable = False
    for values, sentence in ((np.ones((4, 4))[:, 1], "row by row"), (frozen, "only be read"), ([1.0, 2.0], "would be a copy")):
        with pytest.raises(ValueError, match=sentence):
            runtime.create_store_from_buffer(values, read_only=False)


# Lifetimes


def test_ours_lives_as_long_as_arrows():
    theirs = Array("float64", [None, store(np.arange(5000.0))]).to_arrow()
    gc.collect()
    [np.ones(5000) for _ in range(10)]
    filler = [cn.ones(5000) * k for k in range(10)]
    cn.asarray(filler[0])[0]
    assert theirs.to_numpy()[-1] == 4999


def test_arrows_lives_as_long_as_ours():
    values = np.arange(5000.0)
    kept = weakref.ref(values)
    ours = LogicalArray.from_arrow(pa.Array.from_buffers(pa.float64(), 5000, [None, pa.py_buffer(values)]))
    del values
    gc.collect()
    assert kept() is not None
    view = cn.asarray(ours.data)[10:20]
    del ours
    gc.collect()
    assert kept() is not None and view.tolist() == list(range(10, 20))
    pending = view * 2
    del view
    gc.collect()
    assert pending.tolist() == list(range(20, 40, 2))
    del pending
    gc.collect()
    assert kept() is None


@pytest.mark.slow
def test_nobody_reads_freed_memory():
    """The other tests of this file, where the C library and Arrow overwrite what they free."""
    settings = {"MALLOC_PERTURB_": "165", "PYTHONMALLOC": "malloc", "ARROW_DEFAULT_MEMORY_POOL": "system"}
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not slow", "-k", "not leaks", __file__],
        env={**os.environ, **settings}, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout[-3000:]


def test_nothing_leaks():
    theirs = pa.table({"x": np.arange(200_000.0), "s": ["text"] * 200_000})

    def work(times):
        for _ in range(times):
            table = Table.from_arrow(theirs)
            back = table.to_arrow()
            assert back.num_rows == 200_000
            polars.from_arrow(back)["x"].sum()

    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1])

    work(30)
    gc.collect()
    before, arrows = resident(), pa.total_allocated_bytes()
    work(60)
    gc.collect()
    assert resident() - before < 2500  # pages; one table has 1,000
    assert pa.total_allocated_bytes() <= arrows + 4096


# Tables, and others than pyarrow


def test_tables():
    theirs = pa.table({"i": [1, None, 3], "s": ["a", "b", None], "l": [[1], [], [2, 3]], "b": [True, False, True]})
    ours = Table.from_arrow(theirs)
    assert ours.names == theirs.column_names and ours.num_rows == 3
    assert ours.to_pydict() == theirs.to_pydict()
    assert ours.to_arrow().to_pydict() == theirs.to_pydict()
    assert pa.table(ours).to_pydict() == theirs.to_pydict()
    assert address(ours["l"].values.data) == address(theirs["l"].chunk(0).values.buffers()[1])
    assert Table.from_arrow(theirs.slice(1)).to_pydict() == theirs.slice(1).to_pydict()
    assert pa.schema(ours).names == theirs.column_names


def test_polars():
    frame = polars.DataFrame({"x": [1, 2, None], "s": ["a", None, "c"], "l": [[1.5], [], None]})
    ours = Table.from_arrow(frame)
    assert ours.to_pydict() == frame.to_dict(as_series=False)
    assert polars.DataFrame(ours).to_dict(as_series=False) == frame.to_dict(as_series=False)
    series = polars.Series([1.0, 2.0])
    assert LogicalArray.from_arrow(series).to_pylist() == [1.0, 2.0]
    assert polars.Series(Array("int64", [None, store([1, 2])])).to_list() == [1, 2]


def test_columns_of_every_library():
    table = Table.from_arrays(["a", "b", "c"], [pa.array(["x", None]), cn.arange(2), polars.Series([1.5, None])])
    assert table.to_pydict() == {"a": ["x", None], "b": [0, 1], "c": [1.5, None]}
    lists = {"n": [1, None], "s": ["a", "b"], "l": [[1], []], "i": [1, 2]}
    assert Table.from_arrays(list(lists), list(lists.values())).to_pydict() == lists


def test_taking_elements():
    rows = [2, 0, 0, 1]
    for theirs in (
        pa.array([1, None, 3]), pa.array(["ab", None, "\u00fc"]), pa.array([[1, 2], None, []]), pa.array([[["a"], []], [], [None]]),
    ):
        assert LogicalArray.from_arrow(theirs).take(rows).to_pylist() == theirs.take(rows).to_pylist()
        assert LogicalArray.from_arrow(theirs).take(np.zeros(0, int)).to_pylist() == []


@pytest.mark.parametrize("make, error, sentence", [
    (lambda: Array("int64", [None]), ValueError, "not 1 stores"),
    (lambda: Array("int8", [None, store([1])]), TypeError, "int8 over a store of int64"),
    (lambda: Array("int64", [store([1]), store([1])]), TypeError, "truth values, not int64"),
    (lambda: StringArray([None, store([0.0]), store([1], "uint8")]), ValueError, "offsets are int32 or int64"),
    (lambda: StringArray([None, store([0, 1]), store([1])]), TypeError, "uint8, not int64"),
    (lambda: StringArray([None, store([0])]), ValueError, "not 2 stores"),
    (lambda: ListArray([store([True]), store([0, 1, 1])], store([1])), ValueError, "mask has shape"),
])
def test_arrays_that_are_none(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()


# DLPack and buffers


@pytest.mark.parametrize("dtype", ["bool"] + NUMBERS + ["complex64", "complex128"])
def test_dlpack_and_buffers_over_the_same_memory(dtype):
    ours = store(column(dtype))
    if dtype == "bool":
        ours = store(column("int8") % 2 == 0)
    theirs = np.from_dlpack(ours)
    assert theirs.dtype == dtype and theirs.ctypes.data == address(ours)
    view = np.asarray(memoryview(cn.asarray(ours)))
    assert view.ctypes.data == address(ours) and np.array_equal(view, theirs)
    back = cn.from_dlpack(theirs)
    assert np.asarray(back).ctypes.data == theirs.ctypes.data and np.array_equal(np.asarray(back), theirs)
    assert ours.__dlpack_device__() == (1, 0)
    if sys.version_info >= (3, 12):
        assert np.asarray(memoryview(ours)).ctypes.data == address(ours)


def test_dlpack_of_views():
    ours = store(np.arange(24.0).reshape(4, 6))
    theirs = np.from_dlpack(ours[1:, ::2].transpose((1, 0)))
    assert np.array_equal(theirs, np.arange(24.0).reshape(4, 6)[1:, ::2].T)
    assert theirs.ctypes.data == address(ours) + 6 * 8


def test_dlpack_of_arrays():
    ours = cn.arange(1000.0)
    view, copied = cn.from_dlpack(ours), cn.from_dlpack(ours, copy=True)
    ours[0] = 5
    assert view[0] == 5 and copied[0] == 0
    theirs = np.from_dlpack(ours, copy=True)
    ours[0] = 6
    assert theirs[0] == 5
    ours.flags.writeable = False
    assert not np.from_dlpack(ours).flags.writeable
    with pytest.raises(ValueError):
        cn.from_dlpack(ours, device="gpu")


def test_a_store_is_not_shared_once_nobody_looks():
    """What NumPy has of an array by DLPack keeps launches from waiting, and lets them wait again when it is gone."""
    ours = cn.zeros(1_000_000)

    def windows():
        """Of two launches: one, or one for each where nothing may stay pending."""
        before = _legate.counts()["windows"]
        kept = cn.sqrt(ours + 1)  # a result that nobody holds is never computed
        return _legate.counts()["windows"] - before if kept is not None else None

    float(ours[0])
    assert windows() == 1
    theirs = np.from_dlpack(ours)
    assert windows() == 2
    ours += 1
    assert theirs[0] == 1
    del theirs
    assert windows() == 1


def test_dlpack_to_a_store():
    theirs = np.arange(5000.0)
    ours = runtime.create_store_from_dlpack(theirs)
    assert address(ours) == theirs.ctypes.data
    theirs[0] = 7
    assert float(cn.asarray(ours)[0]) == 7
    kept = weakref.ref(theirs)
    del theirs
    gc.collect()
    assert kept() is not None
    del ours
    gc.collect()
    assert kept() is None


RANKS = """if True:
    import numpy as np, pyarrow as pa, cunumeric as cn
    from legate.core import Table
    theirs = pa.table({"x": np.arange(100_000.0), "s": [str(k) for k in range(100_000)]})
    ours = Table.from_arrow(theirs)
    x = cn.asarray(ours["x"].data)
    y = cn.sqrt(x) + x[::-1]
    taken = ours["s"].take(np.arange(0, 100_000, 1000))
    print(float(y.sum()).hex(), taken.to_pylist()[:3], Table.from_arrays(["y"], [y]).to_arrow()["y"][5])
"""


def test_ranks_have_the_same_bits():
    def output(**settings):
        result = subprocess.run(
            [sys.executable, "-c", RANKS], env={**os.environ, **settings}, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        return result.stdout

    one = output()
    assert "0x" in one
    assert output(LEGATE_REPLAY_RANKS="3") == one
