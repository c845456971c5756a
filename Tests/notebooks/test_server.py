"""Notebooks as a person uses them: a Jupyter server on loopback, cells run in a browser."""

import pytest

pytest.importorskip("notebook", reason="no notebook: bin/build --test installs it")

from notebook_server import Page, Server, browser  # noqa: E402
from test_notebooks import INFO  # noqa: E402

pytestmark = pytest.mark.slow

CELLS = [
    "%load_ext legate.jupyter\n%legate_info",
    "import cunumeric as np\nnp.arange(6).reshape(2, 3)",
    "a = np.zeros((2000, 3000), np.float32)\na",
    "%%legate --cpus 2\nprint((a + 1).sum())",
    "%%legate_profile\nfor k in range(40):\n    a = np.sqrt(a * a + 1)\n    float(a[0, 0])",
    "while True: a = np.sqrt(a * a + 1)",
    "print(1 + 1)",
]


@pytest.fixture(scope="module")
def window():
    window = browser()
    yield window
    window.quit()


def interrupt(page):
    """As the keys do it in a notebook: I, I outside of a cell."""
    from selenium.webdriver.common.keys import Keys

    body = page.browser.switch_to.active_element
    body.send_keys(Keys.ESCAPE)
    page.browser.switch_to.active_element.send_keys("ii")


def walk(server, window, name, kernel):
    """Runs all cells and looks at what stands below them."""
    server.write(name, kernel, CELLS)
    page = Page(window, server.url(name))
    return page, [page.run(k) for k in range(5)]


def test_a_notebook_on_one_rank(notebook, jupyter, tmp_path, window):
    server = Server(tmp_path)
    page, texts = walk(server, window, "one.ipynb", "legate_sm_gpu")
    assert texts[0] == INFO.strip()
    assert texts[1] == "array([[0, 1, 2],\n       [3, 4, 5]])"
    assert "6,000,000 elements, 22.9 MiB" in texts[2] and "[[0. 0. 0. ... 0. 0. 0.]" in texts[2]
    assert texts[3] == "6000000.0"
    # The timeline is drawn inside the notebook, and can be worked with.
    frame = page.cell(4).find_element("tag name", "iframe")
    window.switch_to.frame(frame)
    page.until("return document.documentElement.dataset.ready === 'yes'")
    assert "]:4 waits for a value every iteration (40 times)" in window.find_element("id", "side").text
    before = window.execute_script("return view.to - view.from")
    window.execute_script("zoom(0.5, 0.5)")
    assert window.execute_script("return view.to - view.from") == pytest.approx(before / 2)
    window.switch_to.default_content()

    page.start(5)
    page.until("return document.body.innerText.includes('[*]')")
    interrupt(page)
    page.until("return document.body.innerText.includes('KeyboardInterrupt')")
    assert page.run(6) == "2"
    errors = [entry for entry in window.get_log("browser") if entry["level"] == "SEVERE" and "srcdoc" in str(entry)]
    assert errors == []
    assert server.end() == []


def test_a_notebook_on_two_ranks(installed, jupyter, tmp_path, window):
    import shutil

    if shutil.which("mpirun") is None:
        pytest.skip("no mpirun: bin/build --test installs it")
    result = installed("--name", "Browsed", "--ranks-per-node", "2", "--launcher", "mpirun", "--cpus", "1")
    assert (result.returncode, result.stderr) == (0, "")
    server = Server(tmp_path)
    page, texts = walk(server, window, "two.ipynb", "browsed")
    assert texts[0].startswith("Kernel 'Browsed' configured for 1 node(s)")
    assert texts[3] == "6000000.0"
    window.switch_to.frame(page.cell(4).find_element("tag name", "iframe"))
    page.until("return document.documentElement.dataset.ready === 'yes'")
    assert window.execute_script("return ranks.length") == 2
    window.switch_to.default_content()
    page.start(5)
    page.until("return document.body.innerText.includes('[*]')")
    interrupt(page)
    page.until("return document.body.innerText.includes('KeyboardInterrupt')")
    assert page.run(6) == "2"
    assert server.end() == []
