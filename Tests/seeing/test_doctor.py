"""``legate doctor``: each habit is found on its line, and good programs get no report."""

import csv
import io
import json

import pytest

BAD = """\
import cunumeric as np
import numpy

a = np.arange(4000.0)
total = 0.0
for i in range(60):
    total += float(a.sum() + i)
for i in range(60):
    a[i] = a[i + 1] + 1.0
for i in range(60):
    part = a[i:i + 4] * 2.0
for value in a[:20]:
    pass
big = max(a[:50])
grown = np.zeros(0)
for i in range(20):
    grown = np.append(grown, i * 1.0)
rows = np.array([np.ones(3) for _ in range(30)])
for i in range(8):
    picked = a[a > 10.0]
for i in range(3):
    places = np.nonzero(a > 5.0)
for i in range(3):
    host = numpy.asarray(a)
u = np.linalg.svd(np.ones((20, 20)))
"""
EXPECTED = {
    "value-read": 7, "item-access": 9, "tiny-slice": 11, "iteration": 12, "python-builtin": 14, "growing-array": 17,
    "list-of-arrays": 18, "advanced-indexing": 20, "nonzero": 22, "host-conversion": 24, "host-fallback": 25,
}  # fmt: skip
GOOD = """\
import cunumeric as np

a = np.arange(4000.0)
for i in range(20):
    a = np.where(a > 5.0, a * 0.5, a + 1.0)
print(float(a.sum()))
"""


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    from seen_runs import Folder

    made = Folder(tmp_path_factory.mktemp("doctor"))
    result = made.legate("doctor", "--format", "json", "--output", "report.json", made.program(BAD))
    return made, json.loads((made.path / "report.json").read_text()), result


@pytest.mark.parametrize("habit", EXPECTED)
def test_finds(report, habit):
    lines = [row["line"] for row in report[1] if row["habit"] == habit]
    assert EXPECTED[habit] in lines


def test_tells_how_often_and_how_long(report):
    [row] = [row for row in report[1] if row["habit"] == "value-read" and row["line"] == 7]
    assert row["count"] == 60 and row["seconds"] > 0 and row["file"].endswith("program.py")
    assert "np.where" in row["instead"]


def test_good_programs_get_no_report(folder):
    result = folder.legate("doctor", folder.program(GOOD))
    assert float(result.stdout) > 0
    assert result.stderr.endswith("legate doctor: nothing found\n")


def test_plain_text_names_line_and_better_way(report):
    text = report[0].legate("doctor", "program.py").stderr
    assert "program.py:9: item-access, 120 times" in text
    assert "better: write the loop as one expression" in text


def test_csv_has_a_row_for_each(report):
    report[0].legate("doctor", "--format", "csv", "--output", "r.csv", "program.py")
    rows = list(csv.DictReader(io.StringIO((report[0].path / "r.csv").read_text())))
    assert {row["habit"] for row in rows} == {row["habit"] for row in report[1]}


def test_exit_codes_and_errors_are_the_programs(folder):
    folder.legate("doctor", folder.program("import sys; sys.exit(7)"), code=7)
    result = folder.legate("doctor", folder.program("1 / 0"), code=1)
    assert "ZeroDivisionError" in result.stderr
    assert "no program" in folder.legate("doctor", "nowhere.py", code=2).stderr
    assert "allowed" in folder.legate("doctor", code=2).stderr or "needs" in folder.legate("doctor", code=2).stderr
    assert "invalid choice" in folder.legate("doctor", "--format", "xml", "x.py", code=2).stderr


def test_arguments_and_imports_are_the_programs(folder):
    (folder.path / "sub").mkdir()
    (folder.path / "sub" / "mine.py").write_text("value = 41")
    (folder.path / "sub" / "main.py").write_text("import sys, mine; print(sys.argv[1:], mine.value, __name__)")
    result = folder.legate("doctor", "sub/main.py", "--format", "x")
    assert result.stdout == "['--format', 'x'] 41 __main__\n"
