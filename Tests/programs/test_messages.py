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


def counted(case, ranks, **numbers):
    """Messages and bytes of one round, in all and by pair of ranks."""
    environment = dict(os.environ, LEGATE_REPLAY_RANKS=str(ranks), LEGATE_MIN_CPU_CHUNK="2")
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
