"""``--profile`` from outside: the files it leaves, what they say, and that the program comes to no harm."""

import json
import os
import shutil
import signal
import subprocess

import made_traces
import numpy as np
import pytest
from seen_runs import STENCIL


def test_leaves_a_page_a_trace_and_the_file(stencil):
    assert "the profile is in legate_prof/index.html" in stencil.result.stderr
    page = (stencil.path / "legate_prof" / "index.html").read_text()
    assert "http://" not in page and "https://" not in page
    assert (stencil.path / "legate_prof" / "legate.perfetto-trace").stat().st_size > 1000
    assert (stencil.path / "legate_0.prof").exists()


def test_the_result_is_the_same_without(stencil, folder):
    plain = folder.legate(folder.program(STENCIL))
    assert plain.stdout == stencil.result.stdout
    assert plain.stderr == ""


def test_names_the_line_that_waits(stencil):
    summary = stencil.legate("profile", "legate_0.prof", "--summary").stdout
    assert "stencil.py:7 waits for a value every iteration (30 times)" in summary
    assert "busiest lines: stencil.py:6" in summary


def test_knows_what_ran_where(stencil):
    [rank] = stencil.run().ranks
    labels = {rank.labels[k].name for k in rank.step_label_of}
    assert {"copy", "fill"} <= labels or "copy" in labels
    names = [name for plan in rank.trace.plans.values() for name, *_ in plan.launches]
    assert names.count("maximum.reduce") >= 1
    waits, _ = rank.trace.of_kind("wait")
    assert len(waits) == 30
    assert (waits["value"] == 8).all()
    # Every chunk of every step was written down, on some worker.
    for window, (base, _) in rank.trace.windows.items():
        for k, step in enumerate(rank.trace.plans[base].steps):
            mine = (rank.step_window == window) & (rank.step_subject == base + k)
            assert np.bincount(rank.step_of_chunk, minlength=len(mine))[mine].sum() == step[4]
    assert rank.memory_used.max() > 2 * 600 * 600 * 8


def test_steps_come_behind_what_they_need(stencil):
    [rank] = stencil.run().ranks
    tied = 0
    for step, needs in enumerate(rank.needs):
        for other in needs:
            # Chunk by chunk they may overlap, but the needed one begins first.
            assert rank.step_start[other] <= rank.step_start[step]
            tied += 1
    assert tied > 30


def test_small_operations_are_seen_as_many(folder):
    program = folder.program(
        "import cunumeric as np\n"
        "y = np.ones(8)\n"
        "for i in range(20000):\n"
        "    y = y * 0.5\n"
        "    y = y + 0.5\n"
    )
    folder.legate("--profile", program)
    [rank] = folder.run().ranks
    records, _ = rank.trace.of_kind("immediate")
    assert abs(int(records["value"].sum()) - 40000) < 4000
    lines = {rank.trace.places[int(s)][1]: int(records[records["subject"] == s]["value"].sum()) for s in set(records["subject"])}
    assert abs(lines[4] - lines[5]) < 8000


def test_phases_are_rows(folder):
    program = folder.program(
        "import cunumeric as np, legate\n"
        "with legate.ProfileRange('assemble'):\n"
        "    with legate.annotate('inner', step=3):\n"
        "        print(float((np.ones(100000) * 2).sum()))\n"
        "@legate.track_provenance\n"
        "def solve(): return float(np.arange(100000).sum())\n"
        "print(solve())\n"
    )
    folder.legate("--profile", program)
    [rank] = folder.run().ranks
    rows = {row.title: [rank.labels[-1 - item].name for item in row.item] for row in rank.rows}
    assert rows["phases"] == ["assemble", "solve"]
    assert rows["phases, level 2"] == ["inner, step=3"]


