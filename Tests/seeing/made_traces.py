"""Traces made by hand, as the recorder would write them: large ones, odd ones, broken ones."""

import json

import numpy as np

from legate.seeing.trace import CHUNK_BYTES, HEADER_BYTES, MAGIC, NUMBER, RECORD


def chunks(content, lane, data):
    """Data cut into the file's chunks."""
    room = CHUNK_BYTES - HEADER_BYTES
    out = []
    for begin in range(0, max(1, len(data)), room):
        head = np.array([MAGIC, lane, content, 0], "<u8").tobytes()
        out.append((head + data[begin : begin + room]).ljust(CHUNK_BYTES, b"\0"))
    return b"".join(out)


def records(kind, start, end, subject, value):
    made = np.zeros(len(start), RECORD)
    made["kind"], made["start"], made["end"] = NUMBER[kind], start, end
    made["subject"], made["value"] = subject, value
    return made


def write(path, lines, lanes, rank=0, ranks=1, workers=2):
    """A trace with lines of text behind its first, and records by lane."""
    run = {
        "about": "run", "version": 1, "rank": rank, "ranks": ranks, "workers": workers, "pid": 1, "host": "test",
        "program": "python made.py", "monotonic": 1000, "realtime": 0,
    }  # fmt: skip
    text = "".join(json.dumps(line) + "\n" for line in [run, *lines]).encode()
    with open(path, "wb") as file:
        file.write(chunks(2, 0, text))
        for lane, found in lanes.items():
            file.write(chunks(1, lane, found.tobytes()))


def plan(base, place, name="add"):
    """A plan of one step with one launch."""
    return {
        "about": "plan", "base": base, "dead": [], "stores": [["float64", [10], 1], ["float64", [10], 1]],
        "launches": [[name, place, [10], [0], [1], "pointwise"]],
        "steps": [["nest", [10], [0], [], 4, 80, 80, [], "tier 0"]],
    }  # fmt: skip


def large(path, boxes, windows=2000):
    """As many boxes, over two workers and some windows of twenty plans."""
    lines = [{"about": "place", "id": 500 + k, "file": "/made/made.py", "line": k + 1} for k in range(20)]
    lines += [plan(100 + k, 500 + k, f"operation {k}") for k in range(20)]
    lines += [{"about": "window", "id": w, "base": 100 + w % 20, "stores": [w, w + 1]} for w in range(windows)]
    lanes = {}
    random = np.random.default_rng(7)
    for lane in range(2):
        count = boxes // 2
        length = random.integers(200, 2000, count)
        gap = random.integers(0, 300, count)
        end = 2000 + np.cumsum(length + gap)
        window = np.arange(count) * windows // count
        value = window | np.arange(count) % 4 << 40
        lanes[lane] = records("chunk", end - length, end, 100 + window % 20, value)
    write(path, lines, lanes)
