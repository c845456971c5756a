"""``--dataflow`` and ``--event``: graphs of a run for GraphViz.

Loops are folded: all windows that ran one plan from the same lines are drawn once, with how often they
ran, and so are the rounds of a loop inside of a window; what one round hands to the next is a dashed edge.
Of the events, what has to come before and follows from other edges is not drawn. In: a ``Run``. Out: a
``Graph`` that counts its nodes and edges, and writes itself as ``.dot`` and, where GraphViz is, as ``.pdf``.
"""

import shutil
import subprocess

import numpy as np

from .model import brief, short
from .rounds import PlanRounds

COLOURS = {"store": "#eef3fb", "launch": "#fdf3e1", "message": "#efeafc", "wait": "#fbe4e1", "task": "#e7f4e6"}


class Graph:
    """Nodes in nested clusters, and edges between them, each once."""

    def __init__(self, title):
        self.title = title
        self.nodes = {}
        self.clusters = {}
        self.edges = {}

    def node(self, key, text, sort, cluster=None, **more):
        if key not in self.nodes:
            self.nodes[key] = (text, sort, cluster, more)
        return key

    def edge(self, tail, head, style="solid", text=""):
        if tail in self.nodes and head in self.nodes:
            self.edges.setdefault((tail, head, style), text)

    def leave_out_implied(self):
        """Drops edges between events that follow from others; of dashed ones, from others of the same loop."""
        place = {key: k for k, key in enumerate(self.nodes)}
        heads = {}
        for tail, head, style in self.edges:
            if style != "dashed" and place[tail] < place[head]:
                heads.setdefault(tail, set()).add(head)
        # Bit k of `behind`: node k comes at or behind this one.
        behind = {}
        for key in reversed(self.nodes):
            behind[key] = 1 << place[key]
            for head in sorted(heads.get(key, ()), key=place.get):
                if behind[key] >> place[head] & 1:
                    for style in ("solid", "bold"):
                        self.edges.pop((key, head, style), None)
                else:
                    behind[key] |= behind[head]
        self._leave_out_implied_rounds(place, behind)

    def _leave_out_implied_rounds(self, place, behind):
        def follows(later, earlier):
            return behind[earlier] >> place[later] & 1

        loops = {}
        for tail, head, style in self.edges:
            if style == "dashed":
                loops.setdefault(self._loop(tail, head), []).append((tail, head))
        for edges in loops.values():
            for tail, head in edges:
                others = ((t, h) for t, h in edges if (t, h) != (tail, head))
                if any(follows(t, tail) and follows(head, h) for t, h in others):
                    del self.edges[tail, head, "dashed"]

    def _loop(self, tail, head):
        """The cluster whose rounds a dashed edge goes through."""
        clusters = self.nodes[tail][2], self.nodes[head][2]
        return clusters[0] if clusters[0] == clusters[1] else "windows"

    def dot(self):
        number = {key: f"n{k}" for k, key in enumerate(self.nodes)}
        lines = [
            f"digraph {quoted(self.title)} {{",
            '  graph [rankdir=TB, fontname="Helvetica", fontsize=12, labelloc=t, compound=true, '
            f"label={quoted(self.title)}];",
            '  node [fontname="Helvetica", fontsize=10, style="filled,rounded", shape=box, color="#8894a6"];',
            '  edge [color="#5b6675", arrowsize=0.7, fontname="Helvetica", fontsize=9];',
        ]
        self._cluster_lines(None, number, lines, "  ")
        for (tail, head, style), text in self.edges.items():
            label = f", label={quoted(text)}" if text else ""
            lines.append(f"  {number[tail]} -> {number[head]} [style={style}{label}];")
        return "\n".join([*lines, "}", ""])

    def _cluster_lines(self, cluster, number, lines, indent):
        for key, (text, sort, where, more) in self.nodes.items():
            if where == cluster:
                extra = "".join(f", {name}={quoted(value)}" for name, value in more.items())
                lines.append(f'{indent}{number[key]} [label={quoted(text)}, fillcolor="{COLOURS[sort]}"{extra}];')
        for k, (key, (text, parent)) in enumerate(self.clusters.items()):
            if parent == cluster and key != cluster:
                lines.append(f"{indent}subgraph cluster_{k} {{")
                lines.append(f'{indent}  label={quoted(text)}; style=rounded; color="#b8c1cf"; fontsize=10;')
                self._cluster_lines(key, number, lines, indent + "  ")
                lines.append(f"{indent}}}")


