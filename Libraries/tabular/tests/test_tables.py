"""Groups and joins against pyarrow's, on random tables with missing keys and values."""

import cunumeric
import numpy as np
import polars
import pyarrow as pa
import pytest
import tabular
from legate.core import Table

INTEGERS = "int8 int16 int32 int64 uint8 uint16 uint32 uint64".split()
FUNCTIONS = ["sum", "count", "min", "max", "mean"]


def with_nulls(values, random, share):
    return pa.array(values, mask=random.random(len(values)) < share) if share else pa.array(values)


def integers(dtype, count, random, spread=40):
    limits = np.iinfo(dtype)
    return random.integers(max(limits.min, -spread), min(limits.max, spread), count).astype(dtype)


def rows(table, order=None):
    """The rows as tuples; in order of themselves where the order is not the same."""
    table = table if isinstance(table, pa.Table) else table.to_arrow()
    found = list(zip(*(c.to_pylist() for c in table.columns))) if table.num_columns else []
    return found if order is None else sorted(found, key=lambda row: [(v is None, v or 0) for v in row])


def close(mine, theirs):
    assert mine.to_arrow().column_names == theirs.column_names
    for name in theirs.column_names:
        ours, wanted = mine[name].to_pylist(), theirs[name].to_pylist()
        assert [v is None for v in ours] == [v is None for v in wanted], name
        a, b = ([v for v in values if v is not None] for values in (ours, wanted))
        assert np.allclose(np.array(a, float), np.array(b, float), rtol=1e-9, atol=1e-9, equal_nan=True), name


def grouped(table, keys, aggregates):
    result = table.group_by(keys, use_threads=False).aggregate(aggregates)
    return result.sort_by([(k, "ascending") for k in ([keys] if isinstance(keys, str) else keys)])


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("count", [0, 1, 50, 40_000])
@pytest.mark.parametrize("share", [0, 0.2])
def test_groups(dtype, count, share):
    random = np.random.default_rng(count + 7)
    table = pa.table({
        "k": with_nulls(integers(dtype, count, random), random, share),
        "i": with_nulls(integers("int32", count, random), random, share),
        "u": with_nulls(integers("uint64", count, random), random, share),
        "f": with_nulls(random.normal(size=count), random, share),
    })
    aggregates = [(column, function) for column in "iuf" for function in FUNCTIONS]
    close(tabular.group_by(table, "k", aggregates), grouped(table, "k", aggregates))


@pytest.mark.parametrize("dtype", INTEGERS + ["float32", "float64", "bool"])
def test_values_of_every_type(dtype):
    random = np.random.default_rng(5)
    values = random.random(3000) < 0.5 if dtype == "bool" else integers("int8", 3000, random).astype(dtype)
    table = pa.table({"k": integers("int64", 3000, random, 9), "v": with_nulls(values, random, 0.1)})
    aggregates = [("v", function) for function in FUNCTIONS]
    mine, theirs = tabular.group_by(table, "k", aggregates), grouped(table, "k", aggregates)
    close(mine, theirs)
    assert mine.to_arrow()["v_sum"].type == theirs["v_sum"].type
    assert mine.to_arrow()["v_min"].type == theirs["v_min"].type


def test_a_group_without_values_has_no_result():
    table = pa.table({"k": [1, 2, 1, 2], "v": pa.array([None, 5, None, None], "int64")})
    result = tabular.group_by(table, "k", [("v", f) for f in FUNCTIONS]).to_pydict()
    assert result == {"k": [1, 2], "v_sum": [None, 5], "v_count": [0, 1], "v_min": [None, 5], "v_max": [None, 5],
                      "v_mean": [None, 5.0]}


def test_what_is_not_a_number():
    nan = float("nan")
    table = {"k": np.array([1, 1, 2, 3]), "v": np.array([nan, 4.0, nan, np.inf])}
    result = tabular.group_by(table, "k", [("v", "min"), ("v", "max"), ("v", "sum"), ("v", "count")])
    assert np.array_equal(result["v_min"].data, [4, nan, np.inf], equal_nan=True)
    assert np.array_equal(result["v_max"].data, [4, nan, np.inf], equal_nan=True)
    assert np.array_equal(result["v_sum"].data, [nan, nan, np.inf], equal_nan=True)
    assert result["v_count"].to_pylist() == [2, 1, 1]


