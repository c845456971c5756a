"""What each rank holds of an array of N bytes on R ranks: N / R, at most 1.15 N / R, as the library counts its blocks. An
update in place needs no more while it runs.

Buffers of messages and of collective bodies are not among them: see `Documentation/Ranks.md`.
"""

import json

import pytest

# Cases of counted_programs.py, with 16 to 64 MiB of arrays.
CASES = {
    "stencil": {"n": 2046},
    "conjugate_gradients": {"n": 2048},
    "kmeans": {"n": 1 << 20},
    "product": {"m": 1024, "k": 1024, "n": 1024},
    "sort": {"n": 1 << 21},
}
# Cases whose temporaries stream: chunks of 128 KiB, and twice as many as wait for a neighbour's row.
STREAMING = {"stencil"}
CHUNKS = 8 << 17
slow = pytest.mark.slow
# Vectors and sums that all ranks have, and blocks of the allocator.
SMALL = 1 << 17


@pytest.mark.parametrize(
    "case, ranks",
    [("stencil", 2), ("sort", 2)]
    + [pytest.param(case, 2, marks=slow) for case in ("conjugate_gradients", "kmeans", "product")]
    + [pytest.param(case, 4, marks=slow) for case in CASES],
)
def test_a_rank_holds_its_part(on_ranks, case, ranks):
    folder = on_ranks(ranks, "rank_memory.py", case, json.dumps(CASES[case]))
    for rank in range(ranks):
        found = json.loads((folder / f"memory-{rank}.json").read_text())
        assert found["arrays"] >= 16 << 20, "the case holds too little to tell"
        part = found["arrays"] / ranks
        assert part / 1.15 <= found["used"] <= 1.15 * part + SMALL, f"rank {rank}: {found}"
        if case in STREAMING:
            assert found["peak"] <= part + part / 64 + CHUNKS + SMALL, f"rank {rank}: {found}"