def quoted(text):
    """A string of the DOT language, whatever is in it."""
    plain = "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in str(text))
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def shape(extents):
    return "(" + ", ".join(map(str, extents)) + ("," if len(extents) == 1 else "") + ")"


def line_of(trace, place):
    found = trace.places.get(place)
    return f"\n{short(found[0])}:{found[1]}" if found else ""


def folded(trace):
    """Plans in the order in which they first ran, with how often; and all windows in order."""
    windows = [(w, base, stores) for w, (base, stores) in sorted(trace.windows.items()) if base in trace.plans]
    count = {}
    for _, base, _ in windows:
        count[base] = count.get(base, 0) + 1
    return count, windows


def dataflow(run):
    """Stores and launches of rank 0: what each launch reads and writes."""
    rank = run.ranks[0]
    trace = rank.trace
    graph = Graph(f"dataflow of {run.program}")
    count, windows = folded(trace)
    for number, (base, rounds) in enumerate(count.items(), 1):
        often = f", {rounds} times" if rounds > 1 else ""
        graph.clusters["window", base] = (f"window {number}{often}", None)
        _draw_plan(graph, trace, trace.plans[base], base)
    _tie_windows(graph, trace, windows)
    _name_loose_stores(graph)
    return graph


def _draw_plan(graph, trace, plan, base):
    dead = set(plan.dead)
    rounds = PlanRounds(plan)
    _add_loops(graph, rounds.steps, ("window", base))
    group_of = {}
    for k, step in enumerate(plan.steps):
        if len(step[2]) > 1:
            home = _cluster(("window", base), rounds.steps.loop(k))
            if rounds.steps.first[k] == k:
                graph.clusters["group", base, k] = (f"one pass over {shape(step[1])}", home)
            group_of.update({launch: ("group", base, rounds.steps.first[k]) for launch in step[2]})
    homes = _homes(plan, rounds, ("window", base), group_of)
    writer = {}
    for k, (name, place, domain, inputs, outputs, _) in enumerate(plan.launches):
        if k in dead and k not in group_of:
            continue
        cluster = group_of.get(k) or _cluster(("window", base), rounds.loop(k))
        words = f"{name}\n{shape(domain)}{line_of(trace, place)}"
        me = graph.node(("launch", base, rounds.launch[k]), words, "launch", cluster)
        for store in dict.fromkeys(inputs):
            drawn = _store(graph, plan, base, rounds, store, homes)
            crosses = store in writer and rounds.crosses(writer[store], k)
            graph.edge(drawn, me, *(("dashed", "next round") if crosses else ()))
        for store in dict.fromkeys(outputs):
            graph.edge(me, _store(graph, plan, base, rounds, store, homes))
            writer[store] = k


def _add_loops(graph, rounds, window):
    for k, (_, _, count) in enumerate(rounds.loops):
        graph.clusters["loop", window, k] = (f"{count} times", window)


def _cluster(window, loop):
    """Where what belongs to a loop of a window is drawn."""
    return window if loop is None else ("loop", window, loop)


def _homes(plan, rounds, window, group_of):
    """Temporaries that only one pass, or one loop, touches, with that: they are drawn inside of it."""
    touching = {}
    for k, (_, _, _, inputs, outputs, _) in enumerate(plan.launches):
        for store in (*inputs, *outputs):
            groups, loops = touching.setdefault(rounds.store(store), (set(), set()))
            groups.add(group_of.get(k))
            loops.add(_cluster(window, rounds.loop(k)))
    return {
        store: next(iter(groups)) if len(groups) == 1 and None not in groups else next(iter(loops))
        for store, (groups, loops) in touching.items() if len(loops) == 1 and store not in rounds.kept
    }  # fmt: skip


