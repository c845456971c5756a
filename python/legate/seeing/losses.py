"""Where a run's time went, and the largest losses in words.

A loss is time of the cores that did no step of a plan, given to what kept them from it: a wait for a
value, calls through NumPy, planning, messages, Python itself. Shares are of the run's wall time; two
losses may name the same seconds, so they need not add up.
"""

import numpy as np

from .model import short
from .trace import NUMBER


class Loss:
    """One reason, its share of the run and what to do about it."""

    def __init__(self, sort, share, place, sentence, advice):
        self.sort, self.share, self.place = sort, share, place
        self.sentence, self.advice = sentence, advice

    def as_dict(self):
        place = f"{self.place[0]}:{self.place[1]}" if self.place else ""
        return {
            "sort": self.sort, "share": round(self.share, 4), "place": place,
            "sentence": self.sentence, "advice": self.advice,
        }  # fmt: skip


def percent(share):
    return f"{100 * share:.0f} %" if share >= 0.095 else f"{100 * share:.1f} %"


def times(count):
    return "once" if count == 1 else f"{count:,} times"


def name_of(place):
    return f"{short(place[0])}:{place[1]}" if place else "an unknown line"


def by_subject(records):
    """Pairs of a subject and its records."""
    for subject in np.unique(records["subject"]):
        yield int(subject), records[records["subject"] == subject]


def utilisation(rank, duration):
    """The share of all workers' time that steps took."""
    return float(rank.step_busy.sum()) / (duration * rank.workers)


def losses(run, most=5):
    """The largest losses of all ranks, the largest first."""
    found = []
    for rank in run.ranks:
        ours = _of_rank(rank, run.duration)
        if len(run.ranks) > 1:
            for loss in ours:
                loss.sentence = f"rank {rank.trace.rank}: {loss.sentence}"
        found += ours
    found = [loss for loss in found if loss.share >= 0.005]
    return sorted(found, key=lambda loss: -loss.share)[:most]


def _of_rank(rank, duration):
    return [
        *_waits(rank, duration), *_windows(rank, duration), *_host_calls(rank, duration), *_planning(rank, duration),
        *_small_operations(rank, duration), *_messages(rank, duration), *_single_chunks(rank, duration),
        *_python(rank, duration),
    ]  # fmt: skip


def _idle_share(rank, duration, start, end):
    """What of the workers' time passed unused between moments, as a share of the run."""
    busy = (rank.busy_until(end) - rank.busy_until(start)).sum()
    return float(max(0.0, (end - start).sum() - busy / rank.workers)) / duration


def _waits(rank, duration):
    records, _ = rank.trace.of_kind("wait")
    for subject, mine in by_subject(records):
        place = rank.trace.places.get(subject)
        start, end = rank.time(mine["start"]), rank.time(mine["end"])
        total = float((end - start).sum()) / duration
        idle = _idle_share(rank, duration, start, end)
        often = "every iteration" if len(mine) > 20 else times(len(mine))
        count = f" ({len(mine):,} times)" if len(mine) > 20 else ""
        sentence = (
            f"{name_of(place)} waits for a value {often}{count}: {percent(total)} of the time; "
            f"the cores stand idle for {percent(idle)}"
        )
        advice = (
            "Ask for the value less often (every tenth round), or keep it in an array: comparisons and "
            "np.where need no waiting."
            if len(mine) > 20
            else "The wait itself is needed; more work recorded before it would fill the cores."
        )
        yield Loss("wait", idle, place, sentence, advice)


def _windows(rank, duration):
    """Windows that ran because they were full: no wait of the program has them in it."""
    records, _ = rank.trace.of_kind("window")
    waits, _ = rank.trace.of_kind("wait")
    if len(waits):
        before = np.searchsorted(waits["start"], records["start"], "right") - 1
        records = records[(before < 0) | (waits["end"][before] <= records["start"])]
    plans = rank.trace.plans
    found = {}
    for subject, mine in by_subject(records):
        launches = plans[subject].launches if subject in plans else []
        found.setdefault(rank.trace.places.get(launches[0][1]) if launches else None, []).append(mine)
    for place, parts in found.items():
        mine = np.concatenate(parts)
        idle = _idle_share(rank, duration, rank.time(mine["start"]), rank.time(mine["end"]))
        sentence = (
            f"windows of launches that begin at {name_of(place)} run {times(len(mine))} because they are full: "
            f"the cores stand idle in them for {percent(idle)}"
        )
        yield Loss(
            "window", idle, place, sentence,
            "Their passes wait for each other, or other programs take the cores: select boxes to see what they needed.",
        )  # fmt: skip


