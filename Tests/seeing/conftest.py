"""What the tests of profiles, graphs and reports share: traced runs, and a browser."""

import shutil

import browsers
import pytest
from seen_runs import STENCIL, Folder


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


@pytest.fixture(scope="session")
def stencil(tmp_path_factory):
    """A traced run of the stencil."""
    made = Folder(tmp_path_factory.mktemp("stencil"))
    made.result = made.legate("--cpus", "2", "--profile", "--dataflow", "--event", made.program(STENCIL, "stencil.py"))
    return made


@pytest.fixture(scope="session")
def two_ranks(tmp_path_factory):
    if shutil.which("mpirun") is None:
        pytest.skip("no mpirun: apt install openmpi-bin")
    made = Folder(tmp_path_factory.mktemp("ranks"))
    made.result = made.legate(
        "--nodes", 1, "--ranks-per-node", 2, "--launcher", "mpirun", "--cpus", 1, "--profile", "--event",
        made.program(STENCIL, "stencil.py"),
    )  # fmt: skip
    return made


@pytest.fixture(scope="session")
def chromium():
    """A headless browser that reaches no network."""
    pytest.importorskip("selenium.webdriver", reason="no selenium: bin/build --test installs it")
    if not browsers.is_here():
        pytest.skip("no browser: apt install chromium chromium-driver")
    browser = browsers.open_browser()
    yield browser
    browser.quit()
