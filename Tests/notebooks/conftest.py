"""What the tests of notebooks share: kernels in a Jupyter folder of their own.

Skipped, with the reason, where Jupyter's parts are not installed (`bin/build --test` installs them).
"""

import os
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "driver"))

for part in ("ipykernel", "jupyter_client", "nbclient", "nbformat"):
    pytest.importorskip(part, reason=f"no {part}: bin/build --test installs it")

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


class Notebook:
    """A running kernel: cells are run one by one."""

    def __init__(self, name):
        from jupyter_client.manager import start_new_kernel

        self.manager, self.client = start_new_kernel(kernel_name=name, startup_timeout=120)

    def run(self, cell, timeout=120):
        """Runs a cell; returns its outputs as nbformat has them, and the reply's status."""
        outputs = []

        def note(message):
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "stream" and outputs and outputs[-1].get("name") == content["name"]:
                outputs[-1]["text"] += content["text"]
            elif kind in ("stream", "error", "execute_result", "display_data", "update_display_data"):
                outputs.append({"output_type": kind, **content})

        reply = self.client.execute_interactive(cell, output_hook=note, timeout=timeout)
        return outputs, reply["content"]["status"]

    def text(self, cell):
        """What a cell prints; it must run well and show nothing else."""
        outputs, status = self.run(cell)
        assert status == "ok", outputs
        assert [output["output_type"] for output in outputs] in (["stream"], []), outputs
        return "".join(output["text"] for output in outputs)

    @property
    def processes(self):
        """The ids of the kernel's process and all below it."""
        found, first = [], self.manager.provisioner.process.pid
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            found.append((int(path.parent.name), int(fields[1])))
        family = {first}
        for _ in range(8):
            family |= {process for process, parent in found if parent in family}
        return family

    def end(self):
        """Ends the kernel; returns the processes that are still there."""
        family = self.processes
        self.client.stop_channels()
        self.manager.shutdown_kernel()
        end = time.monotonic() + 10
        while (left := [p for p in family if alive(p)]) and time.monotonic() < end:
            time.sleep(0.05)
        return left


def alive(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(scope="session")
def notebook(installed):
    """The default kernel, started once."""
    result = installed()
    assert (result.stderr, result.returncode) == ("", 0)
    notebook = Notebook("legate_sm_gpu")
    yield notebook
    assert notebook.end() == []