def _store(graph, plan, base, rounds, ordinal, homes):
    ordinal = rounds.store(ordinal)
    kind, extents, bits = plan.stores[ordinal]
    text = f"{kind}\n{shape(extents)}" + ("\nspread over the ranks" if bits & 2 else "")
    style = {} if ordinal in rounds.kept else {"style": "filled,dashed"}
    home = homes.get(ordinal) or ("window", base)
    return graph.node(("store", base, ordinal), text, "store", home, shape="ellipse", **style)


def _tie_windows(graph, trace, windows):
    """Edges from a store to itself in a later window; dashed where that is the next round of a loop."""
    seen = {}
    order = {base: k for k, base in enumerate(dict.fromkeys(base for _, base, _ in windows))}
    rounds = {base: PlanRounds(trace.plans[base]) for base in order}
    for _, base, stores in windows:
        for ordinal, store in enumerate(stores):
            here = ("store", base, rounds[base].store(ordinal))
            if here not in graph.nodes:
                continue
            before = seen.get(store)
            if before and before != here:
                back = order[before[1]] >= order[base]
                graph.edge(before, here, "dashed" if back else "bold", "next round" if back else "same store")
            seen[store] = here


def _name_loose_stores(graph):
    written = {head for _, head, _ in graph.edges}
    for key, (text, sort, cluster, more) in list(graph.nodes.items()):
        if sort == "store" and key not in written:
            graph.nodes[key] = (text + "\nthere before", sort, cluster, more)


def events(run):
    """What ran on every rank, and what had to come before: tasks, messages, waits of the program."""
    graph = Graph(f"events of {run.program}")
    for rank in run.ranks:
        _draw_events(graph, run, rank)
    graph.leave_out_implied()
    for rank in run.ranks:
        _draw_waits(graph, rank, ("rank", rank.trace.rank) if len(run.ranks) > 1 else None)
    _tie_messages(graph, run)
    return graph


def _draw_events(graph, run, rank):
    trace, number = rank.trace, rank.trace.rank
    count, windows = folded(trace)
    if len(run.ranks) > 1:
        graph.clusters["rank", number] = (f"rank {number}", None)
    top = ("rank", number) if len(run.ranks) > 1 else None
    for position, (base, rounds) in enumerate(count.items(), 1):
        often = f", {rounds} times" if rounds > 1 else ""
        window = ("window", number, base)
        graph.clusters[window] = (f"window {position}{often}", top)
        plan = trace.plans[base]
        rounds = PlanRounds(plan).steps
        _add_loops(graph, rounds, window)
        for k, step in enumerate(plan.steps):
            words = _event(trace, plan, step)
            graph.node(("step", number, base, rounds.first[k]), *words, _cluster(window, rounds.loop(k)))
        for k, step in enumerate(plan.steps):
            for earlier in step[3]:
                style = "dashed" if rounds.crosses(earlier, k) else "solid"
                tail, head = ("step", number, base, rounds.first[earlier]), ("step", number, base, rounds.first[k])
                graph.edge(tail, head, style)
    _tie_steps(graph, trace, windows)


def _event(trace, plan, step):
    kind, domain, launches, _, chunks, _, _, messages, _ = step
    if messages:
        words = "\n".join(
            f"{'to' if kind == 'send' else 'from'} rank {other}: {size} bytes"
            for other, size in zip(messages[::2], messages[1::2])
        )
        return f"{kind}\n{words}", "message"
    names = [plan.launches[k][0] for k in launches]
    place = line_of(trace, plan.launches[launches[0]][1]) if launches else ""
    pieces = f"\n{chunks} chunks" if chunks > 1 else ""
    copies = names and set(names) == {"copy"}
    return f"{'copy' if copies else brief(names) or kind}\n{shape(domain)}{place}{pieces}", "task"


