"""A Jupyter server on loopback, with the notebooks of one folder, and what a browser sees of them."""

import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time

import pytest
from running_notebook import alive

TOKEN = "loopback-only"


class Server:
    """``jupyter notebook`` in a folder; it takes a free port."""

    def __init__(self, folder):
        self.folder = folder
        words = [
            sys.executable, "-m", "notebook", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0",
            f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}",
            "--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            # The window of cells stays whole, so that all outputs are in the page.
            "--ServerApp.disable_check_xsrf=False",
        ]  # fmt: skip
        self.process = subprocess.Popen(
            words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=folder, env=dict(os.environ)
        )
        self.said = ""
        end = time.monotonic() + 120
        while not (found := re.search(r"http://127\.0\.0\.1:(\d+)/", self.said)):
            ready, _, _ = select.select([self.process.stderr], [], [], max(0, end - time.monotonic()))
            assert ready and self.process.poll() is None, self.said
            self.said += os.read(self.process.stderr.fileno(), 65536).decode(errors="replace")
        self.port = int(found[1])

    def url(self, notebook):
        """Where a browser finds a notebook."""
        return f"http://127.0.0.1:{self.port}/notebooks/{notebook}?token={TOKEN}"

    def write(self, name, kernel, cells):
        """A notebook of these cells."""
        import nbformat

        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        made.metadata["kernelspec"] = {"name": kernel, "display_name": kernel, "language": "python"}
        (self.folder / name).write_text(json.dumps(made))

    def family(self):
        """The server's process and all below it."""
        children = {}
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    with open(f"/proc/{entry}/stat") as file:
                        parent = int(file.read().rpartition(")")[2].split()[1])
                except OSError:
                    continue
                children.setdefault(parent, []).append(int(entry))
        found, open_ends = [], [self.process.pid]
        while open_ends:
            process = open_ends.pop()
            found.append(process)
            open_ends += children.get(process, [])
        return found

    def end(self, how=signal.SIGTERM):
        """Ends the server alone; returns the processes that are left after a while."""
        family = self.family()
        self.process.send_signal(how)
        self.process.wait(60)
        self.process.stderr.close()
        end = time.monotonic() + 30
        while (left := [process for process in family if alive(process)]) and time.monotonic() < end:
            time.sleep(0.1)
        return left


class Page:
    """A notebook in a browser."""

    def __init__(self, browser, url):
        self.browser = browser
        browser.set_page_load_timeout(180)
        browser.get(url)
        self.until("return document.querySelectorAll('.jp-Notebook .jp-CodeCell').length > 0")
        self.until("return document.body.innerText.includes('Idle') || !!document.querySelector(\"[data-status='idle']\")")

    def until(self, script, seconds=180):
        """Waits until a script gives something true, and returns it."""
        end = time.monotonic() + seconds
        while not (value := self.browser.execute_script(script)):
            assert time.monotonic() < end, self.browser.find_element("tag name", "body").text[-3000:]
            time.sleep(0.1)
        return value

    def cell(self, k):
        """The element of a cell."""
        return self.browser.find_elements("css selector", ".jp-Notebook .jp-CodeCell")[k]

    def ask(self, k, script):
        """What a script gives for a cell: the page may replace its elements at any time, so no element is kept."""
        return self.browser.execute_script(
            f"const cell = document.querySelectorAll('.jp-Notebook .jp-CodeCell')[{k}]; return {script}"
        )

    def start(self, k):
        """Runs a cell without waiting for it."""
        from selenium.webdriver.common.keys import Keys

        self.until(f"return document.querySelectorAll('.jp-Notebook .jp-CodeCell').length > {k}")
        self.cell(k).find_element("css selector", ".cm-content").click()
        self.browser.switch_to.active_element.send_keys(Keys.SHIFT, Keys.ENTER)

    def run(self, k):
        """Runs a cell; returns the text below it."""
        before = self.prompt(k)
        self.start(k)
        end = time.monotonic() + 180
        while (now := self.prompt(k)) == before or not re.fullmatch(r"\[\d+\]:", now):
            assert time.monotonic() < end, f"cell {k} is at {now}"
            time.sleep(0.1)
        return self.text(k)

    def prompt(self, k):
        return self.ask(k, "cell.querySelector('.jp-InputArea-prompt').innerText.trim()")

    def text(self, k):
        """What stands below a cell."""
        outputs = "[...cell.querySelectorAll('.jp-OutputArea-output')].map(one => one.innerText.trim())"
        return "\n".join(self.ask(k, outputs))


def browser():
    """A headless browser that reaches loopback and nothing else."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="pip install selenium")
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not program or not driver:
        pytest.skip("no browser: apt install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for word in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1300,1000",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ):  # fmt: skip
        options.add_argument(word)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