def test_missing_keys():
    table = pa.table({"k": [2, None, 2, None, 1], "v": [1, 2, 3, 4, 5]})
    assert tabular.group_by(table, "k", [("v", "sum")]).to_pydict() == {"k": [1, 2, None], "v_sum": [5, 4, 6]}
    assert tabular.group_by(table, "k", [("v", "sum")], dropna=True).to_pydict() == {"k": [1, 2], "v_sum": [5, 4]}
    nothing = pa.table({"k": pa.array([None, None], "int8"), "v": [1, 2]})
    assert tabular.group_by(nothing, "k", [("v", "max")]).to_pydict() == {"k": [None], "v_max": [2]}
    assert tabular.group_by(nothing, "k", [("v", "max")], dropna=True).to_pydict() == {"k": [], "v_max": []}


@pytest.mark.parametrize("share", [0, 0.3])
def test_several_keys(share):
    random = np.random.default_rng(8)
    table = pa.table({
        "a": with_nulls(integers("int8", 5000, random, 6), random, share),
        "b": with_nulls(integers("uint32", 5000, random, 5), random, share),
        "c": with_nulls(random.integers(-2 ** 62, 2 ** 62, 4)[random.integers(0, 4, 5000)], random, share),
        "v": random.normal(size=5000),
    })
    aggregates = [("v", "sum"), ("v", "count")]
    close(tabular.group_by(table, ["a", "b", "c"], aggregates), grouped(table, ["a", "b", "c"], aggregates))


def test_huge_and_distinct_keys():
    random = np.random.default_rng(4)
    keys = np.concatenate([random.integers(-2 ** 63, 2 ** 63, 60_000), [2 ** 63 - 1, -2 ** 63]])
    table = pa.table({"k": keys, "v": np.arange(len(keys))})
    aggregates = [("v", "sum"), ("v", "max")]
    close(tabular.group_by(table, "k", aggregates), grouped(table, "k", aggregates))
    same = pa.table({"k": np.full(50_000, 7), "v": np.arange(50_000)})
    close(tabular.group_by(same, "k", aggregates), grouped(same, "k", aggregates))


def test_rows_are_counted():
    table = {"k": [3, 1, 3], "s": pa.array(["x", None, None])}
    result = tabular.group_by(table, "k", [("s", "count"), ("", "count_all")])
    assert result.to_pydict() == {"k": [1, 3], "s_count": [0, 1], "count_all": [1, 2]}


def test_tables_of_every_library():
    wanted = {"k": [1, 2], "v_sum": [4, 2]}
    data = {"k": [1, 2, 1], "v": [1, 2, 3]}
    ours = Table.from_arrays(["k", "v"], [cunumeric.asarray(data["k"]), cunumeric.asarray(data["v"])])
    for table in (pa.table(data), polars.DataFrame(data), data, ours):
        assert tabular.group_by(table, "k", [("v", "sum")]).to_pydict() == wanted


@pytest.mark.parametrize("arguments, error, sentence", [
    (("s", [("v", "sum")]), TypeError, "column 's' holds string"), (("v", []), TypeError, "holds float64"),
    (("k", [("s", "max")]), TypeError, "its elements are string"), (("k", [("v", "median")]), ValueError, "no aggregate 'median'"),
    (("k", ["v"]), ValueError, "a pair of a column and a function"), (("x", []), KeyError, "no column 'x'"),
    (("k", [("x", "sum")]), KeyError, "no column 'x'"), (([], []), ValueError, "at least one key"),
    (("k", [("v", "sum"), ("v", "sum")]), ValueError, "two columns"),
])
def test_groups_refuse(arguments, error, sentence):
    table = pa.table({"k": [1], "v": [1.5], "s": ["x"]})
    with pytest.raises(error, match=sentence):
        tabular.group_by(table, *arguments)
    with pytest.raises(TypeError, match="not int"):
        tabular.group_by(3, "k", [])


