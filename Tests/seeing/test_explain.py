"""``legate explain`` as text and as a page."""

import pytest
from test_page import HOSTILE

PROGRAM = """\
import cunumeric as np

x = np.linspace(0.0, 1.0, 50000)
y = x * 2.0 + 1.0
z = np.sort(y)
y[1:] = z[:-1] + y[1:]
print(float(y.sum()))
"""


def test_text_says_why_groups_stay_apart(folder):
    text = folder.legate("explain", folder.program(PROGRAM)).stderr
    assert "a function on tiles, which nothing fuses with" in text
    assert "other points than group" in text
    assert "  needs   group" in text


def test_the_page_says_the_same(folder):
    result = folder.legate("explain", "--html", folder.program(PROGRAM))
    assert "the page is explain.html" in result.stderr
    page = (folder.path / "explain.html").read_text()
    assert "which nothing fuses with" in page and "program.py:5" in page
    assert "waits for pass" in page


def test_a_program_is_needed(folder):
    assert "a program" in folder.legate("explain", "--html", code=2).stderr


def test_the_page_opens(chromium, folder):
    name = HOSTILE.replace("/", "\N{FRACTION SLASH}") + ".py"
    folder.legate("explain", "--html", folder.program(PROGRAM, name))
    browser = chromium
    browser.get_log("browser")
    browser.get((folder.path / "explain.html").resolve().as_uri())
    assert browser.title == "Legate explain"
    assert "onerror" in browser.find_element("tag name", "body").text
    assert browser.execute_script("return document.images.length + document.scripts.length") == 0
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("words", [["explain", "program.py"], ["explain", "--html", "program.py"]])
def test_exit_codes_are_the_programs(folder, words):
    folder.program("raise SystemExit(5)")
    folder.legate(*words, code=5)
