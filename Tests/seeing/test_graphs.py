"""``--dataflow`` and ``--event``: what stands in the graphs, loops folded."""

import re
import shutil

import pytest
from seen_runs import Folder

CHAIN = """\
import cunumeric as np

x = np.linspace(0.0, 1.0, 100000)
y = np.sqrt(x * x + 1.0)
print(float(y.sum()))
"""
SORTED = """\
import cunumeric as np

a = (np.arange(200000) * 7919) % 100003
print(int(np.sort(a)[5]))
"""
RELAXED = """\
import cunumeric as np

a = np.ones((300, 300)) + 300 * np.eye(300)
d = np.diag(a)
r = a - np.diag(d)
x = np.zeros(300)
for _ in range(12):
    x = (a[0] - r @ x) / d
print(float(x.sum()))
"""


@pytest.fixture(scope="session")
def drawn(tmp_path_factory, stencil):
    made = {"stencil": stencil}
    for name, text in {"chain": CHAIN, "sorted": SORTED, "relaxed": RELAXED}.items():
        made[name] = Folder(tmp_path_factory.mktemp(name))
        made[name].result = made[name].legate("--cpus", 2, "--dataflow", "--event", made[name].program(text, f"{name}.py"))
    return made


@pytest.mark.parametrize(
    ("name", "graph", "nodes", "edges"),
    [
        ("stencil", "dataflow", 34, 41),
        ("stencil", "event_graph", 6, 7),
        ("chain", "dataflow", 18, 17),
        ("chain", "event_graph", 5, 4),
        ("sorted", "dataflow", 12, 12),
        ("sorted", "event_graph", 6, 6),
        ("relaxed", "dataflow", 29, 35),
        ("relaxed", "event_graph", 10, 10),
    ],
)
def test_sizes(drawn, name, graph, nodes, edges):
    dot = (drawn[name].path / f"{graph}_legate.dot").read_text()
    found = (len(re.findall(r"^ *n\d+ \[", dot, re.M)), len(re.findall(r"^ *n\d+ -> n\d+ ", dot, re.M)))
    assert found == (nodes, edges)


def test_lines_shapes_and_groups_are_named(drawn):
    dot = (drawn["chain"].path / "dataflow_legate.dot").read_text()
    assert "sqrt\\n(100000,)\\nchain.py:4" in dot
    assert "one pass over (100000,)" in dot
    assert "30 times" in (drawn["stencil"].path / "event_graph_legate.dot").read_text() or "times" in (
        drawn["stencil"].path / "event_graph_legate.dot"
    ).read_text()


@pytest.mark.skipif(shutil.which("dot") is None, reason="no GraphViz: apt install graphviz")
def test_drawn_as_pdf(drawn):
    for name in ("dataflow_legate.pdf", "event_graph_legate.pdf"):
        assert (drawn["stencil"].path / name).read_bytes().startswith(b"%PDF")


def test_without_graphviz_the_dot_file_stays(folder, monkeypatch, stencil, capsys):
    from legate import profile

    shutil.copy(stencil.path / "legate_0.prof", folder.path)
    monkeypatch.setenv("PATH", str(folder.path))
    assert profile.main([str(folder.path / "legate_0.prof"), "--dataflow"]) == 0
    assert "apt install graphviz" in capsys.readouterr().err
    assert (folder.path / "dataflow_legate.dot").exists()
    assert not (folder.path / "dataflow_legate.pdf").exists()


def test_temporaries_of_one_pass_are_drawn_inside_of_it(drawn):
    dot = (drawn["chain"].path / "dataflow_legate.dot").read_text()
    inside = re.findall(r'label="one pass over \(100000,\)".*?\n(.*?)\n    \}', dot, re.S)
    assert [text.count("ellipse") for text in inside] == [3, 2]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext: bin/build --test installs it")
