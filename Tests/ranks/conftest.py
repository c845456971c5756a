"""What the tests of several ranks share: the driver's helpers, programs, and a look at what stays behind.

Every test here fails if it leaves a process of its own, a folder of Open MPI's or a segment of
shared memory. A test that needs a launcher is skipped, with the reason, where there is none.
"""

import fcntl
import glob
import os
import shutil
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "driver"))

from rank_programs import processes_with  # noqa: E402
from test_driver import LEGATE, ROOT, clean_environment  # noqa: E402

PROGRAMS = Path(__file__).resolve().parent / "programs"
# Arrays of a few elements are spread, too, and nothing runs at once.
SETTINGS = {"LEGATE_CPUS": "1", "LEGATE_MIN_CPU_CHUNK": "2", "LEGATE_IMMEDIATE_SIZE": "-1", "OPENBLAS_NUM_THREADS": "1"}
PLUGIN = ROOT / "build" / "python" / "libLegateMPI.so"


def in_use(path):
    """Whether a living process has the segment mapped, or is the launcher that the folder is named after."""
    if path.name.startswith("pid."):
        return Path("/proc", path.name[4:], "exe").exists()
    for maps in Path("/proc").glob("[0-9]*/maps"):
        try:
            if str(path) in maps.read_text():
                return True
        except OSError:
            pass  # It ended, or it is another user's.
    return False


def leftovers():
    """Folders and segments of Open MPI on this machine that nobody uses."""
    patterns = ["vader_segment.*", "ompi.*/pid.*", "ompi.*/jf.*"]
    # Unlike Path.glob, it passes over folders that vanish meanwhile.
    found = [p for folder in ("/dev/shm", "/tmp") for x in patterns for p in glob.glob(f"{folder}/{x}")]
    return {path for path in found if not in_use(Path(path))}


@pytest.fixture
def mark():
    """A variable's value by which this test's processes are known, wherever they were started."""
    return f"ranks-{os.getpid()}-{time.monotonic_ns()}"


@pytest.fixture
def leaves_nothing(mark):
    before = leftovers()
    yield
    end = time.monotonic() + 30  # A busy machine takes its time to end processes.
    while (left := [*(leftovers() - before), *processes_with(mark)]) and time.monotonic() < end:
        time.sleep(0.05)
    for process in processes_with(mark):
        os.kill(process, signal.SIGKILL)
    assert left == []


@pytest.fixture
def mpi():
    if shutil.which("mpirun") is None:
        pytest.skip("no mpirun: apt-get install openmpi-bin libopenmpi-dev")
    if not PLUGIN.exists():
        pytest.skip(f"the MPI plugin is not built ({PLUGIN.name}); bin/build builds it where mpi.h is")


@pytest.fixture
def run(tmp_path, mark, leaves_nothing, mpi):
    """Starts `legate` (or `command`) with words and variables; returns the process.

    Its ranks share a folder and this test's mark, and nothing of it may stay behind.
    """

    def start(*words, command=(LEGATE,), terminal=None, **variables):
        environment = clean_environment(
            LEGATE_TEST_FOLDER=str(tmp_path), LEGATE_TEST_MARK=mark, **variables
        )
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        if terminal is not None:  # The controlling terminal, as of a person's shell.
            streams = dict.fromkeys(streams, terminal) | {"start_new_session": True}
            streams["preexec_fn"] = lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        return subprocess.Popen([*command, *words], text=True, env=environment, cwd=tmp_path, **streams)

    return start


@pytest.fixture
def start_on(run):
    """Starts a Python program on some ranks, without `legate`; returns the process."""

    def start(ranks, program, *words, **settings):
        launcher = []
        if ranks > 1:
            launcher = ["mpirun", "--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1"]
            launcher += ["--allow-run-as-root"] * (os.geteuid() == 0) + ["-n", str(ranks)]
            settings["LEGATE_RANKS"] = str(ranks)
        path = os.pathsep.join((str(ROOT / "build" / "python"), str(ROOT / "python")))
        settings = SETTINGS | {"PYTHONPATH": path} | settings
        return run(str(program), *map(str, words), command=[*launcher, sys.executable], **settings)

    return start


@pytest.fixture
def on_ranks(start_on, tmp_path):
    """Runs a program on some ranks; returns the folder that it wrote to."""

    def start(ranks, program, *words, seconds=600):
        folder = tmp_path / f"{program}-{ranks}"
        folder.mkdir()
        process = start_on(ranks, PROGRAMS / program, folder, *words)
        _, errors = process.communicate(timeout=seconds)
        assert process.returncode == 0, errors[-4000:]
        return folder

    return start
