"""The launch guard in real processes: whatever one rank does, all end soon, with one sentence that says why."""

import re

import pytest

from rank_programs import SOON
from transport_probe import build, run


@pytest.fixture(scope="module", autouse=True)
def probe():
    build()


def sentences(ended):
    """What the runtime said, without the name of the machine."""
    return re.findall(r"legate: (rank \d+) on \S+: (.*)\n", ended.output)


@pytest.mark.parametrize("ranks", [1, 2, 3, 5])
def test_equal_programs_are_left_alone(ranks):
    ended = run(ranks, "guard", "equal")
    assert ended.code == 0, ended.output
    assert sentences(ended) == []


@pytest.mark.parametrize("ranks", [2, 3])
def test_a_different_launch_is_shown_with_both_lines(ranks):
    ended = run(ranks, "guard", "different")
    assert ended.code == 70
    [(_, sentence)] = sentences(ended)
    assert "rank 1 at program.py:33: multiply" in sentence
    assert re.search(r"rank [02] at program.py:31: add", sentence)
    assert sentence.endswith(": the ranks run different programs from launch 20017 on")


@pytest.mark.parametrize("ranks", [2, 3])
def test_one_ends_and_others_go_on(ranks):
    ended = run(ranks, "guard", "ends")
    assert ended.code == 70
    [(speaker, sentence)] = sentences(ended)
    assert sentence == f"rank 1 ended after 20000 launches, but {speaker} went on at program.py:33: multiply"


def test_one_ends_and_another_waits_for_it():
    ended = run(2, "guard", "waits")
    assert ended.code == 70
    assert sentences(ended) == [(
        "rank 0",
        "waits for a message from rank 1, which ended after 20000 launches; "
        "the last launch here was program.py:31: add",
    )]  # fmt: skip
    assert ended.seconds < SOON


@pytest.mark.parametrize("ranks", [2, 3])
def test_one_fails_alone(ranks):
    ended = run(ranks, "guard", "fails")
    assert ended.code == 3
    [(_, sentence)] = sentences(ended)
    assert "rank 1" in ended.output and "exit status 3 after 20000 launches" in sentence
    assert ended.seconds < SOON


@pytest.mark.parametrize("ranks", [2, 3])
def test_all_fail_alike_and_one_of_them_late(ranks):
    ended = run(ranks, "guard", "allFail")
    assert ended.code == 4
    assert sentences(ended) == []


def test_one_is_killed():
    ended = run(3, "guard", "killed")
    assert ended.code == 137
    assert ended.seconds < SOON


def test_one_says_nothing():
    ended = run(2, "guard", "stopped")
    assert ended.code == 70
    assert sentences(ended) == [("rank 0", "rank 1 has been silent for 10 s")]
    assert ended.seconds < SOON


def test_a_forked_child_is_no_rank():
    ended = run(2, "fork")
    assert ended.code == 0, ended.output
    assert ended.output == "child: 5\n"