def test_scopes_and_annotations_are_phases(folder):
    program = folder.program(
        "import cunumeric as np\n"
        "from legate.core import Annotation, Scope\n"
        "with Scope(provenance='solver.py:7'):\n"
        "    with Annotation({'step': '3'}):\n"
        "        print(float((np.ones(100000) * 2).sum()))\n"
    )
    folder.legate("--profile", program)
    [rank] = folder.run().ranks
    rows = {row.title: [rank.labels[-1 - item].name for item in row.item] for row in rank.rows}
    assert rows["phases"] == ["solver.py:7"] and rows["phases, level 2"] == ["step=3"]


def test_host_calls_are_told(folder):
    program = folder.program("import cunumeric as np\nfor i in range(3):\n    s = np.linalg.svd(np.ones((30, 30)) + i)\n")
    folder.legate("--profile", program)
    [rank] = folder.run().ranks
    records, _ = rank.trace.of_kind("host")
    assert len(records) == 3
    summary = folder.legate("profile", ".", "--summary").stdout
    assert "program.py:3 runs linalg.svd through NumPy on one core 3 times" in summary


def test_other_names_and_folders(folder):
    program = folder.program("import cunumeric as np\nprint(float(np.ones(100000).sum()))\n")
    folder.legate("--profile", "--profile-name", "mine", "--logdir", "logs", program)
    assert (folder.path / "logs" / "mine_0.prof").exists()
    assert (folder.path / "logs" / "legate_prof" / "index.html").exists()


# What goes wrong