def _host_calls(rank, duration):
    records, _ = rank.trace.of_kind("host")
    for subject, mine in by_subject(records):
        name, place = rank.trace.names.get(subject, ("a function", 0))
        place = rank.trace.places.get(place)
        share = _idle_share(rank, duration, rank.time(mine["start"]), rank.time(mine["end"]))
        sentence = (
            f"{name_of(place)} runs {name} through NumPy on one core {times(len(mine))}: {percent(share)} of the time"
        )
        yield Loss("host", share, place, sentence, "Documentation/Coverage.md lists what runs on all cores.")


def _planning(rank, duration):
    records, _ = rank.trace.of_kind("plan")
    if not len(records):
        return
    replayed = (records["value"] >> np.uint64(62)) & np.uint64(1)
    new = int((replayed == 0).sum())
    share = float((rank.time(records["end"]) - rank.time(records["start"])).sum()) / duration
    advice = (
        "Shapes or operations that differ from round to round need a plan each; equal rounds need one."
        if new > len(records) / 2 and new > 10
        else "Each wait ends a window; fewer waits make fewer, larger windows."
    )
    sentence = f"planning takes {percent(share)} of the time ({len(records):,} windows, {new:,} of them planned anew)"
    yield Loss("plan", share, None, sentence, advice)


def _small_operations(rank, duration):
    records, _ = rank.trace.of_kind("immediate")
    for subject, mine in by_subject(records):
        place = rank.trace.places.get(subject)
        count = int(mine["value"].sum())
        share = float((mine["value"] * (mine["end"] - mine["start"])).sum()) / duration
        share = min(1.0, share) * (rank.workers - 1) / rank.workers if rank.workers > 1 else 0.0
        sentence = (
            f"{name_of(place)} makes about {count:,} operations on small arrays, each at once on one core: "
            f"{percent(share)} of what the cores could do"
        )
        yield Loss(
            "immediate", share, place, sentence,
            "Gather the small arrays into one with an axis more, and compute on that.",
        )  # fmt: skip


def _messages(rank, duration):
    records, _ = rank.trace.of_kind("receive", "gather", "meeting")
    for kind, words in [("receive", "waits for messages from rank {}"), ("meeting", "waits where sums of all ranks meet")]:
        chosen = records[records["kind"] == NUMBER[kind]]
        groups = by_subject(chosen) if kind == "receive" else [(0, chosen)]
        for subject, mine in groups:
            share = float((mine["end"] - mine["start"]).sum()) / (duration * rank.workers)
            sentence = f"{words.format(subject)} {times(len(mine))}: {percent(share)} of the workers' time"
            yield Loss("message", share, None, sentence, "Fewer borders: larger parts per rank, fewer sums per round.")
    for subject, mine in by_subject(records[records["kind"] == NUMBER["gather"]]):
        place = rank.trace.places.get(subject)
        share = float((mine["end"] - mine["start"]).sum()) / duration
        sentence = f"{name_of(place)} brings a whole array to every rank {times(len(mine))}: {percent(share)} of the time"
        yield Loss("gather", share, place, sentence, "Take the part or the sum that is needed, not the array.")


def _single_chunks(rank, duration):
    """Steps that are one piece: the other workers have nothing of them."""
    if rank.workers < 2 or not len(rank.step_start):
        return
    count = np.bincount(rank.step_of_chunk, minlength=len(rank.step_start))
    long = (count == 1) & (rank.step_end - rank.step_start > 50_000)
    for label in np.unique(rank.step_label_of[long]):
        mine = long & (rank.step_label_of == label)
        share = _idle_share(rank, duration, rank.step_start[mine], rank.step_end[mine])
        described = rank.labels[label]
        sentence = (
            f"{name_of(described.place)}: {described.name} runs on one worker {times(int(mine.sum()))}: "
            f"{percent(share)} of the cores' time"
        )
        yield Loss(
            "serial", share, described.place, sentence,
            "Documentation/NotOverTiles.md lists what is one piece of work; other axes or several arrays are not.",
        )  # fmt: skip


