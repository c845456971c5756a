"""What the tests of profiles, graphs and reports share: runs of the installed command, and a browser."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEGATE = ROOT / "bin" / "legate"
sys.path.insert(0, str(ROOT / "python"))

STENCIL = """\
import cunumeric as np

g = np.zeros((600, 600))
g[0] = 1.0
for i in range(30):
    new = 0.25 * (g[:-2, 1:-1] + g[2:, 1:-1] + g[1:-1, :-2] + g[1:-1, 2:])
    error = float(np.abs(new - g[1:-1, 1:-1]).max())
    g[1:-1, 1:-1] = new
print(error)
"""


def clean_environment(**extra):
    steering = ("LEGATE_", "CUPYNUMERIC_", "OMPI_", "PMI_", "PMIX_", "MV2_", "SLURM_", "PBS_", "LSB_")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(steering)}
    for name in ("PYTHONPATH", "VIRTUAL_ENV"):
        kept.pop(name, None)
    if "LEGATE_CACHE_DIR" in os.environ:
        kept["LEGATE_CACHE_DIR"] = os.environ["LEGATE_CACHE_DIR"]
    return kept | extra


class Folder:
    """A folder with programs, in which the command is run."""

    def __init__(self, path):
        self.path = path

    def program(self, text, name="program.py"):
        (self.path / name).write_text(text)
        return name

    def legate(self, *words, code=0, environment=None, **options):
        result = subprocess.run(
            [LEGATE, *map(str, words)], capture_output=True, text=True, timeout=180, cwd=self.path,
            env=clean_environment(**(environment or {})), **options,
        )  # fmt: skip
        assert code is None or result.returncode == code, result.stderr
        return result

    def start(self, *words, environment=None, **options):
        return subprocess.Popen(
            [LEGATE, *map(str, words)], cwd=self.path, env=clean_environment(**(environment or {})), **options
        )

    def run(self, name="legate_0.prof"):
        """The model of a run that was traced here."""
        from legate.seeing.model import Run
        from legate.seeing.trace import read_run

        return Run(read_run(str(self.path / name)))


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
    webdriver = pytest.importorskip("selenium.webdriver", reason="pip install selenium")
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not program or not driver:
        pytest.skip("no browser: apt install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for word in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1500,900",
        "--host-resolver-rules=MAP * ~NOTFOUND",
    ):  # fmt: skip
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield browser
    browser.quit()
