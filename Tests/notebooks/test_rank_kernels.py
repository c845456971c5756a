"""A notebook on two ranks: every cell runs on both, an interrupt stops both, nothing stays behind."""

import shutil
import threading

import pytest
from running_notebook import Notebook

from test_driver import ROOT


@pytest.fixture(scope="module")
def pair(installed):
    if shutil.which("mpirun") is None or not (ROOT / "build" / "python" / "libLegateMPI.so").exists():
        pytest.skip("no MPI: bin/build --test installs it")
    result = installed("--name", "Pair", "--ranks-per-node", "2", "--launcher", "mpirun", "--cpus", "1")
    assert (result.returncode, result.stderr) == (0, "")
    notebook = Notebook("pair")
    yield notebook
    assert notebook.end() == []


def test_cells_run_on_both_ranks(pair):
    pair.text("import cunumeric as np, _legate\na = np.arange(100_000) * 2.0")
    assert pair.text("print(a.sum(), _legate.all_gather(str(float(a[7])).encode()))") == "9999900000.0 [b'14.0', b'14.0']\n"
    outputs, status = pair.run("a[:3]")
    assert status == "ok" and outputs[0]["data"]["text/plain"] == "array([0., 2., 4.])"
    outputs, status = pair.run("a")
    assert "<th style='text-align:left'>ranks</th><td style='text-align:left'>2</td>" in outputs[0]["data"]["text/html"]


def test_errors_and_magics(pair):
    outputs, status = pair.run("1 / 0")
    assert status == "error" and outputs[0]["ename"] == "ZeroDivisionError"
    assert pair.text("%legate_info").startswith("Kernel 'Pair' configured for 1 node(s)\n")
    assert pair.text("%%legate --cpus 2\nprint(_legate.workers(), a.sum())") == "2 9999900000.0\n"
    assert pair.text("print(_legate.workers())") == "1\n"


def test_interrupt_stops_both(pair):
    cell = """
n, b = 0, np.zeros(100_000)
print('begun', flush=True)
while True:
    n += 1
    b = b + 1.0
    float(b[n % 100_000])
"""

    def note(message):
        if message["header"]["msg_type"] == "stream" and "begun" in message["content"]["text"]:
            threading.Timer(0.4, pair.manager.interrupt_kernel).start()

    reply = pair.client.execute_interactive(cell, output_hook=note, timeout=120)
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert pair.text("print(len(set(_legate.all_gather(str(n).encode()))), float(b[0]) in (n, n - 1))") == "1 True\n"
