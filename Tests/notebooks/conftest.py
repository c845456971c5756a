"""What the tests of notebooks share: kernels in a Jupyter folder of their own.

Skipped, with the reason, where Jupyter's parts are not installed (`bin/build --test` installs them).
"""

import os
import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / folder) for folder in ("driver", "seeing")]

for part in ("ipykernel", "jupyter_client", "nbclient", "nbformat"):
    pytest.importorskip(part, reason=f"no {part}: bin/build --test installs it")

from running_notebook import Notebook  # noqa: E402
from test_driver import LEGATE, clean_environment  # noqa: E402


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory):
    """A home, and Jupyter's folders in it; set for this process, because Jupyter's client reads them."""
    home = tmp_path_factory.mktemp("home")
    folders = {"JUPYTER_DATA_DIR": home / "data", "JUPYTER_RUNTIME_DIR": home / "run", "IPYTHONDIR": home / "ipython"}
    before = dict(os.environ)
    os.environ.update({name: str(folder) for name, folder in folders.items()})
    for name in [name for name in os.environ if name.startswith("LEGATE_") and name != "LEGATE_CACHE_DIR"]:
        del os.environ[name]
    yield home
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def installed(jupyter):
    """Installs a kernel; the words are legate-jupyter's. Returns what it printed."""
    import subprocess

    def install(*words, **environment):
        return subprocess.run(
            [LEGATE.parent / "legate-jupyter", *words], capture_output=True, text=True, timeout=120,
            env=clean_environment(**environment),
        )  # fmt: skip

    return install


@pytest.fixture(scope="session")
def default_kernel(installed):
    """The name of the default kernel, installed once."""
    result = installed()
    assert (result.stderr, result.returncode) == ("", 0)
    return "legate_sm_gpu"


@pytest.fixture(scope="session")
def servers(jupyter):
    """Starts Jupyter servers; those that a failed test has left running are ended with the last test."""
    from notebook_server import Server

    started = []

    def start(folder, *words):
        started.append(Server(folder, *words))
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            server.end()


@pytest.fixture(scope="session")
def notebook(default_kernel):
    """The default kernel, started once."""
    notebook = Notebook(default_kernel)
    yield notebook
    assert notebook.end() == []