# Joins


def joined(left, right, **options):
    return left.join(right, join_type="inner", use_threads=False, **options)


@pytest.mark.parametrize("types", [(t, t) for t in INTEGERS] + [("int8", "int64"), ("uint8", "int16"), ("int32", "uint16")])
@pytest.mark.parametrize("counts", [(0, 5), (5, 0), (1, 1), (300, 200), (30_000, 60)])
@pytest.mark.parametrize("share", [0, 0.2])
def test_joins(types, counts, share):
    random = np.random.default_rng(sum(counts))
    kind = np.result_type(*types)
    left = pa.table({
        "k": with_nulls(integers(types[0], counts[0], random), random, share),
        "a": with_nulls(np.arange(counts[0]), random, share), "s": pa.array([f"l{k}" for k in range(counts[0])], pa.string())})
    right = pa.table({
        "k": with_nulls(integers(types[1], counts[1], random), random, share),
        "b": with_nulls(np.arange(counts[1]) * 0.5, random, share), "t": pa.array([[k] for k in range(counts[1])], pa.list_(pa.int64()))})
    mine = tabular.join(left, right, on="k").to_arrow()
    keys = {name: table.set_column(0, "k", table["k"].cast(pa.from_numpy_dtype(kind))) for name, table in (("l", left), ("r", right))}
    theirs = joined(keys["l"], keys["r"].drop_columns("t"), keys="k").select(["k", "a", "s", "b"])
    assert rows(mine.select(["k", "a", "s", "b"]), "any") == rows(theirs, "any")
    # Rows are in the order of the left table, and of the right one among equals.
    left_rows = [int(s[1:]) for s in mine["s"].to_pylist()]
    right_rows = [t[0] for t in mine["t"].to_pylist()]
    assert list(zip(left_rows, right_rows)) == sorted(zip(left_rows, right_rows))
    assert mine["k"].type == left["k"].type


@pytest.mark.parametrize("join_type", [
    "inner", "left outer", "right outer", "full outer", "left semi", "right semi", "left anti", "right anti"])
@pytest.mark.parametrize("counts", [(0, 5), (5, 0), (0, 0), (300, 200), (20_000, 60), (60, 20_000)])
@pytest.mark.parametrize("share", [0, 0.2])
def test_every_join(join_type, counts, share):
    random = np.random.default_rng(sum(counts))
    left = pa.table({
        "k": with_nulls(integers("int32", counts[0], random), random, share),
        "a": with_nulls(np.arange(counts[0]), random, share), "s": pa.array([f"l{k}" for k in range(counts[0])], pa.string())})
    right = pa.table({
        "k": with_nulls(integers("int32", counts[1], random), random, share),
        "b": with_nulls(np.arange(counts[1]) * 0.5, random, share)})
    mine = tabular.join(left, right, on="k", join_type=join_type).to_arrow()
    mine.validate(full=True)
    theirs = left.join(right, "k", join_type=join_type, use_threads=False)
    assert sorted(mine.column_names) == sorted(theirs.column_names)
    assert rows(mine, "any") == rows(theirs.select(mine.column_names), "any")


def test_order_of_outer_joins():
    left = {"k": [3, 1, 9, 1], "a": [0, 1, 2, 3]}
    right = {"k": [1, 7, 1], "b": [0, 1, 2]}
    assert tabular.join(left, right, on="k", join_type="full outer").to_pydict() == {
        "k": [3, 1, 1, 9, 1, 1, 7], "a": [0, 1, 1, 2, 3, 3, None], "b": [None, 0, 2, None, 0, 2, 1]}
    other = {"u": [1, 7, 1], "b": [0, 1, 2]}
    assert tabular.join(left, other, left_on="k", right_on="u", join_type="right outer").to_pydict() == {
        "k": [1, 1, 1, 1, None], "a": [1, 1, 3, 3, None], "u": [1, 1, 1, 1, 7], "b": [0, 2, 0, 2, 1]}
    assert tabular.join(left, other, left_on="k", right_on="u", join_type="right anti").to_pydict() == {"u": [7], "b": [1]}


