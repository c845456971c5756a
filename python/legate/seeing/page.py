"""The profile's page: one HTML file with everything in it, opened from disk without a network.

Names come from the program and may hold anything: they travel as JSON in which no ``<`` is left, and
the script shows them as text. Boxes travel as typed arrays, deflated and in base64.
"""

import base64
import json
import zlib

import numpy as np

from . import losses as lost
from .files import whole_file
from .frame import framed
from .model import size

#: The page's script, one file for each job; the last one starts it.
SCRIPTS = (
    "words.js", "data.js", "colours.js", "timeline.js", "rows.js", "bands.js", "overview.js", "selection.js",
    "movement.js", "search.js", "input.js", "side.js", "start.js",
)  # fmt: skip
TYPES = {"u32": np.uint32, "i32": np.int32, "f32": np.float32}


def script_safe(value):
    """JSON that cannot end the element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    # Names that are no text (lone surrogates from odd file names) cannot be written as UTF-8.
    return text.encode("utf-8", "backslashreplace").decode()


class Pool:
    """Typed arrays one behind the other."""

    def __init__(self):
        self.parts, self.index, self.offset = [], [], 0

    def add(self, kind, values):
        array = np.ascontiguousarray(np.asarray(values)).astype(TYPES[kind])
        self.index.append([kind, self.offset, len(array)])
        self.parts.append(array.tobytes())
        self.offset += array.nbytes
        return len(self.index) - 1

    def text(self):
        return base64.b64encode(zlib.compress(b"".join(self.parts), 1)).decode()


def write(run, path):
    """Writes the page. Raises ``OSError``."""
    made = parts(run)
    with whole_file(path, encoding="utf-8") as file:
        file.writelines(made)


def parts(run):
    """The page's text, in parts."""
    pool, places = Pool(), {}
    unit = max(1, -(-run.duration // (2**32 - 2)))
    ranks = [_rank(rank, pool, places, unit) for rank in run.ranks]
    meta = {
        "program": run.program, "unit": unit, "total": max(1, run.duration // unit), "arrays": pool.index,
        "ranks": ranks, "places": [list(place) for place in places], "tiles": _tiles(run), "notes": run.damage,
        "losses": [loss.as_dict() for loss in lost.losses(run)],
        "busiest": [[lost.name_of(place), lost.percent(share)] for place, share in lost.busiest(run)],
        "path": _path(run),
    }  # fmt: skip
    return framed("profile", "Legate profile", {"META": script_safe(meta), "DATA": pool.text()}, SCRIPTS)


def _tiles(run):
    workers = sum(rank.workers for rank in run.ranks)
    used = sum(float(rank.step_busy.sum()) for rank in run.ranks) / (run.duration * workers)
    boxes = sum(len(row.start) for rank in run.ranks for row in rank.rows)
    memory = max((int(rank.memory_used.max()) for rank in run.ranks if len(rank.memory_used)), default=0)
    waits = sum(len(rank.trace.of_kind("wait")[0]) for rank in run.ranks)
    return [
        [f"{run.duration / 1e9:.3f} s", "from start to end"], [lost.percent(used), f"of {workers} cores busy"],
        [size(memory), "most memory of a rank"], [f"{waits:,}", "waits for values"],
        [f"{boxes:,}", "boxes"], [str(len(run.ranks)), "ranks" if len(run.ranks) > 1 else "rank"],
    ]  # fmt: skip


def _path(run):
    rank = run.ranks[0]
    largest, between = lost.path_by_label(rank, lost.critical_path(rank), run.duration)
    lines = [
        [f"{rank.labels[label].name}  {rank.labels[label].where}", lost.percent(share)] for label, share in largest
    ]
    return lines + [["between its steps", lost.percent(between)]] if lines else []


def _rank(rank, pool, places, unit):
    def ticks(values):
        return np.maximum(values, 0) // unit

    needs = rank.needs
    starts = np.concatenate([[0], np.cumsum([len(n) for n in needs])]) if needs else [0]
    messages = [row for row in rank.rows if row.sort == "worker"]
    sorts = np.array([label.sort in ("send", "receive") for label in rank.labels] or [False])
    at, amount = [], []
    for row in messages:
        mine = (row.item < 0) & sorts[np.where(row.item < 0, -1 - row.item, 0)]
        at.append(row.start[mine])
        amount.append(row.value[mine])
    at, amount = np.concatenate(at or [[]]), np.concatenate(amount or [[]])
    order = np.argsort(at, kind="stable")
    trace = rank.trace
    title = f"rank {trace.rank}  on {trace.run['host']}, {rank.workers} workers"
    return {
        "title": title, "workers": rank.workers,
        "labels": [[l.name, l.sort, _place(l.place, places), l.detail] for l in rank.labels],
        "stepLabel": pool.add("u32", rank.step_label_of), "stepStart": pool.add("u32", ticks(rank.step_start)),
        "stepEnd": pool.add("u32", ticks(rank.step_end)), "stepWindow": pool.add("u32", rank.step_window),
        "needStart": pool.add("u32", starts),
        "needs": pool.add("u32", np.concatenate([np.array(n, np.int64) for n in needs]) if needs else []),
        "path": pool.add("u32", lost.critical_path(rank)),
        "memoryTime": pool.add("u32", ticks(rank.memory_time)), "memoryUsed": pool.add("f32", rank.memory_used),
        "messageTime": pool.add("u32", ticks(at[order])), "messageBytes": pool.add("f32", amount[order]),
        "rows": [_row(row, pool, ticks) for row in rank.rows],
    }  # fmt: skip


def _row(row, pool, ticks):
    start = ticks(row.start)
    length = np.maximum(ticks(row.end) - start, 0)
    value = np.minimum(row.value, 2**32 - 1)
    return {
        "title": row.title, "sort": row.sort, "start": pool.add("u32", start), "length": pool.add("u32", length),
        "item": pool.add("i32", row.item), "value": pool.add("u32", value),
    }  # fmt: skip


def _place(place, places):
    if place is None:
        return -1
    return places.setdefault(tuple(place), len(places))