def _python(rank, duration):
    """What no record of the program's thread covers, by the wait that ends it."""
    records, _ = rank.trace.of_kind("wait", "window", "plan", "host", "gather")
    start, end = rank.time(records["start"]), rank.time(records["end"])
    if not len(start):
        return
    reach = np.maximum.accumulate(end)
    gap_start, gap_end = reach[:-1], start[1:]
    real = gap_end > gap_start
    gap_start = np.concatenate([gap_start[real], [reach[-1]]])
    gap_end = np.concatenate([gap_end[real], [max(duration, reach[-1])]])
    share = _idle_share(rank, duration, gap_start, gap_end) - _sampled_share(rank, duration)
    sentence = f"Python itself, between calls into the library: {percent(share)} of the time"
    yield Loss(
        "python", share, None, sentence,
        "Loops over elements and other pure Python run on one core; --cprofile shows which functions.",
    )  # fmt: skip


def _sampled_share(rank, duration):
    records, _ = rank.trace.of_kind("immediate")
    return float((records["value"] * (records["end"] - records["start"])).sum()) / duration


# The critical path


def critical_path(rank, most=100_000):
    """Steps, the last one first, each of which had to wait for the next in the list."""
    if not len(rank.step_end):
        return []
    order = np.argsort(rank.step_end, kind="stable")
    ends = rank.step_end[order]
    current, path = int(order[-1]), []
    while len(path) < most:
        path.append(current)
        before = [n for n in rank.needs[current] if rank.step_end[n] <= rank.step_start[current]]
        needed = max(before, key=lambda n: rank.step_end[n], default=None)
        if needed is None or rank.step_window[needed] != rank.step_window[current]:
            # The program had to record it first: it did so behind the last step that it waited for.
            place = int(np.searchsorted(ends, rank.step_start[current], "right")) - 1
            if place < 0:
                break
            needed = int(order[place])
        if needed == current or rank.step_end[needed] >= rank.step_end[current]:
            break
        current = needed
    return path


def path_by_label(rank, path, duration):
    """Shares of the run that the path's steps take, by label; and what lies between them."""
    shares, covered = {}, 0
    for step in path:
        length = int(rank.step_end[step] - rank.step_start[step])
        covered += length
        label = int(rank.step_label_of[step])
        shares[label] = shares.get(label, 0) + length / duration
    largest = sorted(shares.items(), key=lambda item: -item[1])[:5]
    return largest, max(0.0, 1 - covered / duration)


def busiest(run, most=5):
    """Lines by the time that steps of theirs took on all workers, the busiest first."""
    total = {}
    for rank in run.ranks:
        for label, busy in zip(rank.step_label_of, rank.step_busy):
            place = rank.labels[label].place
            total[place] = total.get(place, 0) + busy
    workers = sum(rank.workers for rank in run.ranks)
    largest = sorted(total.items(), key=lambda item: -item[1])[:most]
    return [(place, float(busy) / (run.duration * workers)) for place, busy in largest]


def summary(run):
    """The run in a few lines of text."""
    ranks = len(run.ranks)
    workers = sum(rank.workers for rank in run.ranks)
    used = sum(utilisation(rank, run.duration) * rank.workers for rank in run.ranks) / workers
    lines = [
        f"{run.program}",
        f"{run.duration / 1e9:.3f} s on {ranks} rank{'s' * (ranks > 1)}, {workers} workers; "
        f"steps kept them busy for {percent(used)}",
    ]
    found = busiest(run)
    if found:
        lines.append("busiest lines: " + ", ".join(f"{name_of(place)} {percent(share)}" for place, share in found))
    path = critical_path(run.ranks[0])
    largest, between = path_by_label(run.ranks[0], path, run.duration)
    if largest:
        named = [
            f"{run.ranks[0].labels[label].name} at {run.ranks[0].labels[label].where} {percent(share)}"
            for label, share in largest[:3]
        ]
        lines.append(f"critical path: {len(path)} steps; {'; '.join(named)}; between them {percent(between)}")
    worst = losses(run)
    lines.append("largest losses:" if worst else "no loss above half a percent")
    for k, loss in enumerate(worst):
        lines += [f"  {k + 1}. {loss.sentence}", f"     {loss.advice}"]
    lines += [f"note: {text}" for text in run.damage]
    return "\n".join(lines)
