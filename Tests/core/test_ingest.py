"""Arrays from pieces that the program brings."""

import subprocess

import numpy as np
import pytest

import cunumeric as cn
from legate.core import CustomSplit, DataSplit, Rect, TiledSplit, ingest, types
from test_misuse import ROOT

WHOLE = np.arange(70, dtype="f4").reshape(7, 10)


def piece(color):
    rows, columns = color
    return np.ascontiguousarray(WHOLE[3 * rows:3 * rows + 3, 4 * columns:4 * columns + 4])


def test_tiles():
    table = ingest(types.float32, (7, 10), (3, 3), TiledSplit((3, 4)), piece)
    assert table.names == ["ingested"] and table["ingested"].type == types.float32
    assert np.array_equal(np.asarray(cn.asarray(table)), WHOLE)
    assert TiledSplit((3, 4)).bounds((2, 1), (7, 10)) == Rect((7, 8), (6, 4))


@pytest.mark.parametrize("local", [None, lambda: [(1,), (0,)]])
def test_boxes_of_any_size(local):
    boxes = [Rect((3, 10)), Rect((7, 10), (4, 2))]
    wanted = WHOLE.copy()
    wanted[3], wanted[4:, :2] = 0, 0

    def read(color):
        box = boxes[color[0]]
        return WHOLE[box.lo[0]:box.hi[0] + 1, box.lo[1]:box.hi[1] + 1].tobytes()

    table = ingest("float32", (7, 10), (2,), CustomSplit(lambda color: boxes[color[0]]), read, local)
    assert np.array_equal(np.asarray(cn.asarray(table)), wanted)


def test_what_is_no_piece():
    def fails(color):
        raise OSError(f"no piece {color}")

    split = TiledSplit((3, 4))
    cases = [
        (lambda: ingest("f4", (7, 10), (3, 3), (3, 4), piece), TypeError, "a split is a TiledSplit or a CustomSplit"),
        (lambda: ingest("f4", (7, 10), (3, 2), split, piece), ValueError, r"cut an array of shape \(7, 10\) into \(3, 3\)"),
        (lambda: ingest("f8", (7, 10), (3, 3), split, piece), ValueError, "elements of float64, its part has shape"),
        (lambda: ingest("f4", (7, 10), (3, 3), split, fails), OSError, "no piece"),
        (lambda: ingest("f4", (7,), (1,), CustomSplit(lambda color: Rect((8,))), piece), ValueError, "no part of an array"),
        (lambda: ingest("f4", (7,), (1,), CustomSplit(lambda color: (0, 7)), piece), TypeError, "is a Rect"),
        (lambda: ingest("f4", (7,), (1,), CustomSplit(lambda color: Rect((7,))), piece, lambda: [(1,)]), ValueError, "no piece"),
        (lambda: TiledSplit((0,)), ValueError, "at least 1"),
    ]
    assert isinstance(split, DataSplit)
    for call, kind, words in cases:
        with pytest.raises(kind, match=words):
            call()


@pytest.mark.skipif(not (ROOT / "build/python/libLegateMPI.so").exists(), reason="without MPI")
def test_each_rank_reads_its_own(tmp_path):
    program = tmp_path / "program.py"
    program.write_text("""if True:
        import cunumeric as cn, numpy as np, _legate
        from cunumeric import _ranks
        from legate.core import *
        rank, read = _legate.rank(), []
        def piece(color):
            read.append(color)
            return np.full(50_000, color[0] + 1.0)
        x = cn.asarray(ingest("f8", (400_000,), (8,), TiledSplit((50_000,)), piece))
        y = cn.asarray(ingest("f8", (400_000,), (8,), TiledSplit((50_000,)), piece, lambda: [(k,) for k in range(rank, 8, 2)]))
        print(_ranks.gather(len(read)), float(x.sum()), float(y.sum()))
    """)
    command = [ROOT / "bin/legate", "--nodes", "2", "--launcher", "mpirun", "--cpus", "1", program]
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    # Four pieces of the eight are the rank's own, and four it names.
    assert result.stdout == "[8, 8] 1800000.0 1800000.0\n", result.stderr
