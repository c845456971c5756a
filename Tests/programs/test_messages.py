"""How much ranks say to each other: counted, and compared with what they must.

Each program runs over loopback ranks inside one process, which also compares
every value with the run on one rank. A case warms up, counts a few rounds, and
its `least` says by hand what the block rows of this project cannot do without.
Counts are for one round; rows lie in blocks of axis 0, in rank order.
"""

import json
import math
import os
import subprocess
import sys

import pytest
from launcher import legate_command

PROGRAM = __file__.replace("test_messages.py", "counted_programs.py")


def counted(case, ranks, fewest=2, **numbers):
    """Messages and bytes of one round, in all and by pair of ranks. Arrays of fewer elements are on all ranks."""
    environment = dict(os.environ, LEGATE_REPLAY_RANKS=str(ranks), LEGATE_MIN_CPU_CHUNK=str(fewest))
    words = [*legate_command(), PROGRAM, case, json.dumps(numbers)]
    process = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=300)
    assert process.returncode == 0, process.stderr[-3000:]
    result = json.loads(process.stdout)
    pairs = {(a, b): (messages, size) for a, b, messages, size in result["pairs"]}
    return result["messages"], result["bytes"], pairs


def is_power_of_two(ranks):
    return ranks & (ranks - 1) == 0


def fold_messages(ranks):
    """A sum that all ranks need: pairs swap log₂ times; else up a tree and down again."""
    return ranks * int(math.log2(ranks)) if is_power_of_two(ranks) else 2 * (ranks - 1)


def gather_messages(ranks):
    """All need what all have: ⌈log₂⌉ rounds in which each sends once."""
    return ranks * math.ceil(math.log2(ranks))


@pytest.mark.parametrize("ranks", [2, 3, 4, 7, 8, 16])
def test_stencil(ranks):
    """Each inner border: one row up, one row down, in one message each; a row has n inner points."""
    n = 64 * ranks
    messages, size, pairs = counted("stencil", ranks, n=n)
    assert messages == 2 * (ranks - 1)
    assert size == 2 * (ranks - 1) * n * 8
    assert set(pairs) == {(a, b) for a in range(ranks) for b in range(ranks) if abs(a - b) == 1}


@pytest.mark.parametrize("ranks", [2, 4, 8])
def test_stencil_with_residual(ranks):
    """The rows of the halo, and the messages of one sum.

    Rows of a power of two of points are whole subtrees of the sum, so that a rank adds what it
    computes. Its rows are one less than a power of two, the border being no part of the sum, so
    that its share is some subtrees instead of one: at most one of each size.
    """
    n = 128 * ranks
    messages, size, _ = counted("residual", ranks, n=n)
    assert messages == 2 * (ranks - 1) + fold_messages(ranks)
    sums = size - 2 * (ranks - 1) * n * 8
    assert 8 * fold_messages(ranks) <= sums <= 8 * fold_messages(ranks) * math.log2(n)


