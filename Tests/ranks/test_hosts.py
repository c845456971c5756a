"""Ranks on two hosts: network namespaces with links of their own, reached over TCP.

Needs root and the right to make namespaces; otherwise skipped with what the system said.
"""

import glob
import os
import shutil
import subprocess
import time

import pytest

from rank_programs import MPI, SOON, finished, until_written
from test_driver import ROOT, written

HOSTS = ROOT / "Tests" / "hosts"

# Every rank sends to the other host's: a message of a megabyte around the ring.
RING = (
    MPI.replace('print("size", size.value, flush=True)', "")
    .replace("mpi.MPI_Finalize()", "")
    + """
import socket
data, came = (ctypes.c_char * (1 << 20))(rank.value), (ctypes.c_char * (1 << 20))()
byte = ctypes.byref(ctypes.c_char.in_dll(mpi, "ompi_mpi_byte"))
status = (ctypes.c_char * 64)()
after, before = (rank.value + 1) % size.value, (rank.value - 1) % size.value
mpi.MPI_Sendrecv(data, 1 << 20, byte, after, 7, came, 1 << 20, byte, before, 7, world, status)
assert came[0] == bytes([before])
place = os.environ["LEGATE_LOCAL_RANK"], os.environ["LEGATE_CPUS"]
os.write(1, " ".join([str(rank.value), socket.gethostname(), *place, "\\n"]).encode())
mpi.MPI_Finalize()
"""
)


@pytest.fixture(scope="module")
def hosts():
    """The name of two hosts, and the words that make mpirun use them."""
    name, net = f"lg{os.getpid() % 10000}", f"77.{os.getpid() % 250}"
    made = subprocess.run([HOSTS / "two-hosts", "up", name, net], capture_output=True, text=True)
    try:
        if made.returncode != 0:
            pytest.skip(f"no network namespaces here: {made.stderr.strip()}")
        network = f"10.{net}.0/24"
        yield name, (
            f"--host {name}1:2,{name}2:2 --mca plm rsh --mca plm_rsh_agent {HOSTS / 'host-shell'} "
            f"--mca oob_tcp_if_include {network} --mca btl_tcp_if_include {network} "
            "--mca pml ob1 --mca btl self,vader,tcp"
        )
    finally:
        subprocess.run([HOSTS / "two-hosts", "down", name], check=True)


def on_hosts(words, per_node=2):
    return [
        "--nodes", "2", "--ranks-per-node", str(per_node), "--launcher", "mpirun",
        "--launcher-extra", words,
    ]  # fmt: skip


def test_four_ranks_on_two_hosts(run, hosts, tmp_path):
    name, words = hosts
    path = written(tmp_path, RING)
    code, output, errors = finished(run(*on_hosts(words), path, LEGATE_LIMIT_STDOUT="0"))
    workers = max(1, len(os.sched_getaffinity(0)) // 2)
    expected = [f"{rank} {name}{rank // 2 + 1} {rank % 2} {workers} " for rank in range(4)]
    assert (code, sorted(output.splitlines()), errors) == (0, expected, "")


def test_exit_code_comes_from_the_other_host(run, hosts):
    text = "import os, time; time.sleep(150) if os.environ['LEGATE_GLOBAL_RANK'] == '0' else os._exit(9)"
    assert finished(run(*on_hosts(hosts[1], 1), "-c", text), SOON)[0] == 9


def test_end_reaches_both_hosts(run, hosts, tmp_path):
    process = run(*on_hosts(hosts[1]), written(tmp_path, MPI), "wait")
    until_written(tmp_path, "pid0", "pid1", "pid2", "pid3")
    process.terminate()
    assert finished(process, SOON)[0] == -15


def test_cut_link_ends_the_run(run, hosts, tmp_path):
    name, words = hosts
    process = run(*on_hosts(words), written(tmp_path, MPI), "wait")
    until_written(tmp_path, "pid0", "pid1", "pid2", "pid3")
    start = time.monotonic()
    subprocess.run([HOSTS / "two-hosts", "cut", name, "2"], check=True)
    code, _, errors = finished(process)
    assert code not in (0, None) and time.monotonic() - start < SOON
    # The daemon on the host that was cut off may leave its session folder, and nobody else could reach it there.
    for folder in glob.glob(f"/dev/shm/ompi.{name}*/jf.*"):
        shutil.rmtree(folder, ignore_errors=True)
    assert "legate: a host was lost" in errors or f"legate: the connection to host {name}2" in errors
