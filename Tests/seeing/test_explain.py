"""``legate explain`` as text and as a page."""

import re

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


LOOPS = """\
import cunumeric as np

def smooth(u, steps):
    for k in range(steps):
        for j in range(2):
            u[1:-1] = 0.5 * (u[:-2] + u[2:])

def search(u):
    for k in range(10):
        u[1:-1] = 0.5 * (u[:-2] + u[2:])
        print(end="")

def relax(u):
    error, rounds = 1.0, 0
    while error > 1e-3 and rounds < 8:
        new = 0.5 * (u[:-2] + u[2:])
        error = np.abs(new - u[1:-1]).max()
        u[1:-1] = new
        rounds += 1
        if rounds > 100:
            raise ValueError(rounds)

def own(u):
    for k in range(30):
        u[1:-1] = 0.5 * (u[:-2] + u[2:])
    return len(locals())

def unset(u, n):
    if n > 0:
        scale = 0.5
    for k in range(n):
        u[1:-1] = scale * (u[:-2] + u[2:])

def given():
    for k in range(3):
        yield k

def once(u):
    for k in range(2):
        u[k] = k

u = np.zeros(20)
once(u)
for _ in range(1500):
    u[0] = 1.0
    smooth(u, 6)
    search(u)
    u[7] = 5.0
    relax(u)
    own(u)
    unset(u, 9)
for k in given():
    pass
"""

# Line and function -> what is said, as a pattern.
SAID = {
    "4 in smooth": r"compiled, ran natively [\d,]+ times, [\d,]+ iterations",
    "9 in search": "left to Python: a native loop cannot contain print in line 11",
    "15 in relax": r"compiled, ran natively [\d,]+ times, [\d,]+ iterations; some iterations are Python's: a native loop cannot contain `raise` in line 21",
    "24 in own": "left to Python: it looks at its own variables",
    "31 in unset": "left to Python: scale may have no value before the loop",
    "35 in given": "left to Python: given is a generator",
    "39 in once": "left to Python: it was never found at work, which is looked at after every thousand small operations or so",
    "52": "left to Python: a native loop cannot contain a loop over given\\(\\)",
}


def loops_in(text):
    """Line and function -> what `legate explain` says of the loop there."""
    found = re.findall(r"^legate explain:   loop    program.py:(.+?): (.+)$", text, re.MULTILINE)
    assert len(found) == len(dict(found)), found
    return dict(found)


def number(text):
    return int(text.replace(",", ""))


def test_loops(folder):
    """Every loop of the program is there once, in order: what ran natively and how often, and why others did not."""
    result = folder.legate("explain", folder.program(LOOPS))
    said = loops_in(result.stderr)
    for place, words in SAID.items():
        assert re.fullmatch(words, said[place]), (place, said[place])
    # Five of six iterations of a call are native ones, but for one that began before the loop was found.
    times, iterations = map(number, re.findall(r"[\d,]+(?= times| iterations)", said["4 in smooth"]))
    assert 500 < times < 1500 and 0 <= 5 * times - iterations < 5
    times, _ = map(number, re.findall(r"[\d,]+(?= times| iterations)", said["15 in relax"]))
    assert 500 < times < 1500
    lines = [int(place.split()[0]) for place in said]
    assert lines == [4, 5, 9, 15, 24, 31, 35, 39, 44, 52]
    assert said["5 in smooth"].startswith("compiled, ran natively")


def test_loops_that_are_switched_off(folder):
    result = folder.legate("explain", folder.program(LOOPS), environment={"LEGATE_COMPILE_LOOPS": "0"})
    assert set(loops_in(result.stderr).values()) == {
        "left to Python: LEGATE_COMPILE_LOOPS=0 asks for it",
    }


def test_no_loops_are_explained_unasked(folder):
    assert folder.legate(folder.program(LOOPS)).stderr == ""
