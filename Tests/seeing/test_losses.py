"""Losses and the critical path, counted from traces whose times are known."""

import made_traces
import numpy as np
import pytest

MS = 1_000_000


def made(folder, lines, lanes, **more):
    made_traces.write(folder.path / "legate_0.prof", lines, lanes, **more)
    return folder.run()


def place(number, line):
    return {"about": "place", "id": number, "file": "/p/prog.py", "line": line}


def spans(kind, start, length, subject, value=0):
    start = 1000 + np.asarray(start) * MS
    return made_traces.records(kind, start, start + length * MS, subject, value)


def joined(*parts):
    return np.concatenate(parts)


def test_a_wait_loses_what_the_cores_do_not_do_in_it(folder):
    from legate.seeing.losses import losses, utilisation

    # 30 waits of 2 ms in 100 ms; in each, one of two workers is busy for 1 ms.
    at = np.arange(30) * 3
    run = made(
        folder, [place(9, 31), made_traces.plan(100, 9)],
        {0: joined(spans("wait", at, 2, 9, 8), spans("chunk", at, 1, 100, at), spans("last", [100], 0, 0))},
    )  # fmt: skip
    [loss] = [loss for loss in losses(run) if loss.sort == "wait"]
    assert loss.share == pytest.approx(0.45)
    assert loss.place == ("/p/prog.py", 31)
    assert loss.sentence == "prog.py:31 waits for a value every iteration (30 times): 60 % of the time; the cores stand idle for 45 %"
    assert utilisation(run.ranks[0], run.duration) == pytest.approx(0.15)


def test_a_wait_in_which_all_cores_work_is_no_loss(folder):
    from legate.seeing.losses import losses

    chunk = spans("chunk", [0], 90, 100)
    run = made(
        folder, [place(9, 31), made_traces.plan(100, 9)],
        {0: joined(spans("wait", [0], 90, 9, 8), chunk, spans("last", [90], 0, 0)), 1: chunk},
    )  # fmt: skip
    assert [loss for loss in losses(run) if loss.sort == "wait"] == []


def test_a_window_that_is_full_loses_what_the_cores_do_not_do_in_it(folder):
    from legate.seeing.losses import losses

    # Three windows of 10 ms, one of them inside of a wait, which tells of it; one worker of two is busy for 4 ms in each.
    at = np.array([0, 20, 40])
    run = made(
        folder, [place(9, 31), made_traces.plan(100, 9)],
        {
            0: joined(
                spans("window", at, 10, 100, np.arange(3)), spans("chunk", at, 4, 100, np.arange(3)),
                spans("wait", [40], 11, 9, 8), spans("last", [100], 0, 0),
            )
        },
    )  # fmt: skip
    [loss] = [loss for loss in losses(run) if loss.sort == "window"]
    assert loss.share == pytest.approx(0.16)
    assert loss.sentence == (
        "windows of launches that begin at prog.py:31 run 2 times because they are full: the cores stand idle in them for 16 %"
    )


def test_the_largest_come_first_and_no_more_than_five(folder):
    from legate.seeing.losses import losses

    lines = [place(k, k) for k in range(1, 9)]
    waits = [spans("wait", [10 * k], k, k, 8) for k in range(1, 9)]
    run = made(folder, lines, {0: joined(*waits, spans("last", [100], 0, 0))})
    found = losses(run)
    assert len(found) == 5
    assert [loss.share for loss in found] == sorted((loss.share for loss in found), reverse=True)
    assert [loss.place[1] for loss in found if loss.place][:3] == [8, 7, 6]


def test_host_calls_planning_messages_small_operations(folder):
    from legate.seeing.losses import losses

    run = made(
        folder,
        [place(9, 5), {"about": "name", "id": 20, "name": "linalg.svd", "place": 9}],
        {
            0: joined(
                spans("host", [0, 10], 10, 20, 800), spans("plan", [20], 8, 0, 0), spans("receive", [30], 12, 1, 64),
                made_traces.records("immediate", [51_000_000], [51_000_100], 9, 100_000), spans("last", [100], 0, 0),
            )
        },
    )  # fmt: skip
    words = {loss.sort: loss for loss in losses(run, most=9)}
    assert words["host"].sentence == "prog.py:5 runs linalg.svd through NumPy on one core 2 times: 20 % of the time"
    assert words["plan"].sentence == "planning takes 8.0 % of the time (1 windows, 1 of them planned anew)"
    assert words["message"].share == pytest.approx(0.06)
    assert "about 100,000 operations on small arrays" in words["immediate"].sentence
    # The rest is Python's: neither a record nor a sampled operation.
    assert words["python"].share == pytest.approx(0.62)


def test_the_critical_path_goes_through_the_slower_branch(folder):
    from legate.seeing.losses import critical_path

    step = lambda needs: ["nest", [10], [0], needs, 1, 0, 0, [], ""]  # noqa: E731
    plan = made_traces.plan(100, 9) | {"steps": [step([]), step([0]), step([0]), step([1, 2])]}
    run = made(
        folder, [place(9, 1), plan, {"about": "window", "id": 0, "base": 100, "stores": [1, 2]}],
        {
            0: joined(spans("chunk", [0], 1, 100), spans("chunk", [1], 5, 101), spans("chunk", [6], 1, 103)),
            1: spans("chunk", [1], 2, 102),
        },
    )  # fmt: skip
    [rank] = run.ranks
    assert [int(rank.step_subject[k]) for k in critical_path(rank)] == [103, 101, 100]
    assert rank.needs[3] == [1, 2]


def test_clocks_that_differ_are_aligned(folder):
    from legate.seeing.model import Run
    from legate.seeing.trace import read_run

    made_traces.write(folder.path / "legate_0.prof", [], {0: spans("wait", [10], 1, 0)}, ranks=2)
    ahead = spans("wait", [10], 1, 0)
    ahead["start"] += 7 * MS
    ahead["end"] += 7 * MS
    clock = {"about": "clock", "offset": 7 * MS, "uncertainty": 100}
    made_traces.write(folder.path / "legate_1.prof", [clock], {0: ahead}, rank=1, ranks=2)
    run = Run(read_run(str(folder.path / "legate_1.prof")))
    starts = [rank.rows[0].start[0] - rank.rows[0].start[0] % 1000 for rank in run.ranks]
    assert starts[0] == starts[1]
