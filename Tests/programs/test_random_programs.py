"""Random programs: NumPy's results, and equal bits on any number of CPUs.

A fixed part of what `random_programs.py` can do, most of it marked slow; its
output names the seeds, so a failure is run again with `--seed N --count 1`.
LEGATE_TEST_CPUS lists the numbers of CPUs, LEGATE_TEST_PROGRAMS how many
programs there are in all.
"""

import os
from pathlib import Path

import pytest
from launcher import run_legate

PROGRAM = Path(__file__).with_name("random_programs.py")
CPUS = [int(word) for word in os.environ.get("LEGATE_TEST_CPUS", "1,2,3").split(",")]
COUNT = int(os.environ.get("LEGATE_TEST_PROGRAMS", "1500"))
BATCHES = 6


def batches():
    return [0] + [pytest.param(batch, marks=pytest.mark.slow) for batch in range(1, BATCHES)]


@pytest.mark.parametrize("batch", batches())
def test_random_programs_equal_numpy(batch):
    cpus = CPUS[batch % len(CPUS)]
    count = COUNT // BATCHES
    finished = run_legate(
        PROGRAM, "--count", count, "--start", batch * count, "--isolate", "--most", 5,
        cpus=cpus, check=False, timeout=900,
    )
    print(finished.stdout, finished.stderr)
    assert finished.returncode == 0, finished.stdout[-6000:] + finished.stderr[-2000:]
    assert f"{count} random programs" in finished.stdout


WIDE_SETTINGS = {
    "plain": {},
    "window3": {"LEGATE_WINDOW_SIZE": 3},
    "recorded": {"LEGATE_IMMEDIATE_SIZE": 0},
    "cut": {"LEGATE_IMMEDIATE_SIZE": 0, "LEGATE_WINDOW_SIZE": 7, "LEGATE_CUT_BYTES": 1},
    "early": {"LEGATE_IMMEDIATE_SIZE": 0, "LEGATE_AHEAD_POINTS": 20_000, "LEGATE_AHEAD_LAUNCHES": 6},
    "ranks7": {"ranks": 7},
    "cut on ranks": {"ranks": 4, "LEGATE_WINDOW_SIZE": 5, "LEGATE_CUT_BYTES": 1},
}


@pytest.mark.parametrize(
    "setting",
    [name if name == "plain" else pytest.param(name, marks=pytest.mark.slow) for name in WIDE_SETTINGS],
)
def test_wide_random_programs_equal_numpy(setting):
    count = 100 if setting == "plain" else COUNT // 5
    finished = run_legate(
        PROGRAM, "--wide", "--big", 0.2, "--count", count, "--start", 10 * COUNT, "--isolate",
        "--most", 5, cpus=3, check=False, timeout=900, **WIDE_SETTINGS[setting],
    )
    print(finished.stdout, finished.stderr)
    assert finished.returncode == 0, finished.stdout[-6000:] + finished.stderr[-2000:]
    assert f"{count} random programs" in finished.stdout


@pytest.mark.parametrize(
    "ranks,seed", [(4, 1), *(pytest.param(*case, marks=pytest.mark.slow) for case in ((1, 1), (2, 2), (7, 3), (4, 4)))]
)
def test_random_programs_over_loopback_ranks(ranks, seed):
    count = 40 if seed == 1 else COUNT // 10
    finished = run_legate(
        PROGRAM, "--count", count, "--start", 20 * COUNT + 1000 * seed, "--isolate", "--most", 5,
        ranks=ranks, check=False, timeout=900, LEGATE_REPLAY_SEED=seed,
    )
    print(finished.stdout, finished.stderr)
    assert finished.returncode == 0, finished.stdout[-6000:] + finished.stderr[-2000:]
    assert f"{count} random programs" in finished.stdout


def hashes(count, start, **settings):
    finished = run_legate(
        PROGRAM, "--bits", "--count", count, "--start", start, timeout=900, **settings
    )
    lines = finished.stdout.splitlines()
    assert len(lines) == count
    return lines


def assert_same_bits(count, start):
    runs = {cpus: hashes(count, start, cpus=cpus) for cpus in CPUS}
    first = runs[CPUS[0]]
    runs["2 over 4 ranks"] = hashes(count, start, cpus=2, ranks=4)
    runs["2 over 7 ranks"] = hashes(count, start, cpus=2, ranks=7, LEGATE_REPLAY_SEED=3)
    for setting, lines in runs.items():
        different = [f"{a} / {b}" for a, b in zip(first, lines) if a != b]
        assert not different, f"{CPUS[0]} and {setting} CPUs, seeds and hashes: {different[:5]}"


def test_random_programs_have_the_same_bits_on_any_number_of_cpus():
    assert_same_bits(50, COUNT)


@pytest.mark.slow
def test_more_random_programs_have_the_same_bits_on_any_number_of_cpus():
    assert_same_bits(500, COUNT + 50)
