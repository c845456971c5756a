"""Arrays and tables in folders: what was written is read, in whole and by the files themselves; errors; ranks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import cunumeric
import numpy as np
import pyarrow as pa
import pytest
import tabular

ROOT = Path(__file__).resolve().parents[3]
ALL = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()


def values(shape, dtype="float64"):
    return (np.arange(np.prod(shape, dtype=int)) % 251).reshape(shape).astype(dtype)


def tile(folder, name, dtype, shape):
    return np.fromfile(folder / name, dtype).reshape(shape)


@pytest.mark.parametrize("dtype", ALL)
def test_types(tmp_path, dtype):
    array = values((50, 7), dtype)
    tabular.write_tiles(tmp_path / "a", array, tiles=(20, 4))
    back = tabular.read_tiles(tmp_path / "a")
    assert back.dtype == dtype and np.array_equal(back, array)
    assert np.array_equal(tile(tmp_path / "a", "1.1", dtype, (20, 3)), array[20:40, 4:])
    assert sorted(os.listdir(tmp_path / "a")) == ["0.0", "0.1", "1.0", "1.1", "2.0", "2.1", "manifest.json"]


@pytest.mark.parametrize("shape, tiles", [
    ((), None), ((1,), (5,)), ((0,), None), ((0, 3), (2, 2)), ((7,), ([3, 0, 4],)), ((300, 211), (97, 50)),
    ((300, 211), ([100, 200], [1, 210])), ((40, 50, 60), (40, 7, 11)), ((40, 50, 60), None), ((2, 3, 4, 5), (1, 2, 3, 4)),
])
def test_shapes(tmp_path, shape, tiles):
    array = values(shape)
    tabular.write_tiles(tmp_path / "a", array, tiles)
    back = tabular.read_tiles(tmp_path / "a")
    assert back.shape == shape and np.array_equal(back, array)


@pytest.mark.parametrize("view", [lambda a: a.T, lambda a: a[::-2, 3:], lambda a: a[:, 5], lambda a: a[7:8], lambda a: a[:, ::-1]])
def test_views_of_any_strides(tmp_path, view):
    array = view(cunumeric.asarray(values((300, 211)))) * 2
    tabular.write_tiles(tmp_path / "a", array[:], tiles=tuple(33 for _ in array.shape))
    assert np.array_equal(tabular.read_tiles(tmp_path / "a"), view(values((300, 211))) * 2)
    tabular.write_tiles(tmp_path / "b", view(cunumeric.asarray(values((300, 211)))))
    assert np.array_equal(tabular.read_tiles(tmp_path / "b"), view(values((300, 211))))


def test_overwriting(tmp_path):
    folder = tmp_path / "a"
    tabular.write_tiles(folder, values((10,)), tiles=(3,))
    with pytest.raises(FileExistsError, match="overwrite=True"):
        tabular.write_tiles(folder, values((2,)))
    tabular.write_tiles(folder, tabular.read_tiles(folder) + 1, tiles=(5,), overwrite=True)
    assert sorted(os.listdir(folder)) == ["0", "1", "manifest.json"]
    assert np.array_equal(tabular.read_tiles(folder), values((10,)) + 1)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(FileExistsError, match="no folder of tiles"):
        tabular.write_tiles(tmp_path / "mine", values((2,)), overwrite=True)
    assert (tmp_path / "mine" / "thesis.txt").exists()


@pytest.mark.parametrize("tiles, sentence", [
    ((3,), "as many, not 1"), ((0, 3), "at least one index along axis 0, not 0"), (([2, 2], 3), "do not make up its 5 indices"),
    ((2, [-1, 7]), "do not make up"),
])
def test_tiles_that_are_none(tmp_path, tiles, sentence):
    with pytest.raises(ValueError, match=sentence):
        tabular.write_tiles(tmp_path / "a", values((5, 6)), tiles)
    assert not (tmp_path / "a").exists()


def test_folders_that_are_none(tmp_path):
    with pytest.raises(FileNotFoundError):
        tabular.read_tiles(tmp_path / "nowhere")
    folder = tmp_path / "a"
    tabular.write_tiles(folder, values((10,)), tiles=(4,))
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "1").write_bytes(b"short")
    with pytest.raises(ValueError, match="1 has 5 bytes; its tile has 32"):
        tabular.read_tiles(folder)
    (folder / "1").unlink()
    with pytest.raises(FileNotFoundError):
        tabular.read_tiles(folder)
    for change, error, sentence in (
        ({"format": "other"}, ValueError, "describes no tiles"), ({"version": 2}, ValueError, "version 2; version 1"),
        ({"byte_order": "big"}, NotImplementedError, "big end first"), ({"kind": "table"}, ValueError, "one table, no array"),
    ):
        (folder / "manifest.json").write_text(json.dumps({**manifest, **change}))
        with pytest.raises(error, match=sentence):
            tabular.read_tiles(folder)
    (folder / "manifest.json").write_text("[1")
    with pytest.raises(ValueError, match="describes no tiles"):
        tabular.read_tiles(folder)


def test_a_file_that_cannot_be_written(tmp_path, monkeypatch):
    """The task fails, and the error is at the line of the call."""
    launch = tabular._files.launch

    def after_a_loss(task, *operands, **options):
        if task == "stored":
            (tmp_path / "a" / "0").unlink()
        launch(task, *operands, **options)

    monkeypatch.setattr(tabular._files, "launch", after_a_loss)
    with pytest.raises(OSError, match="task 'tabular.stored'.*0 cannot be opened: No such file"):
        tabular.write_tiles(tmp_path / "a", values((10,)))
    with pytest.raises(FileNotFoundError):
        tabular.read_tiles(tmp_path / "a")


@pytest.mark.parametrize("rows", [None, 2, 1000])
def test_tables(tmp_path, rows):
    table = pa.table({
        "i": pa.array([1, None, 3, 4, None] * 3, "int16"), "f": np.arange(15) * 0.5, "b": [True, False, None] * 5,
        "s": ["a", None, "\u00fcber", "", "x"] * 3, "l": [[1, None], None, [], [2], [3, 4, 5]] * 3,
        "d": [[["p"], []], [], None] * 5,
    })
    for part in (table, table.slice(4, 7), table.slice(0, 0)):
        tabular.write_table(tmp_path / "t", part, rows_per_tile=rows, overwrite=True)
        assert tabular.read_table(tmp_path / "t").to_pydict() == part.to_pydict()
    with pytest.raises(ValueError, match="one table, no array"):
        tabular.read_tiles(tmp_path / "t")
    with pytest.raises(ValueError, match="at least one row"):
        tabular.write_table(tmp_path / "u", table, rows_per_tile=0)


PROGRAM = """if True:
    import sys, numpy as np, cunumeric, tabular
    from legate.core import Array, Table
    n = 60_000
    x = cunumeric.sqrt(cunumeric.arange(3.0 * n)).reshape(n, 3)
    folder = sys.argv[1]
    tabular.write_tiles(folder + "/x", x, tiles=(7000, 2), overwrite=True)
    y = tabular.read_tiles(folder + "/x")
    k = (cunumeric.arange(n) * 7919) % 1000 - 500
    mask = cunumeric.arange(n) % 7 > 0
    table = Table.from_arrays(["k", "v"], [Array("int64", [mask, k]), x[:, 1]])
    g = tabular.group_by(table, "k", [("v", f) for f in ("sum", "mean", "min", "max", "count")])
    j = tabular.join(table, {"k": cunumeric.arange(-50, 700, 5), "w": cunumeric.arange(150)}, on="k")
    tabular.write_table(folder + "/j", j, rows_per_tile=999, overwrite=True)
    back = tabular.read_table(folder + "/j")
    h = tabular.histogram(y, 33, weights=y)[0]
    b = tabular.bincount(k + 500, x[:, 2])
    print(float((y * x).sum()).hex(), float(h.sum()).hex(), float(b.sum()).hex(), float(h[3]).hex())
    print(*(float(cunumeric.asarray(c.data).sum()).hex() for c in g.columns), g.num_rows)
    print(*(float(cunumeric.asarray(c.data).sum()).hex() for c in back.columns), j.num_rows)
