"""`%legate_profile`: a cell or a statement is recorded, and shown under it."""

import pytest


def shown(notebook, cell):
    """The data of the one thing that a cell shows."""
    outputs, status = notebook.run(cell)
    assert status == "ok", outputs
    found = [output["data"] for output in outputs if output["output_type"] == "display_data"]
    assert len(found) == 1, outputs
    return found[0]


WORK = """\
for k in range(30):
    a = np.sqrt(a * a + 1.0)
    float(a[0])"""


@pytest.fixture(scope="module", autouse=True)
def names(notebook):
    notebook.text("import cunumeric as np, _legate\na = np.ones(200_000)")


def test_a_cell_is_shown_with_its_lines(notebook):
    data = shown(notebook, f"%%legate_profile\n{WORK}")
    # The lines are those of the cell, its first line included.
    assert f"In [{notebook.number}]:4 waits for a value every iteration (30 times)" in data["text/plain"]
    assert data["text/plain"].startswith(f"In [{notebook.number}]\n")
    frame = data["text/html"]
    assert frame.startswith("<iframe srcdoc=") and 'sandbox="allow-scripts"' in frame
    assert "http://" not in frame and "https://" not in frame
    assert notebook.text("print(_legate.is_traced())") == "False\n"


def test_lines_of_other_cells_keep_their_numbers(notebook):
    notebook.text("def earlier(a):\n    return float(a[2])")
    before = notebook.number
    data = shown(notebook, "%%legate_profile --summary\nfor k in range(30): a = a + 1.0; earlier(a)")
    assert f"In [{before}]:2 waits for a value every iteration (30 times)" in data["text/plain"]
    assert data["text/plain"].startswith(f"In [{notebook.number}]\n") and notebook.number == before + 1


def test_a_statement(notebook):
    data = shown(notebook, "%legate_profile --summary x = float((a * 2).sum())")
    assert "text/html" not in data and "1 rank, 4 workers" in data["text/plain"]
    assert notebook.text("print(x == 2 * float(a.sum()))") == "True\n"


def test_the_last_value_is_shown_too(notebook):
    outputs, _ = notebook.run("%%legate_profile --summary\n6 * 7")
    assert [o["data"]["text/plain"] for o in outputs if o["output_type"] == "execute_result"] == ["42"]


def test_the_page_is_kept_where_asked(notebook, tmp_path):
    data = shown(notebook, f"%%legate_profile --save {tmp_path}/kept\n{WORK}")
    assert 'kept/legate_prof/index.html" target="_blank">' in data["text/html"]
    assert (tmp_path / "kept" / "legate_prof" / "legate.perfetto-trace").stat().st_size > 1000
    assert (tmp_path / "kept" / "legate_0.prof").exists()


def test_workers_may_change_meanwhile(notebook):
    data = shown(notebook, f"%%legate_profile --summary\n%legate --cpus 6\n{WORK}\n%legate --cpus 4")
    assert "6 workers" in data["text/plain"]


def test_an_error_is_shown_once_and_the_profile_too(notebook):
    outputs, status = notebook.run("%%legate_profile --summary\nfloat(a[1])\n1 / 0")
    assert status == "error"
    assert [o["ename"] for o in outputs if o["output_type"] == "error"][0] == "ZeroDivisionError"
    assert len([o for o in outputs if o["output_type"] == "display_data"]) == 1
    assert notebook.text("print(_legate.is_traced())") == "False\n"


def test_markup_in_a_cell_is_text(notebook):
    hostile = "</script><script>document.title='owned'</script>"
    data = shown(notebook, f"%%legate_profile\nimport legate\nwith legate.ProfileRange({hostile!r}):\n    float(a[1])")
    assert hostile not in data["text/html"] and "<script>document.title" not in data["text/html"]


@pytest.mark.parametrize(
    "cell, complaint",
    [
        ("%legate_profile", "nothing to record; allowed: a statement, or %%legate_profile above a cell"),
        ("%%legate_profile now\npass", "'now' is no option; allowed: --save DIR, --height N, --summary"),
        ("%legate_profile --hight 3 x = 1", "unrecognized arguments: --hight"),
        ("%legate_profile --height 0 x = 1", "the value '0' is invalid; allowed: a whole number from 1 up"),
        ("%legate_profile --save /proc/nowhere x = 1", "/proc/nowhere"),
    ],
)
def test_wrong_words(notebook, cell, complaint):
    outputs, _ = notebook.run(cell)
    assert complaint in str(outputs)
    assert notebook.text("print(_legate.is_traced())") == "False\n"
