"""A notebook as a person sees it: the page of a Jupyter server in a real browser.

Its commands are the application's own (``window.jupyterapp``, as JupyterLab's own tests use them): what the menus and keys
call, without waiting for where a mouse would find them.
"""

import json
import os
import pathlib

from browsers import until

PANEL = "const panel = jupyterapp.shell.currentWidget;"
OUTPUTS = ".jp-Notebook .jp-CodeCell"


def settle():
    """Settings under which every cell is in the page, seen or not, and nothing is fetched. Before the server starts."""
    folder = pathlib.Path(os.environ["JUPYTER_DATA_DIR"]) / "settings"
    os.environ["JUPYTERLAB_SETTINGS_DIR"] = str(folder)
    for name, values in {
        "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
        "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    }.items():
        path = folder / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))


class Page:
    """One notebook in a browser, its kernel ready."""

    def __init__(self, browser, server, name):
        self.browser = browser
        browser.get(server.url(f"notebooks/{name}"))
        ready = "panel?.context?.isReady && panel.sessionContext?.session?.kernel?.status === 'idle'"
        until(browser, f"if (!window.jupyterapp) return false; {PANEL} return {ready}")
        # Jupyter Notebook complains about itself while it opens (7.6: menu entries, a schema); from here on counts.
        browser.get_log("browser")

    def command(self, name, **words):
        """Calls a command and waits until it is done."""
        script = "const done = arguments[2]; jupyterapp.commands.execute(arguments[0], arguments[1]).then(() => done(), e => done('' + e))"
        complaint = self.browser.execute_async_script(script, name, words)
        assert complaint is None, complaint

    def start(self, cell):
        """Runs a cell without waiting for it."""
        self.browser.execute_script(
            f"{PANEL} panel.content.activeCellIndex = arguments[0]; jupyterapp.commands.execute('notebook:run-cell')", cell
        )

    def run(self, cell):
        """Runs a cell; returns the text below it."""
        before = self.prompt(cell)
        self.start(cell)
        until(self.browser, f"const now = {self._prompt(cell)}; return now !== arguments[0] && /^\\[\\d+\\]:$/.test(now)", before)
        return self.text(cell)

    def _prompt(self, cell):
        return f"document.querySelectorAll('{OUTPUTS}')[{cell}].querySelector('.jp-InputArea-prompt').innerText.trim()"

    def prompt(self, cell):
        return self.browser.execute_script(f"return {self._prompt(cell)}")

    def text(self, cell):
        """What stands below a cell."""
        outputs = f"[...document.querySelectorAll('{OUTPUTS}')[{cell}].querySelectorAll('.jp-OutputArea-output')]"
        return self.browser.execute_script(f"return {outputs}.map(one => one.innerText.trim()).join('\\n')")

    def shows(self, cell, words):
        """Waits until some words stand below a cell."""
        outputs = f"document.querySelectorAll('{OUTPUTS}')[{cell}].querySelector('.jp-OutputArea')?.innerText"
        until(self.browser, f"return {outputs}?.includes(arguments[0])", words)

    def frame(self, cell):
        """Goes into the frame below a cell, a profile's page, once that is drawn; a frame out of sight draws nothing."""
        until(self.browser, f"return document.querySelectorAll('{OUTPUTS}')[{cell}].querySelector('iframe')")
        self.browser.execute_script(f"document.querySelectorAll('{OUTPUTS}')[{cell}].querySelector('iframe').scrollIntoView()")
        below = self.browser.find_elements("css selector", OUTPUTS)[cell]
        self.browser.switch_to.frame(below.find_element("tag name", "iframe"))
        until(self.browser, "return document.documentElement.dataset.ready === 'yes'")

    def leave(self):
        self.browser.switch_to.default_content()

    def scroll_to(self, cell):
        self.browser.execute_script(f"document.querySelectorAll('{OUTPUTS}')[{cell}].scrollIntoView()")

    def complaints(self):
        """What the page has complained about since the notebook was open."""
        return [entry for entry in self.browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