"""


def output(folder, **settings):
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)], env={**os.environ, **settings}, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-3000:]
    return result.stdout


def test_bits_do_not_depend_on_workers_or_ranks(tmp_path):
    one = output(tmp_path, LEGATE_CONFIG="--cpus 1")
    assert one.count("0x") > 10
    assert output(tmp_path, LEGATE_CONFIG="--cpus 2") == one
    assert output(tmp_path, LEGATE_REPLAY_RANKS="2") == one
    assert output(tmp_path, LEGATE_REPLAY_RANKS="4") == one


def on_ranks(folder, ranks, text):
    program = folder / "program.py"
    program.write_text(text)
    command = [str(ROOT / "bin/legate"), "--ranks-per-node", str(ranks), "--launcher", "mpirun", "--cpus", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "Libraries/tabular/python")}
    result = subprocess.run([*command, str(program), str(folder)], env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-3000:]
    return result.stdout


has_mpi = pytest.mark.skipif(not (ROOT / "build/python/libLegateMPI.so").exists(), reason="without MPI")


@has_mpi
@pytest.mark.parametrize("ranks", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_bits_on_ranks_of_mpi(tmp_path, ranks):
    assert on_ranks(tmp_path, ranks, PROGRAM) == output(tmp_path, LEGATE_CONFIG="--cpus 1")


PARTS = """if True:
    import sys, cunumeric, tabular, _legate
    x = cunumeric.sqrt(cunumeric.arange(1_000_000.0)).reshape(1000, 1000)
    float(x[0, 0])
    before = _legate.counts()["messageBytes"]
    tabular.write_tiles(sys.argv[1] + "/x", x, tiles=(300, 300))
    y = tabular.read_tiles(sys.argv[1] + "/x")
    moved = _legate.counts()["messageBytes"] - before
    print(moved, bool((x == y).all()))
"""


@has_mpi
def test_each_rank_writes_and_reads_its_own_part(tmp_path):
    """What ranks send each other is rows at the borders of their parts; the array has 8 MB."""
    moved, is_equal = on_ranks(tmp_path, 2, PARTS).split()
    assert int(moved) < 400_000
    assert is_equal == "True"