def _tie_steps(graph, trace, windows):
    """Edges between windows: from the step that wrote a store last to those that read it."""
    writer = {}
    operands = {}
    rank = trace.rank
    order = {base: k for k, base in enumerate(dict.fromkeys(base for _, base, _ in windows))}
    first = {base: PlanRounds(trace.plans[base]).steps.first for base in order}
    for _, base, stores in windows:
        plan, written = trace.plans[base], {}
        for k in range(len(plan.steps)):
            me = ("step", rank, base, first[base][k])
            if (base, k) not in operands:
                operands[base, k] = plan.operands(k)
            reads, writes = operands[base, k]
            for store in reads:
                before = writer.get(stores[store])
                if before:
                    back = order[before[2]] >= order[base]
                    graph.edge(before, me, "dashed" if back else "bold")
            for store in writes:
                written[stores[store]] = me
        writer.update(written)


def _draw_waits(graph, rank, cluster):
    """Where the program waited, behind the last step of the windows that ran meanwhile."""
    trace = rank.trace
    _, windows = folded(trace)
    waits, _ = trace.of_kind("wait")
    ran, _ = trace.of_kind("window")
    base_of = {window: base for window, base, _ in windows}
    found = {}
    for place, window in zip(waits["subject"].tolist(), _last_inside(waits, ran)):
        entry = found.setdefault(place, [0, {}])
        entry[0] += 1
        if window in base_of:
            entry[1][base_of[window]] = True
    for place, (count, bases) in found.items():
        often = f"\n{count} times" if count > 1 else ""
        me = graph.node(("wait", trace.rank, place), f"waits for a value{line_of(trace, place)}{often}", "wait", cluster)
        for base in bases:
            first = PlanRounds(trace.plans[base]).steps.first
            if first:
                graph.edge(("step", trace.rank, base, first[-1]), me)


def _last_inside(waits, ran):
    """For each wait the last window that ran in it; nothing where none did."""
    if not len(ran):
        return [None] * len(waits)
    last = np.searchsorted(ran["start"], waits["end"], "right") - 1
    inside = (last >= 0) & (ran["start"][last] >= waits["start"]) & (ran["end"][last] <= waits["end"])
    return [int(window) if is_there else None for window, is_there in zip(ran["value"][last], inside)]


def _tie_messages(graph, run):
    """From a send on one rank to the receive on the other: in the same window, between the same two."""
    sends, receives = {}, {}
    for rank in run.ranks:
        trace = rank.trace
        count, windows = folded(trace)
        first = {base: PlanRounds(trace.plans[base]).steps.first for base in count}
        for window, base, _ in windows:
            for k, step in enumerate(trace.plans[base].steps):
                table = sends if step[0] == "send" else receives if step[0] == "receive" else None
                for place, (other, size) in enumerate(zip(step[7][::2], step[7][1::2])):
                    if table is not None:
                        pair = (trace.rank, other) if table is sends else (other, trace.rank)
                        table.setdefault((window, *pair), []).append((("step", trace.rank, base, first[base][k]), size, place))
    for key, sent in sends.items():
        for (tail, size, _), (head, _, _) in zip(sent, receives.get(key, [])):
            graph.edge(tail, head, "bold", f"{size} bytes")


def draw(graph, path, say):
    """Writes ``path.dot``, and ``path.pdf`` where GraphViz is installed. Raises ``OSError``."""
    dot = path.with_suffix(".dot")
    dot.write_text(graph.dot(), "utf-8", errors="backslashreplace")
    counts = f"{len(graph.nodes)} nodes, {len(graph.edges)} edges"
    program = shutil.which("dot")
    if program is None:
        return say(f"the graph is {dot} ({counts}); with GraphViz installed (apt install graphviz) it is drawn as well")
    pdf = path.with_suffix(".pdf")
    made = subprocess.run([program, "-Tpdf", "-o", pdf, dot], capture_output=True, text=True, errors="replace")
    if made.returncode:
        return say(f"the graph is {dot} ({counts}); GraphViz could not draw it: {made.stderr.strip()[:200]}")
    say(f"the graph is {pdf} ({counts})")
