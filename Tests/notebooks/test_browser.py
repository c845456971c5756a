"""A notebook in a real browser on a real server: outputs, the timeline of a cell, an interrupt, nothing left behind."""

import shutil

import pytest

pytest.importorskip("notebook", reason="no notebook: bin/build --test installs it")
pytest.importorskip("selenium.webdriver", reason="no selenium: bin/build --test installs it")

import browsers  # noqa: E402
from notebook_page import Page, settle  # noqa: E402
from test_notebooks import INFO  # noqa: E402

pytestmark = pytest.mark.slow

HOSTILE = "</script><script>parent.document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
CELLS = [
    "%load_ext legate.jupyter\n%legate_info",
    "import cunumeric as np\nnp.arange(6).reshape(2, 3)",
    "a = np.zeros((2000, 3000), np.float32)\na",
    "%%legate --cpus 2\nprint((a + 1).sum())",
    "%%legate_profile\nfor k in range(40):\n    a = np.sqrt(a * a + 1)\n    float(a[0, 0])",
    f"%%legate_profile\nimport legate\nwith legate.ProfileRange({HOSTILE!r}):\n    float(np.ones(100_000).sum())",
    "print('begun', flush=True)\nwhile True:\n    a = np.sqrt(a * a + 1)\n    float(a[0, 0])",
    "print(1 + 1)",
]


@pytest.fixture(scope="module")
def window(jupyter):
    if not browsers.is_here():
        pytest.skip("no browser: apt install chromium chromium-driver")
    settle()
    window = browsers.open_browser(reachable="127.0.0.1", size=(1300, 1000))
    yield window
    window.quit()


def opened(servers, window, folder, kernel):
    server = servers(folder, "notebook")
    server.write("walk.ipynb", kernel, CELLS)
    return server, Page(window, server, "walk.ipynb")


def interrupt(page):
    page.start(6)
    page.shows(6, "begun")
    page.command("notebook:interrupt-kernel")
    page.shows(6, "KeyboardInterrupt")
    assert page.run(7) == "2"


def test_a_notebook_in_a_browser(default_kernel, servers, tmp_path, window):
    server, page = opened(servers, window, tmp_path, default_kernel)
    assert page.run(0) == INFO.strip()
    assert page.run(1) == "array([[0, 1, 2],\n       [3, 4, 5]])"
    summary = page.run(2)
    assert "6,000,000 elements, 22.9 MiB" in summary and "[[0. 0. 0. ... 0. 0. 0.]" in summary
    assert page.run(3) == "6e+06"

    # The timeline is drawn inside of the notebook, and can be worked with.
    page.run(4)
    page.frame(4)
    assert "]:4 waits for a value every iteration (40 times)" in window.find_element("id", "side").text
    before = window.execute_script("return view.to - view.from")
    window.execute_script("zoom(0.5, 0.5)")
    browsers.drawn(window)
    assert window.execute_script("return view.to - view.from") == pytest.approx(before / 2)
    colours = window.execute_script(
        "const c = $('canvas'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        "return new Set(Array.from({length: d.length / 4}, (_, k) => d[4*k] << 16 | d[4*k+1] << 8 | d[4*k+2])).size"
    )
    assert colours > 8
    page.leave()

    # Markup in a name is text, there as well.
    page.run(5)
    page.frame(5)
    window.execute_script("search('onerror')")
    assert window.find_element("id", "matches").text == "1 box"
    assert window.execute_script("return document.images.length") == 0
    page.leave()
    assert "owned" not in window.title

    interrupt(page)
    assert page.complaints() == []
    assert server.end() == []


def test_a_notebook_on_two_ranks(installed, servers, tmp_path, window):
    if shutil.which("mpirun") is None:
        pytest.skip("no mpirun: bin/build --test installs it")
    result = installed("--name", "Browsed", "--ranks-per-node", "2", "--launcher", "mpirun", "--cpus", "1")
    assert (result.returncode, result.stderr) == (0, "")
    server, page = opened(servers, window, tmp_path, "browsed")
    assert page.run(0).startswith("Kernel 'Browsed' configured for 1 node(s)")
    page.run(1)
    assert "<th" not in page.run(2)
    assert page.run(3) == "6e+06"
    page.run(4)
    page.frame(4)
    assert window.execute_script("return ranks.length") == 2
    page.leave()
    interrupt(page)
    assert server.end() == []
