"""``legate explain --html``: what became of each call, as one page.

In: a run's traces. Out: per plan its launches, the passes that they merged into and why these stay
apart, what each pass waits for, moves and sends. Windows that ran one plan are one section. Everything
from the program is escaped.
"""

from html import escape

from . import losses as lost
from .files import whole_file
from .frame import framed
from .graphs import folded, shape
from .model import short, size


def reason(plan, k):
    """Why step ``k`` is not part of the one before."""
    step, other = plan.steps[k], plan.steps[k - 1]
    kinds = ("send", "receive")
    if step[0] in kinds or other[0] in kinds:
        return "messages between ranks stand between nests"
    if step[0] != "nest":
        return "a function on tiles, which nothing fuses with"
    if other[0] != "nest":
        return f"pass {k - 1} is a function on tiles, which nothing fuses with"
    if step[1] != other[1]:
        return f"other points than pass {k - 1}: {shape(step[1])}, not {shape(other[1])}"
    if k - 1 in step[3]:
        return f"a point of it needs what pass {k - 1} does at other points"
    return f"no room in pass {k - 1}, or it reduces along other axes"


def write(run, path):
    """Writes the page. Raises ``OSError``."""
    body = []
    for rank in run.ranks:
        if len(run.ranks) > 1:
            body.append(f"<h2>Rank {rank.trace.rank}</h2>")
        body += _rank(run, rank)
    parts = {"PROGRAM": escape(run.program), "HEAD": _head(run), "BODY": "\n".join(body)}
    with whole_file(path, encoding="utf-8", errors="backslashreplace") as file:
        file.writelines(framed("explain", "Legate explain", parts))


def _head(run):
    plans = sum(len(folded(rank.trace)[0]) for rank in run.ranks)
    windows = sum(len(rank.trace.windows) for rank in run.ranks)
    launches = sum(
        len(rank.trace.plans[base].launches) for rank in run.ranks for base, _ in rank.trace.windows.values()
        if base in rank.trace.plans
    )  # fmt: skip
    passes = sum(len(rank.step_label_of) for rank in run.ranks)
    facts = [(f"{launches:,}", "launches"), (f"{windows:,}", "windows"), (f"{plans:,}", "plans"), (f"{passes:,}", "passes ran")]
    return "".join(f"<div class=tile><b>{value}</b><span>{name}</span></div>" for value, name in facts)


def _rank(run, rank):
    trace = rank.trace
    count, windows = folded(trace)
    first = {}
    for window, base, _ in windows:
        first.setdefault(base, window)
    found = []
    for base, rounds in count.items():
        often = f"windows {first[base]} and {rounds - 1} later ones like it" if rounds > 1 else f"window {first[base]}"
        found.append(f"<section><h3>{often}</h3>{_launches(trace, trace.plans[base])}{_steps(run, rank, trace.plans[base])}</section>")
    if not found:
        found.append("<p>Nothing was recorded: every operation was small and ran at once.</p>")
    return found


def _place(trace, place):
    found = trace.places.get(place)
    return f'<span class=place title="{escape(found[0])}">{escape(short(found[0]))}:{found[1]}</span>' if found else ""


def _launches(trace, plan):
    pass_of = {launch: k for k, step in enumerate(plan.steps) for launch in step[2]}
    rows = []
    for k, (name, place, domain, inputs, outputs, kind) in enumerate(plan.launches):
        became = f"pass {pass_of[k]}" if k in pass_of else "dead: nobody could see its result"
        rows.append(
            f"<tr{'' if k in pass_of else ' class=dead'}><td>{_place(trace, place)}</td><td>{escape(name)}</td>"
            f"<td>{shape(domain)}</td><td>{kind}</td><td>{_stores(plan, inputs)}</td><td>{_stores(plan, outputs)}</td>"
            f"<td>{became}</td></tr>"
        )
    head = "".join(f"<th>{name}</th>" for name in ("line", "launch", "points", "kind", "reads", "writes", "became"))
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def _stores(plan, ordinals):
    words = []
    for ordinal in dict.fromkeys(ordinals):
        kind, extents, bits = plan.stores[ordinal]
        title = f"{kind} {shape(extents)}" + (", held by the program" if bits & 1 else ", temporary")
        title += ", spread over the ranks by rows" if bits & 2 else ""
        words.append(f'<span class="store{"" if bits & 1 else " temporary"}" title="{escape(title)}">s{ordinal}</span>')
    return " ".join(words)


def _steps(run, rank, plan):
    cards = []
    for k, step in enumerate(plan.steps):
        kind, domain, launches, needs, chunks, read, written, messages, tier = step
        names = ", ".join(escape(plan.launches[launch][0]) for launch in launches) or kind
        facts = [f"{kind} over {shape(domain)}", f"{chunks} chunk{'s' * (chunks != 1)}"]
        if read or written:
            facts.append(f"reads {size(read)}, writes {size(written)}")
        if tier:
            facts.append(escape(tier))
        mine = rank.step_subject == plan.base + k
        if mine.any():
            facts.append(f"{lost.percent(float(rank.step_busy[mine].sum()) / (run.duration * rank.workers))} of the cores' time")
        for other, count in zip(messages[::2], messages[1::2]):
            facts.append(f"{size(count)} {'to' if kind == 'send' else 'from'} rank {other}")
        if needs:
            facts.append("waits for pass " + ", ".join(map(str, needs)))
        why = f"<div class=why>apart: {escape(reason(plan, k))}</div>" if k else ""
        cards.append(
            f"<div class=pass><b>pass {k}</b> <span class=names>{names}</span><div class=facts>{' · '.join(facts)}</div>{why}</div>"
        )
    return "".join(cards)
