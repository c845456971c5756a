"""`legate-jupyter`: the spec it writes, its messages, what it refuses."""

import json
import os

import pytest
from running_notebook import Notebook

from test_driver import LEGATE


def spec_of(folder, name):
    return json.loads((folder / "share" / "jupyter" / "kernels" / name / "kernel.json").read_text())


def test_default_spec(notebook, jupyter):
    spec = json.loads((jupyter / "data" / "kernels" / "legate_sm_gpu" / "kernel.json").read_text())
    assert spec["argv"] == [
        str(LEGATE), "--cpus", "4", "--sysmem", "4000", "-m", "legate.jupyter.kernel", "-f", "{connection_file}",
    ]  # fmt: skip
    assert (spec["display_name"], spec["language"]) == ("Legate_SM_GPU", "python")
    assert spec["env"] == {"__LEGATE_JUPYTER_KERNEL_SPEC__": "Legate_SM_GPU"}
    assert spec["interrupt_mode"] == "signal"


def test_messages(installed, tmp_path):
    words = ["--name", "legate_cpus_2", "--cpus", "2", "--prefix", str(tmp_path)]
    result = installed(*words)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "Jupyter kernel spec legate_cpus_2 (legate_cpus_2) has been installed\n"
    again = installed(*words)
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == (
        "legate-jupyter: a Jupyter kernel spec named legate_cpus_2 is there already; to remove it first: "
        "jupyter kernelspec uninstall legate_cpus_2\n"
    )
    assert spec_of(tmp_path, "legate_cpus_2")["metadata"]["legate"]["core"]["cpus"] == 2


def test_flags_reach_the_spec(installed, tmp_path):
    words = "--name Big --omps 2 --ompthreads 3 --utility 1 --numamem 50 --sysmem 77 --eager-alloc-percentage 9".split()
    result = installed(*words, "--display-name", "A name", "--prefix", str(tmp_path), "-vv")
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0] == "Jupyter kernel spec Big (A name) has been installed"
    assert lines[1] == f"Wrote kernel spec file {tmp_path}/share/jupyter/kernels/big/kernel.json"
    spec = spec_of(tmp_path, "big")
    assert "\n".join(lines[2:]) == json.dumps(spec, sort_keys=True, indent=2)
    legate = spec["metadata"]["legate"]
    assert legate["core"] == {"cpus": 4, "gpus": 0, "omps": 2, "ompthreads": 3, "utility": 1}
    assert legate["memory"] == {"sysmem": 77, "numamem": 50, "fbmem": 4000, "zcmem": 32, "regmem": 0}
    assert spec["argv"][1:-4] == legate["argv"]
    assert "--eager-alloc-percentage changes nothing here" in result.stderr


def test_defaults_from_variables(installed, tmp_path):
    assert installed("--prefix", str(tmp_path), LEGATE_SYSMEM="123", LEGATE_UTILITY_CORES="1").returncode == 0
    legate = spec_of(tmp_path, "legate_sm_gpu")["metadata"]["legate"]
    assert legate["memory"]["sysmem"] == 123 and legate["core"]["utility"] == 1


@pytest.mark.parametrize(
    "words, code, complaint",
    [
        (["--cpus", "x"], 2, "The value 'x' is invalid for '--cpus <N>': allowed: a whole number from 1 up"),
        (["--gpus", "1"], 64, "--gpus 1: this build has no GPU backend"),
        (["--cpu", "1"], 2, "unrecognized arguments: --cpu 1; see legate-jupyter --help"),
        (["--nodes", "2"], 64, "--nodes asks for several ranks, but nothing starts them"),
        (["--name", "a/b"], 1, "the kernel spec a/b could not be installed"),
        (["--prefix", "/proc/nothing"], 1, "the kernel spec Legate_SM_GPU could not be installed"),
    ],
)
def test_refused(installed, tmp_path, words, code, complaint):
    prefix = [] if "--prefix" in words else ["--prefix", str(tmp_path)]
    result = installed(*prefix, *words)
    assert (result.returncode, result.stdout) == (code, "")
    assert result.stderr.startswith(f"legate-jupyter: {complaint}")


def test_info_without_a_kernel(tmp_path):
    import subprocess

    code = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic('load_ext', 'legate.jupyter')
try: shell.run_line_magic('legate_info', '')
except RuntimeError as error: print(error)
"""
    environment = os.environ | {"IPYTHONDIR": str(tmp_path)}
    result = subprocess.run([LEGATE, "-c", code], capture_output=True, text=True, env=environment, timeout=60)
    assert result.stdout == "Cannot determine currently running kernel\n", result.stderr


def test_name_of_another_kernel(installed, jupyter):
    assert installed("--name", "Small", "--cpus", "1", "--sysmem", "64").returncode == 0
    small = Notebook("small")
    try:
        text = small.text("%legate_info")
    finally:
        assert small.end() == []
    assert text.startswith("Kernel 'Small' configured for 1 node(s)\n\nCores:\n  CPUs to use per rank : 1\n")
    assert "DRAM memory per rank (in MBs) : 64\n" in text


def test_kernel_ends_with_its_server(installed, notebook):
    """A server that is killed cannot shut its kernels down."""
    import subprocess
    import sys
    import time

    from running_notebook import alive

    code = """
import sys, time
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name='legate_sm_gpu', startup_timeout=120)
client.execute_interactive('import cunumeric as np; x = np.ones(300_000).sum()', timeout=60)
print(manager.provisioner.process.pid, flush=True)
time.sleep(600)
"""
    server = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    kernel = int(next(line for line in server.stdout if line.strip().isdecimal()))
    assert alive(kernel)
    server.kill()
    server.wait()
    server.stdout.close()
    end = time.monotonic() + 30
    while alive(kernel) and time.monotonic() < end:
        time.sleep(0.1)
    assert not alive(kernel)
