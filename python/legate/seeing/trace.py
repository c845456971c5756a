"""Reads the trace of one rank, as ``Sources/Tracing`` writes it: also one that was cut short.

In: a path. Out: a ``RankTrace`` with records as NumPy columns and the tables that give numbers their
meaning. Chunks that are no chunks, records that were half written and lines that do not end are left
out; ``RankTrace.damage`` says what was.
"""

import json
import os

import numpy as np

CHUNK_BYTES = 1 << 18
HEADER_BYTES = 32
MAGIC = 0x3145_4341_5254_474C
KINDS = {
    1: "chunk", 2: "wait", 3: "plan", 4: "immediate", 5: "send", 6: "receive", 7: "meeting",
    8: "gather", 9: "host", 10: "memory", 11: "begin", 12: "end", 13: "window", 14: "recording",
    15: "last",
}  # fmt: skip
NUMBER = {name: number for number, name in KINDS.items()}
RECORD = np.dtype([
    ("start", "<u8"), ("end", "<u8"), ("value", "<u8"), ("subject", "<u4"), ("kind", "<u4"),
])  # fmt: skip
WINDOW_MASK = (1 << 40) - 1


class TraceError(Exception):
    """A file that is no trace, said in one sentence."""


class Plan:
    """What a plan's line says; lists as in ``Plan+Trace.swift``."""

    def __init__(self, line):
        self.base = line["base"]
        self.dead = line["dead"]
        self.stores = line["stores"]
        self.launches = line["launches"]
        self.steps = line["steps"]

    def operands(self, step):
        """Ordinals of the stores that a step reads, and of those that it writes."""
        reads, writes = [], []
        for launch in self.steps[step][2]:
            reads += self.launches[launch][3]
            writes += self.launches[launch][4]
        return sorted(set(reads)), sorted(set(writes))


class RankTrace:
    """All that one rank has written down."""

    def __init__(self, path):
        self.path = path
        self.damage = []
        self.run = None
        self.clock_offset = 0
        self.clock_uncertainty = 0
        self.places = {}
        self.names = {}
        self.plans = {}
        self.windows = {}
        lanes, text = self._chunks()
        for line in text.split(b"\n")[:-1]:
            self._note(line)
        if self.run is None:
            raise TraceError(f"{path} holds no trace that --profile wrote, or only its first bytes")
        self.records = self._joined(lanes)
        self.rank = self.run["rank"]
        self.rank_count = self.run["ranks"]
        self.worker_count = self.run["workers"]

    def _chunks(self):
        try:
            size = os.path.getsize(self.path)
            data = np.fromfile(self.path, np.uint8)
        except OSError as error:
            raise TraceError(f"{self.path} cannot be read: {error.strerror}") from None
        if size % CHUNK_BYTES:
            self.damage.append("the file was cut: its last part is missing")
        lanes, text, unknown = [], [], 0
        for begin in range(0, len(data), CHUNK_BYTES):
            chunk = data[begin : begin + CHUNK_BYTES]
            if len(chunk) < HEADER_BYTES:
                break
            magic, lane, content, _ = chunk[:HEADER_BYTES].view("<u8")
            body = chunk[HEADER_BYTES:]
            if magic != MAGIC or content not in (1, 2):
                unknown += 1
            elif content == 2:
                text.append(body.tobytes().rstrip(b"\0"))
            else:
                lanes.append((int(lane), body[: len(body) // 32 * 32].view(RECORD)))
        if unknown:
            self.damage.append(f"{unknown} parts of the file are not readable")
        return lanes, b"".join(text)

    def _joined(self, lanes):
        parts, numbers = [], []
        for lane, records in lanes:
            kind = records["kind"]
            good = (kind > 0) & (kind <= len(KINDS)) & (records["start"] > 0)
            # Of a memory record the end is a number of bytes.
            good &= (records["end"] >= records["start"]) | (kind == NUMBER["memory"])
            parts.append(records[good])
            numbers.append(np.full(int(good.sum()), lane, np.int32))
        records = np.concatenate(parts) if parts else np.empty(0, RECORD)
        self.lane = np.concatenate(numbers) if numbers else np.empty(0, np.int32)
        return records

    def _note(self, line):
        try:
            line = json.loads(line.decode("utf-8", "replace"))
            about = line["about"]
            if about == "run":
                self.run = line
            elif about == "workers":
                self.run["workers"] = max(self.run["workers"], line["count"])
            elif about == "clock":
                self.clock_offset = line["offset"]
                self.clock_uncertainty = line["uncertainty"]
            elif about == "place":
                self.places[line["id"]] = (line["file"], line["line"])
            elif about == "name":
                self.names[line["id"]] = (line["name"], line.get("place", 0))
            elif about == "plan":
                self.plans[line["base"]] = Plan(line)
            elif about == "window":
                self.windows[line["id"]] = (line["base"], line["stores"])
        except (ValueError, KeyError, TypeError):
            self.damage.append("a line of the trace is not readable")

    def of_kind(self, *kinds):
        """Records of some kinds, in order of their start, with their lanes."""
        chosen = np.isin(self.records["kind"], [NUMBER[kind] for kind in kinds])
        records, lanes = self.records[chosen], self.lane[chosen]
        order = np.argsort(records["start"], kind="stable")
        return records[order], lanes[order]


def read_run(path):
    """The traces of all ranks of a run, rank 0 first: ``path`` is the file of any of them."""
    first = RankTrace(path)
    stem = path.removesuffix(f"_{first.rank}.prof")
    traces, missing = [], []
    for rank in range(first.rank_count):
        if rank == first.rank:
            traces.append(first)
            continue
        try:
            trace = RankTrace(f"{stem}_{rank}.prof")
            if trace.rank_count != first.rank_count:
                raise TraceError("another run's")
            traces.append(trace)
        except TraceError:
            missing.append(rank)
    if missing:
        first.damage.append(f"no trace of rank {', '.join(map(str, missing))}")
    return traces