def test_the_pdf_says_what_the_dot_file_says(drawn):
    import subprocess

    pdf = drawn["stencil"].path / "dataflow_legate.pdf"
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True).stdout
    for words in ("dataflow of stencil.py", "window 2, 29 times", "next round", "maximum.reduce", "one pass over (598, 598)"):
        assert words in text


def test_thousands_of_waits_are_one_that_is_tied(folder):
    import made_traces
    import numpy as np

    from legate.seeing.graphs import events

    at = 2000 + 1000 * np.arange(3000)
    lines = [{"about": "place", "id": 9, "file": "/p/prog.py", "line": 3}, made_traces.plan(100, 9)]
    lines += [{"about": "window", "id": w, "base": 100, "stores": [w, w + 1]} for w in range(3000)]
    waits = made_traces.records("wait", at, at + 900, 9, 8)
    ran = made_traces.records("window", at + 100, at + 800, 100, np.arange(3000))
    made_traces.write(folder.path / "legate_0.prof", lines, {0: np.concatenate([waits, ran])})
    graph = events(folder.run())
    assert [node[0] for node in graph.nodes.values() if node[1] == "wait"] == ["waits for a value\nprog.py:3\n3000 times"]
    assert (("step", 0, 100, 0), ("wait", 0, 9), "solid") in graph.edges


@pytest.mark.parametrize(
    ("words", "loops", "first"),
    [
        ("abcbcbcd", [(1, 2, 3)], [0, 1, 2, 1, 2, 1, 2, 7]),
        ("aaaa", [(0, 1, 4)], [0, 0, 0, 0]),
        ("abab" + "cdcd", [(0, 2, 2), (4, 2, 2)], [0, 1, 0, 1, 4, 5, 4, 5]),
        ("aabaab", [(0, 3, 2)], [0, 1, 2, 0, 1, 2]),
        ("abcd", [], [0, 1, 2, 3]),
        ("", [], []),
    ],
)
def test_rounds_are_found(words, loops, first):
    from legate.seeing.rounds import Rounds

    rounds = Rounds(words)
    assert (rounds.loops, rounds.first) == (loops, first)
    assert all(words[k] == words[rounds.first[k]] for k in range(len(words)))


def test_rounds_are_told_from_each_other():
    from legate.seeing.rounds import Rounds

    rounds = Rounds("xabababy")
    assert rounds.crosses(2, 3) and not rounds.crosses(1, 2) and not rounds.crosses(0, 1) and not rounds.crosses(6, 7)


def test_a_loop_inside_of_a_window_is_drawn_once(drawn):
    events = (drawn["relaxed"].path / "event_graph_legate.dot").read_text()
    data = (drawn["relaxed"].path / "dataflow_legate.dot").read_text()
    for dot in (events, data):
        # The last round's division runs in one pass with the sum behind the loop.
        assert dot.count('label="11 times"') == 1 and dot.count("matmul") == 2
    assert events.count("style=dashed") == 1 and data.count("next round") == 1


def test_edges_that_follow_from_others_are_left_out():
    from legate.seeing.graphs import Graph

    graph = Graph("all before all")
    for key in "abcd":
        graph.node(key, key, "task")
    for tail, head in ("ab", "ac", "ad", "bc", "bd", "cd"):
        graph.edge(tail, head, "bold" if tail == "a" else "solid")
    for tail, head in ("da", "db", "ca"):
        graph.edge(tail, head, "dashed")
    graph.leave_out_implied()
    kept = {"".join(edge[:2]) for edge in graph.edges}
    assert kept == {"ab", "bc", "cd", "da"}


def test_hostile_names_are_quoted():
    from legate.seeing.graphs import quoted

    assert quoted('a"; b -> c; "\\\n\0') == '"a\\"; b -> c; \\"\\\\\\n\N{REPLACEMENT CHARACTER}"'


def test_messages_join_ranks(two_ranks):
    dot = (two_ranks.path / "event_graph_legate.dot").read_text()
    assert re.search(r"n\d+ -> n\d+ \[style=bold, label=\"\d+ bytes\"\]", dot)
    assert "rank 1" in dot