def test_times_are_keys():
    days = pa.array([3, 1, 3], pa.date32())
    result = tabular.group_by({"k": days, "v": [1, 2, 3]}, "k", [("v", "sum")])
    assert result.to_arrow()["k"].to_pylist() == [days[1].as_py(), days[0].as_py()] and result["v_sum"].to_pylist() == [2, 4]
    joined = tabular.join({"k": days, "a": [0, 1, 2]}, {"k": days[1:2], "b": [7]}, on="k", join_type="left outer")
    assert joined["b"].to_pylist() == [None, 7, None] and joined.to_arrow()["k"].type == pa.date32()
    with pytest.raises(TypeError, match="its elements are date32"):
        tabular.group_by({"k": [1, 2, 3], "d": days}, "k", [("d", "sum")])


def test_all_keys_equal():
    left, right = pa.table({"k": [5] * 300, "a": range(300)}), pa.table({"k": [5] * 200, "b": range(200)})
    mine = tabular.join(left, right, on="k")
    assert mine.num_rows == 60_000
    assert np.array_equal(mine["a"].data, np.repeat(np.arange(300), 200))
    assert np.array_equal(mine["b"].data, np.tile(np.arange(200), 300))


def test_keys_with_other_names_and_several():
    random = np.random.default_rng(3)
    left = pa.table({"a": integers("int8", 900, random, 9), "b": integers("int64", 900, random, 9), "v": range(900)})
    right = pa.table({"a": integers("int32", 50, random, 9), "c": integers("int16", 50, random, 9), "v": range(50)})
    mine = tabular.join(left, right, left_on=["a", "b"], right_on=["a", "c"])
    assert mine.names == ["a", "b", "v", "c", "v_right"]
    theirs = polars.from_arrow(left).with_columns(polars.col("a").cast(polars.Int32)).join(
        polars.from_arrow(right).with_columns(polars.col("c").cast(polars.Int64)), left_on=["a", "b"], right_on=["a", "c"])
    assert sorted(zip(mine["v"].to_pylist(), mine["v_right"].to_pylist())) == sorted(
        zip(theirs["v"].to_list(), theirs["v_right"].to_list()))
    assert mine.num_rows > 20


def test_huge_keys():
    keys = np.array([2 ** 63 - 1, -2 ** 63, 0, -1])
    mine = tabular.join({"k": keys, "a": np.arange(4)}, {"k": keys[::-1].copy(), "b": np.arange(4)}, on="k")
    assert mine.to_pydict() == {"k": keys.tolist(), "a": [0, 1, 2, 3], "b": [3, 2, 1, 0]}
    big = np.array([2 ** 64 - 1, 2 ** 63], "uint64")
    assert tabular.join({"k": big}, {"k": big[1:]}, on="k").to_pydict() == {"k": [2 ** 63]}


@pytest.mark.parametrize("options, error, sentence", [
    ({}, ValueError, "needs keys"), ({"on": "k", "left_on": "k"}, ValueError, "give on, or"),
    ({"left_on": "k", "right_on": ["k", "u"]}, ValueError, "1 keys on the left, 2"),
    ({"on": "s"}, TypeError, "holds string"), ({"left_on": "k", "right_on": "u"}, TypeError, "no integer type in common"),
    ({"on": "x"}, KeyError, "no column 'x'"), ({"on": "k", "suffix": ""}, ValueError, "two columns"),
    ({"on": "k", "join_type": "outer"}, ValueError, "no join 'outer'; there are inner, left outer"),
])
def test_joins_refuse(options, error, sentence):
    table = pa.table({"k": [1], "u": pa.array([1], "uint64"), "s": ["x"]})
    with pytest.raises(error, match=sentence):
        tabular.join(table, table, **options)