@pytest.mark.parametrize("ranks", [2, 3, 4, 5, 8])
def test_two_fields_share_their_messages(ranks):
    """Halos of two fields that are there at the same time: still one message for each border and side."""
    n = 64 * ranks
    messages, size, _ = counted("two_fields", ranks, n=n)
    assert messages == 2 * (ranks - 1)
    assert size == 2 * (ranks - 1) * (n + n // 2) * 8


@pytest.mark.parametrize("ranks", [2, 4, 8])
def test_halo_is_read_once(ranks):
    """A second reader of the same rows finds them, as nobody wrote in between: the halo and one sum."""
    n = 128 * ranks
    messages, size, _ = counted("read_twice", ranks, n=n)
    assert messages == 2 * (ranks - 1) + fold_messages(ranks)
    sums = size - 2 * (ranks - 1) * n * 8
    assert 8 * fold_messages(ranks) <= sums <= 8 * fold_messages(ranks) * math.log2(n)


@pytest.mark.parametrize("ranks", [2, 4, 8, 16])
def test_sums(ranks):
    """Vectors of conjugate gradients: two dependent sums in a round, of one number each; updates need nothing."""
    messages, size, _ = counted("vectors", ranks, n=32768 * ranks)
    assert messages == 2 * fold_messages(ranks)
    assert size == 2 * fold_messages(ranks) * 8


@pytest.mark.parametrize("ranks", [2, 3, 4, 8])
def test_transpose(ranks):
    """Every rank needs a block of every other: n² elements less the diagonal blocks."""
    n = 48 * ranks
    messages, size, pairs = counted("transpose", ranks, n=n)
    assert messages == ranks * (ranks - 1)
    block = 8 * (n // ranks) ** 2
    assert size <= 1.1 * ranks * (ranks - 1) * block
    assert all(count == 1 for count, _ in pairs.values())


@pytest.mark.parametrize("ranks", [2, 4, 8, 16])
def test_transpose_of_a_rectangle(ranks):
    """Of each rank's rows the block that it owns on the other side stays; all else moves once."""
    n, m = 24 * ranks, 40 * ranks
    messages, size, _ = counted("transpose", ranks, n=n, m=m)
    assert messages == ranks * (ranks - 1)
    assert n * m * 8 * (ranks - 1) / ranks <= size <= 1.1 * n * m * 8 * (ranks - 1) / ranks


@pytest.mark.parametrize("ranks", [2, 4, 8])
def test_matrix_by_vector(ranks):
    """Rows of the matrix and of the result stay where they are; each rank needs the others' parts of the vector."""
    n = 256 * ranks if ranks > 4 else 1024
    messages, size, _ = counted("matrix_vector", ranks, n=n)
    assert messages == ranks * (ranks - 1)
    assert (ranks - 1) * n * 8 <= size <= 1.1 * (ranks - 1) * n * 8


@pytest.mark.parametrize("ranks, n", [(2, 384), (3, 1000), (4, 768), (4, 1000), (7, 1001), (8, 1536), (16, 1040)])
def test_dense_conjugate_gradients(ranks, n):
    """A whole step. The matrix lies in rows; vectors of so few elements every rank has. Each rank multiplies its own rows,
    and hands its part of the product to all: nothing else is said, sums and updates every rank does for itself."""
    messages, size, _ = counted("conjugate_gradients", ranks, fewest=16_384, n=n)
    assert messages == gather_messages(ranks)
    assert size == (ranks - 1) * n * 8


@pytest.mark.parametrize("ranks", [2, 4, 8])
@pytest.mark.parametrize("m, k, n", [(128, 128, 128), (512, 64, 96)])
def test_product(ranks, m, k, n):
    """Results stay in rows: everybody needs the other factor, of which each has a part; at most 512 columns at a time.

    Where a rank's tiles are not whole rows of the result it needs less of that factor.
    """
    m, k = m * ranks, k if k < 128 else k * ranks
    n = n if n < 128 else n * ranks
    messages, size, _ = counted("product", ranks, m=m, k=k, n=n)
    panels = n // 512 if n >= 1024 else 1
    assert messages <= ranks * (ranks - 1) * panels
    least = (ranks - 1) * k * n * 8
    assert (least if m // 256 >= ranks or n < 512 else least / 2) <= size <= 1.1 * least


@pytest.mark.parametrize(
    "ranks, down, across, n", [(8, 4, 2, 1024), pytest.param(16, 4, 4, 2048, marks=pytest.mark.slow)]
)
def test_product_on_a_grid_of_ranks(ranks, down, across, n):
    """Many ranks, wide results: each makes a rectangle. Of the left factor and of the result it has a rank's rows, and the
    rest of its rectangle's rows moves; of the right factor it needs its rectangle's columns."""
    _, size, _ = counted("product", ranks, m=n, k=n, n=n, rounds=1, warm=1)
    strange = n // down - n // ranks
    least = ranks * 8 * (strange * n + n * (n // across) * (ranks - 1) // ranks + strange * (n // across))
    assert least <= size <= 1.1 * least
    assert size < 0.75 * (ranks - 1) * n * n * 8


@pytest.mark.parametrize("ranks", [2, 4])
@pytest.mark.parametrize("m, k, n", [(700, 300, 500), (1003, 77, 131), (64, 96, 1024)])
def test_uneven_product(ranks, m, k, n):
    """The same where tiles do not end where ranks do; a wide result may be cut by columns, for no more."""
    _, size, _ = counted("product", ranks, m=m, k=k, n=n)
    # Besides: rows of the left factor and of the result between the ends of tiles and those of ranks.
    tile = 8 * (k + n) * (m // 8 + 8)
    assert size <= 1.1 * (ranks - 1) * k * n * 8 + (ranks - 1) * tile


@pytest.mark.parametrize("ranks", [2, 3, 4, 8])
def test_sort(ranks):
    """Numbers in no order: of each rank's part all but a share of one rank moves, once; samples below a tenth of it.

    An exchange of all with all, and rounds of samples that are handed on.
    """
    n = (8192 if ranks <= 4 else 65_536) * ranks
    messages, size, _ = counted("sort", ranks, n=n)
    least = n * 8 * (ranks - 1) / ranks
    assert 0.95 * least <= size <= 1.1 * least
    assert messages <= ranks * (ranks - 1) + 10 * gather_messages(ranks)


@pytest.mark.parametrize("ranks", [2, 4, 7])
def test_nearest_of_few(ranks):
    """Lines inside of rows: every rank finds its own extremes and says nothing."""
    assert counted("labels", ranks, n=1024 * ranks)[:2] == (0, 0)


@pytest.mark.parametrize("ranks", [2, 4])
def test_kmeans(ranks):
    """A step: how many belong to each centre, a sum that all need; and sums of products, of which ranks tell each other
    the parts. Runs of products end next to where ranks do: a border's few rows of both factors move."""
    n, centers, width = 1 << 19, 8, 4
    messages, size, _ = counted("kmeans", ranks, fewest=1024, n=n, centers=centers)
    assert messages <= fold_messages(ranks) + gather_messages(ranks) + 2 * (ranks - 1)
    # Twelve runs of 43,696 rows.
    rows = sum(abs(round(12 * r / ranks) * 43_696 - n * r // ranks) for r in range(1, ranks))
    parts = (ranks - 1) * 12 * centers * width * 8
    counts = fold_messages(ranks) * centers * 8 * math.log2(n)
    assert parts <= size <= 1.1 * (parts + rows * (centers + width) * 8) + counts


@pytest.mark.parametrize("ranks", [2, 3, 4, 7, 8, 16])
def test_row_for_all(ranks):
    """One rank has the row, all need it: everybody but the owner gets it once."""
    n = 32 * ranks
    messages, size, _ = counted("row_for_all", ranks, n=n, m=40)
    assert messages == ranks - 1
    assert size == (ranks - 1) * 40 * 8


@pytest.mark.parametrize("ranks", [2, 3, 4, 7, 8, 16])
def test_vector_for_all(ranks):
    """A vector in blocks that all need whole: each gets the others' blocks once, in ⌈log₂⌉ messages."""
    n = 32 * ranks
    messages, size, _ = counted("vector_for_all", ranks, n=n)
    assert messages == gather_messages(ranks)
    assert size == (ranks - 1) * n * 8


@pytest.mark.parametrize("ranks", [2, 4, 8])
def test_read_only_vector_is_gathered_once(ranks):
    """What nobody writes stays where it is, over windows, too."""
    n, rounds = 32 * ranks, 3
    messages, size, _ = counted("read_only_vector", ranks, n=n, warm=0)
    assert round(messages * rounds) == gather_messages(ranks)
    assert round(size * rounds) == ranks * (ranks - 1) * (n // ranks) * 8
    assert counted("read_only_vector", ranks, n=n)[:2] == (0, 0)


@pytest.mark.parametrize("ranks", [2, 4, 8])
def test_column_sums(ranks):
    """Each rank owns a slice of the sums and needs it of all others."""
    n, m = 128 * ranks, 512
    messages, size, _ = counted("column_sums", ranks, n=n, m=m)
    assert messages == ranks * (ranks - 1)
    assert size == (ranks - 1) * m * 8


def test_memory_that_changes_hands_is_sent_behind_its_write():
    """A new store in a dead one's memory: its rows are sent when they are there, not with an earlier halo."""
    n = 160
    messages, size, _ = counted("taken_over", 2, n=n)
    assert messages == 4
    assert size == 4 * n * 8


if __name__ == "__main__":
    sys.exit(pytest.main([__file__]))
