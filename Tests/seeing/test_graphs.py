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


@pytest.fixture(scope="session")
def drawn(tmp_path_factory, stencil):
    made = {"stencil": stencil}
    for name, text in {"chain": CHAIN, "sorted": SORTED}.items():
        made[name] = Folder(tmp_path_factory.mktemp(name))
        made[name].result = made[name].legate("--cpus", 2, "--dataflow", "--event", made[name].program(text, f"{name}.py"))
    return made


@pytest.mark.parametrize(
    ("name", "graph", "nodes", "edges"),
    [
        ("stencil", "dataflow", 34, 41),
        ("stencil", "event_graph", 6, 10),
        ("chain", "dataflow", 18, 17),
        ("chain", "event_graph", 5, 7),
        ("sorted", "dataflow", 14, 13),
        ("sorted", "event_graph", 7, 7),
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


def test_hostile_names_are_quoted():
    from legate.seeing.graphs import quoted

    assert quoted('a"; b -> c; "\\\n\0') == '"a\\"; b -> c; \\"\\\\\\n\N{REPLACEMENT CHARACTER}"'


def test_messages_join_ranks(two_ranks):
    dot = (two_ranks.path / "event_graph_legate.dot").read_text()
    assert re.search(r"n\d+ -> n\d+ \[style=bold, label=\"\d+ bytes\"\]", dot)
    assert "rank 1" in dot
