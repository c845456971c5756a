"""Makes the pictures of `Documentation/pictures`: real runs, shown by a real browser.

    .venv/bin/python Tests/seeing/take_pictures.py                    all of them
    .venv/bin/python Tests/seeing/take_pictures.py profile notebook   some

The programs are those of `Documentation/ReadingAProfile.md`, read from there. It needs what the tests of pages need
(`bin/build --test`).
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Tests" / folder) for folder in ("seeing", "notebooks", "driver")]

import browsers  # noqa: E402
from seen_runs import Folder  # noqa: E402

PICTURES = ROOT / "Documentation" / "pictures"
CELLS = [
    "import cunumeric as np\n\nplate = np.zeros((1000, 1000))\nplate[0] = 100.0",
    "%%legate_profile --height 430\nfor step in range(60):\n"
    "    around = plate[:-2, 1:-1] + plate[2:, 1:-1] + plate[1:-1, :-2] + plate[1:-1, 2:]\n"
    "    plate[1:-1, 1:-1] = 0.25 * around\n"
    "    if step % 20 == 19:\n"
    "        print(float(plate.max()))",
    "plate",
]


def programs():
    """The two programs of the worked example: as it was, and mended."""
    text = (ROOT / "Documentation" / "ReadingAProfile.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    slow, mended = (block for block in blocks if "for step in range(2000)" in block)
    return {"heat.py": slow, "mended.py": mended}


def shot(browser, name):
    browsers.drawn(browser)
    PICTURES.mkdir(exist_ok=True)
    browser.save_screenshot(str(PICTURES / f"{name}.png"))
    print(PICTURES / f"{name}.png")


def profiled(name, picture, begin, end):
    """The page of a program, of which it shows the part between two shares of the run."""
    folder = Folder(Path(tempfile.mkdtemp()))
    folder.legate("--cpus", 2, "--profile", folder.program(programs()[name], name))
    browser = browsers.open_browser(size=(1400, 700))
    browsers.open_page(browser, folder.path / "legate_prof" / "index.html")
    browser.execute_script("setView(total * arguments[0], total * arguments[1])", begin, end)
    browsers.drawn(browser)
    browser.execute_script(
        "const t = tracks.find(t => t.row && t.row.title === 'waits');"
        "if (t) select(t, firstAt(t.row, (view.from + view.to) / 2))"
    )
    shot(browser, picture)
    browser.quit()


def profile():
    profiled("heat.py", "profile", 0.50, 0.51)
    profiled("mended.py", "profile-mended", 0.50, 0.56)


def explain():
    folder = Folder(Path(tempfile.mkdtemp()))
    folder.legate("explain", "--html", folder.program(programs()["heat.py"], "heat.py"))
    browser = browsers.open_browser(size=(1200, 760))
    browser.get((folder.path / "explain.html").as_uri())
    browser.execute_script("document.querySelectorAll('section')[1].scrollIntoView(); scrollBy(0, -12)")
    shot(browser, "explain")
    browser.quit()


def graph():
    folder = Folder(Path(tempfile.mkdtemp()))
    folder.legate("--event", folder.program(programs()["heat.py"], "heat.py"))
    made = PICTURES / "event_graph.png"
    subprocess.run(["dot", "-Tpng", "-Gdpi=80", "-o", made, folder.path / "event_graph_legate.dot"], check=True)
    print(made)


def notebook():
    from notebook_page import Page, settle
    from notebook_server import Server

    home = Path(tempfile.mkdtemp())
    for name, part in {"JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "run", "IPYTHONDIR": "ipython"}.items():
        os.environ[name] = str(home / part)
    subprocess.run([ROOT / "bin" / "legate-jupyter"], check=True)
    settle()
    (home / "books").mkdir()
    server = Server(home / "books", "notebook")
    browser = browsers.open_browser(reachable="127.0.0.1", size=(1250, 1180))
    try:
        server.write("heat.ipynb", "legate_sm_gpu", CELLS)
        page = Page(browser, server, "heat.ipynb")
        for cell in range(len(CELLS)):
            page.run(cell)
        page.frame(1)
        page.leave()
        page.scroll_to(0)
        shot(browser, "notebook")
    finally:
        browser.quit()
        server.end()


if __name__ == "__main__":
    every = {"profile": profile, "explain": explain, "graph": graph, "notebook": notebook}
    for name in sys.argv[1:] or every:
        every[name]()