def test_a_stopped_program_leaves_what_it_did(folder):
    program = folder.program(
        "import cunumeric as np, time\n"
        "x = float((np.ones(200000) * 2).sum())\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    process = folder.start("--profile", program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "KeyboardInterrupt" in errors and "the profile is in" in errors
    assert len(folder.run().ranks[0].trace.of_kind("wait")[0]) == 1


@pytest.mark.parametrize("kept", [1 << 18, (1 << 18) + 4001, 3 * (1 << 17)])
def test_a_file_that_was_cut_still_opens(stencil, folder, kept, capsys):
    from legate import profile

    data = (stencil.path / "legate_0.prof").read_bytes()
    (folder.path / "legate_0.prof").write_bytes(data[:kept])
    assert profile.main([str(folder.path / "legate_0.prof")]) == 0
    assert (folder.path / "legate_prof" / "index.html").exists()
    if kept % (1 << 18):
        assert "the file was cut" in capsys.readouterr().err


@pytest.mark.parametrize("data", [b"", b"no trace", b"\0" * 300_000, os.urandom(300_000)])
def test_a_file_that_is_no_trace_is_refused(folder, data, capsys):
    from legate import profile

    (folder.path / "x.prof").write_bytes(data)
    assert profile.main([str(folder.path / "x.prof")]) == 1
    error = capsys.readouterr().err
    assert error.startswith("legate: no profile: ") and error.count("\n") == 1


def test_a_missing_file_is_named(folder):
    result = folder.legate("profile", "nowhere.prof", code=1)
    assert result.stderr == "legate: no profile: nowhere.prof cannot be read: No such file or directory\n"
    assert "a file that --profile has written" in folder.legate("profile", code=2).stderr


def test_garbage_in_records_is_left_out(folder):
    path = folder.path / "legate_0.prof"
    good = made_traces.records("wait", [2000, 3000], [2500, 3500], 9, 8)
    bad = good.copy()
    bad["kind"] = [99, 0]
    backwards = made_traces.records("wait", [9000], [100], 9, 8)
    made_traces.write(path, [], {0: np.concatenate([good, bad, backwards])})
    assert len(folder.run().ranks[0].trace.records) == 2


def test_the_limit_ends_the_trace(folder):
    program = folder.program(
        "import cunumeric as np\nfor i in range(12000):\n    x = float((np.ones(20000) * i).sum())\nprint('done')\n"
    )
    result = folder.legate("--profile", program, environment={"LEGATE_TRACE_LIMIT": "1"})
    assert result.stdout == "done\n"
    assert "the trace has the size it may have" in result.stderr
    assert (folder.path / "legate_0.prof").stat().st_size <= 1 << 20


def test_a_forked_child_writes_nothing(folder):
    program = folder.program(
        "import cunumeric as np, os\n"
        "a = np.ones(100000)\n"
        "print(float(a.sum()))\n"
        "if os.fork() == 0:\n"
        "    for i in range(20): float((a * i).sum())\n"
        "    os._exit(0)\n"
        "os.wait()\n"
        "print(float((a * 2).sum()))\n"
    )
    folder.legate("--profile", program)
    assert len(folder.run().ranks[0].trace.of_kind("wait")[0]) == 2


# Ranks


def test_ranks_are_on_one_clock(two_ranks, stencil):
    assert two_ranks.result.stdout == stencil.result.stdout
    run = two_ranks.run()
    assert [rank.trace.rank for rank in run.ranks] == [0, 1]
    pairs = 0
    for me, other in ((0, 1), (1, 0)):
        sent, _ = run.ranks[me].trace.of_kind("send")
        got, _ = run.ranks[other].trace.of_kind("receive")
        assert len(sent) == len(got) > 20
        assert sent["value"].sum() == got["value"].sum()
        slack = run.ranks[1].trace.clock_uncertainty + 1000
        left = run.ranks[me].time(sent["start"])
        there = run.ranks[other].time(got["end"])
        assert (there + slack > left).all()
        pairs += len(sent)
    assert pairs


def test_a_missing_rank_is_told(two_ranks, folder):
    shutil.copy(two_ranks.path / "legate_0.prof", folder.path)
    result = folder.legate("profile", "legate_0.prof")
    assert "no trace of rank 1" in result.stderr


# Perfetto


def fields(data):
    """The fields of a protocol buffer: number, and an integer or bytes."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        else:
            assert key & 7 == 2
            length = varint()
            yield key >> 3, data[at : at + length]
            at += length


def test_the_perfetto_trace_holds_every_box(stencil):
    data = (stencil.path / "legate_prof" / "legate.perfetto-trace").read_bytes()
    names, tracks, open_boxes, boxes, last = {}, {}, {}, 0, {}
    for number, packet in fields(data):
        assert number == 1
        packet = dict(fields(packet))
        if 12 in packet:
            for _, name in fields(packet[12]):
                name = dict(fields(name))
                names[name[1]] = name[2].decode()
        if 60 in packet:
            track = dict(fields(packet[60]))
            tracks[track[1]] = track
        if 11 in packet:
            event = dict(fields(packet[11]))
            assert event[11] in tracks
            assert packet[8] >= last.get(event[11], 0)
            last[event[11]] = packet[8]
            if event[9] == 1:
                assert event[10] in names
                open_boxes[event[11]] = open_boxes.get(event[11], 0) + 1
                boxes += 1
            elif event[9] == 2:
                open_boxes[event[11]] -= 1
    assert set(open_boxes.values()) == {0}
    assert boxes == sum(len(row.start) for row in stencil.run().ranks[0].rows)
    assert any("stencil.py:6" in name for name in names.values())


# What it costs


def test_counts_are_those_of_a_run_without(folder):
    program = folder.program(
        "import cunumeric as np, _legate, json\n"
        "g = np.zeros((300, 300))\n"
        "for i in range(10):\n"
        "    g[1:-1, 1:-1] = 0.25 * (g[:-2, 1:-1] + g[2:, 1:-1])\n"
        "    x = float(g.sum())\n"
        "c = _legate.counts()\n"
        "print(json.dumps({k: c[k] for k in ('launches', 'kernels', 'windows', 'allocations', 'replays', 'immediateOperations')}))\n"
    )
    plain, traced = folder.legate(program), folder.legate("--profile", program)
    assert json.loads(plain.stdout) == json.loads(traced.stdout)
