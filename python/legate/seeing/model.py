"""A run as steps, boxes and rows: what the page draws and the losses are counted from.

In: the traces of a run. Out: per rank ``Rank`` with *rows* (boxes that do not overlap), *steps* (one
run of one step of a plan, over all its chunks) and which steps need which. Times are nanoseconds since
the run began, on rank 0's clock.
"""

import os

import numpy as np

from .trace import NUMBER, WINDOW_MASK

#: Of more steps than this only those in one window are tied together.
TIED_STEPS = 300_000


def short(name):
    """A file's name without its folders."""
    return os.path.basename(name) or name


class Label:
    """What a box is: a name, where in the program, and of which sort."""

    def __init__(self, name, sort, place=None, detail=""):
        self.name, self.sort, self.place, self.detail = name, sort, place, detail

    @property
    def where(self):
        return f"{short(self.place[0])}:{self.place[1]}" if self.place else ""


class Row:
    """Boxes of one line of the timeline, in order."""

    def __init__(self, title, sort, start, end, item, value):
        order = np.argsort(start, kind="stable")
        self.title, self.sort = title, sort
        self.start, self.end = start[order], end[order]
        self.item, self.value = item[order], value[order]


class Rank:
    """One rank's part of the run."""

    def __init__(self, trace, origin):
        self.trace = trace
        self.origin = origin
        self.labels = []
        self.label_of = {}
        self.workers = trace.worker_count
        self._collect_steps()
        self.rows = self._rows()
        self._collect_memory()

    # Times

    def time(self, column):
        """A column of times, since the run began."""
        return column.astype(np.int64) - self.trace.clock_offset - self.origin

    # Labels

    def label(self, key, make):
        if key not in self.label_of:
            self.label_of[key] = len(self.labels)
            self.labels.append(make())
        return self.label_of[key]

    def step_label(self, subject):
        return self.label(("step", subject), lambda: self._describe_step(subject))

    def _describe_step(self, subject):
        found = self.plan_of(subject)
        if found is None:
            return Label("step", "nest")
        plan, k = found
        kind, domain, launches, _, chunks, read, written, messages, tier = plan.steps[k]
        names, places = [], []
        for launch in launches:
            names.append(plan.launches[launch][0])
            place = self.trace.places.get(plan.launches[launch][1])
            if place and place not in places:
                places.append(place)
        detail = f"{kind} over {tuple(domain)}"
        if len(names) > 1:
            detail += f", {len(names)} operations in one pass: " + ", ".join(names)
        detail += f", {chunks} chunks"
        if read or written:
            detail += f", reads {size(read)}, writes {size(written)}"
        if tier:
            detail += f", {tier}"
        if len(places) > 1:
            detail += ", lines " + ", ".join(f"{short(f)}:{line}" for f, line in places)
        return Label(brief(names) or kind, kind, places[0] if places else None, detail)

    def plan_of(self, subject):
        """The plan of a step and its number there."""
        base = self.base_of.get(subject)
        if base is None:
            return None
        return self.trace.plans[base], subject - base

    # Steps

    def _collect_steps(self):
        self.base_of = {}
        for base, plan in self.trace.plans.items():
            for k in range(len(plan.steps)):
                self.base_of[base + k] = base
        self.chunks, self.chunk_lanes = self.trace.of_kind("chunk", "meeting")
        window = (self.chunks["value"] & WINDOW_MASK).astype(np.int64)
        subject = self.chunks["subject"].astype(np.int64)
        keys, self.step_of_chunk = np.unique(window << 32 | subject, return_inverse=True)
        self.step_window = keys >> 32
        self.step_subject = keys & 0xFFFF_FFFF
        count = len(keys)
        start, end = self.time(self.chunks["start"]), self.time(self.chunks["end"])
        self.step_start = np.full(count, np.iinfo(np.int64).max)
        self.step_end = np.zeros(count, np.int64)
        np.minimum.at(self.step_start, self.step_of_chunk, start)
        np.maximum.at(self.step_end, self.step_of_chunk, end)
        self.step_busy = np.bincount(self.step_of_chunk, end - start, count)
        self.step_label_of = np.zeros(count, np.int64)
        subjects, inverse = np.unique(self.step_subject, return_inverse=True)
        if count:
            self.step_label_of = np.array([self.step_label(int(s)) for s in subjects])[inverse]
        self.needs = self._tie(dict(zip(keys.tolist(), range(count))))

    def _tie(self, index):
        """For each step the steps that it needs: in its own window, and by stores in earlier ones."""
        needs = [[] for _ in index]
        last_writer = {}
        ties_windows = len(index) <= TIED_STEPS
        operands = {}
        for window, (base, stores) in sorted(self.trace.windows.items()):
            plan = self.trace.plans.get(base)
            if plan is None:
                continue
            written = {}
            for k, step in enumerate(plan.steps):
                me = index.get(window << 32 | base + k)
                if me is None:
                    continue
                for earlier in step[3]:
                    other = index.get(window << 32 | base + earlier)
                    if other is not None:
                        needs[me].append(other)
                if not ties_windows:
                    continue
                if (base, k) not in operands:
                    operands[base, k] = plan.operands(k)
                reads, writes = operands[base, k]
                for store in reads:
                    if stores[store] in last_writer:
                        needs[me].append(last_writer[stores[store]])
                for store in writes:
                    written[stores[store]] = me
            last_writer.update(written)
        return needs

    # Rows

    def _rows(self):
        rows = self._phases()
        rows += self._program()
        start, end = self.time(self.chunks["start"]), self.time(self.chunks["end"])
        number = (self.chunks["value"] >> np.uint64(40)).astype(np.int64)
        messages, message_lanes = self.trace.of_kind("send", "receive")
        for worker in range(self.workers):
            mine = self.chunk_lanes == worker
            theirs = messages[message_lanes == worker]
            items = -1 - self._message_labels(theirs)
            rows.append(
                Row(
                    f"worker {worker}", "worker",
                    np.concatenate([start[mine], self.time(theirs["start"])]),
                    np.concatenate([end[mine], self.time(theirs["end"])]),
                    np.concatenate([self.step_of_chunk[mine], items]),
                    np.concatenate([number[mine], theirs["value"].astype(np.int64)]),
                )
            )  # fmt: skip
        return rows

    def _message_labels(self, messages):
        return np.array(
            [
                self.label(("message", int(m["kind"]), int(m["subject"])), lambda m=m: describe_message(m))
                for m in messages
            ],
            np.int64,
        )

    def _phases(self):
        records, _ = self.trace.of_kind("begin", "end", "last")
        stack, found = [], []
        final = self.end_of_records()
        for record in records:
            if record["kind"] == NUMBER["begin"]:
                stack.append(record)
            elif record["kind"] == NUMBER["end"] and stack:
                begin = stack.pop()
                found.append((len(stack), begin, int(record["start"])))
        for depth, begin in enumerate(stack):
            found.append((depth, begin, final))
        rows = []
        for depth in sorted({depth for depth, _, _ in found}):
            mine = [(begin, end) for d, begin, end in found if d == depth]
            label = [
                -1 - self.label(("phase", int(b["subject"])), lambda b=b: self._named(b, "phase")) for b, _ in mine
            ]
            rows.append(
                Row(
                    "phases" if depth == 0 else f"phases, level {depth + 1}", "phase",
                    self.time(np.array([b["start"] for b, _ in mine], np.uint64)),
                    self.time(np.array([e for _, e in mine], np.uint64)),
                    np.array(label), np.zeros(len(mine), np.int64),
                )
            )  # fmt: skip
        return rows

    def _named(self, record, sort):
        name, place = self.trace.names.get(int(record["subject"]), ("?", 0))
        return Label(name, sort, self.trace.places.get(place))

    def _program(self):
        rows = []
        for title, kinds in [
            ("waits", ["wait"]),
            ("program", ["plan", "immediate", "host", "gather", "recording"]),
        ]:
            records, _ = self.trace.of_kind(*kinds)
            start, end = self.time(records["start"]), self.time(records["end"])
            items = np.array([-1 - self._program_label(r) for r in records], np.int64)
            value = (records["value"] & np.uint64(WINDOW_MASK)).astype(np.int64)
            sampled = np.flatnonzero(records["kind"] == NUMBER["immediate"])
            # One stands for several: its box reaches back as far as they took.
            for k in sampled:
                low = end[k - 1] if k else 0
                start[k] = max(low, end[k] - (end[k] - start[k]) * max(1, value[k]))
            if len(records):
                rows.append(Row(title, "program", start, end, items, value))
        return rows

    def _program_label(self, record):
        kind, subject = int(record["kind"]), int(record["subject"])
        if kind == NUMBER["host"]:
            return self.label(("host", subject), lambda: self._named(record, "host"))
        if kind == NUMBER["plan"]:
            replayed = bool(int(record["value"]) >> 62 & 1)
            name = "plan found again" if replayed else "planning"
            return self.label(("plan", replayed), lambda: Label(name, "plan"))
        if kind == NUMBER["recording"]:
            return self.label(("recording",), lambda: Label("recording launches", "recording"))
        name = {"wait": "waits for a value", "immediate": "small operations", "gather": "gathers an array"}
        sort = {v: k for k, v in NUMBER.items()}[kind]
        place = self.trace.places.get(subject)
        return self.label((sort, subject), lambda: Label(name[sort], sort, place))

    def _collect_memory(self):
        records, _ = self.trace.of_kind("memory")
        self.memory_time = self.time(records["start"])
        self.memory_used = records["value"].astype(np.int64)

    def end_of_records(self):
        """The last moment that anything tells of, by the rank's own clock."""
        records = self.trace.records
        timed = records[records["kind"] != NUMBER["memory"]]
        return int(timed["end"].max()) if len(timed) else self.trace.run["monotonic"]

    def busy_until(self, times):
        """Nanoseconds of work on all workers before each of some moments."""
        total = np.zeros(len(times))
        start, end = self.time(self.chunks["start"]), self.time(self.chunks["end"])
        for worker in range(self.workers):
            mine = self.chunk_lanes == worker
            s, e = start[mine], end[mine]
            if not len(s):
                continue
            done = np.cumsum(e - s)
            points = np.stack([s, e], 1).ravel()
            heights = np.stack([done - (e - s), done], 1).ravel()
            total += np.interp(times, points, heights, left=0)
        return total


class Run:
    """A run of all its ranks."""

    def __init__(self, traces):
        self.origin = min(t.run["monotonic"] - t.clock_offset for t in traces)
        self.ranks = [Rank(trace, self.origin) for trace in traces]
        ends = [int(r.time(np.array([r.end_of_records()], np.uint64))[0]) for r in self.ranks]
        self.duration = max(1, max(ends))
        self.program = without_interpreter(traces[0].run["program"])
        self.damage = [f"rank {t.rank}: {text}" for t in traces for text in dict.fromkeys(t.damage)]


def without_interpreter(command):
    """A command line from the program on."""
    first, _, rest = command.partition(" ")
    return rest if rest and os.path.basename(first).startswith("python") else command


def describe_message(record):
    sends = record["kind"] == NUMBER["send"]
    word, sort = ("send to", "send") if sends else ("receive from", "receive")
    return Label(f"{word} rank {int(record['subject'])}", sort)


def brief(names):
    """Names of a pass, few and each once."""
    once = list(dict.fromkeys(names))
    return ", ".join(once[:3]) + (f" and {len(once) - 3} more" if len(once) > 3 else "")


def size(count):
    """Bytes as a person reads them."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"
