"""Ranks under srun: a Slurm of one node on loopback, started for this file.

Needs root and the packages slurm-wlm and munge; otherwise skipped with what is missing.
"""

import json
import os
import shutil
import subprocess
import time

import pytest

from rank_programs import MPI, SEE, SOON, finished, until_written
from test_driver import LEGATE, ROOT, written

NODE = ROOT / "Tests" / "hosts" / "slurm-node"


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    """The variable by which programs find the cluster."""
    missing = [tool for tool in ("slurmctld", "slurmd", "munged", "srun") if not shutil.which(tool)]
    if missing or os.geteuid() != 0:
        pytest.skip(f"no Slurm node here: missing {missing or 'root'} (packages slurm-wlm, munge)")
    folder = tmp_path_factory.mktemp("slurm")
    made = subprocess.run(
        [NODE, "up", folder, str(17000 + os.getpid() % 500 * 2)], capture_output=True, text=True
    )
    try:
        assert made.returncode == 0, made.stderr
        yield {"SLURM_CONF": str(folder / "slurm.conf")}
    finally:
        subprocess.run([NODE, "down", folder], check=True)


def on(count):
    return ["--ranks-per-node", str(count), "--launcher", "srun"]


def test_world_and_printing(run, slurm, tmp_path):
    code, output, errors = finished(run(*on(2), written(tmp_path, SEE), "x y", **slurm))
    assert (code, output, errors) == (0, "rank 0\nwritten\na child\n", "")
    for rank in range(2):
        seen = json.loads((tmp_path / str(rank)).read_text())
        assert seen["argv"] == ["x y"]
        assert seen["environment"]["LEGATE_RANKS"] == "2"
        assert seen["environment"]["LEGATE_LOCAL_RANK"] == str(rank)


def test_mpi_sees_the_same_world(run, slurm, tmp_path):
    assert finished(run(*on(2), written(tmp_path, MPI), **slurm)) == (0, "size 2\n", "")


def test_driver_under_srun(run, slurm, tmp_path):
    command = ["srun", "--quiet", "--mpi=pmix", "-n", "2", LEGATE]
    assert finished(run(written(tmp_path, MPI), command=command, **slurm)) == (0, "size 2\n", "")


def test_tasks_without_mpi_are_refused(run, slurm):
    command = ["srun", "--quiet", "--mpi=none", "-n", "2", LEGATE]
    code, output, errors = finished(run("-c", "print('ran')", command=command, **slurm))
    assert (code, output) == (64, "") and errors.count("use srun --mpi=pmix") == 1


def test_launcher_takes_the_shape_of_the_allocation(run, slurm, tmp_path):
    command = ["salloc", "--quiet", "-n", "2", LEGATE]
    words = ["--launcher", "srun", written(tmp_path, MPI)]
    assert finished(run(*words, command=command, **slurm)) == (0, "size 2\n", "")
    words = ["--ranks-per-node", "3", "--launcher", "srun", "-c", "print('ran')"]
    code, output, errors = finished(run(*words, command=command, **slurm))
    assert (code, output) == (2, "")
    assert "legate: the flags ask for 3 ranks, but SLURM_NTASKS=2\n" in errors


def test_mpirun_in_an_allocation(run, slurm, tmp_path):
    command = ["salloc", "--quiet", "-n", "2", LEGATE]
    words = ["--launcher", "mpirun", written(tmp_path, MPI)]
    assert finished(run(*words, command=command, **slurm)) == (0, "size 2\n", "")


def test_traceback_appears_once(run, slurm):
    code, _, errors = finished(run(*on(2), "-c", "1 / 0", **slurm))
    # srun's exit code is the highest: that of ranks which it ended counts as well.
    assert code in (1, 143) and errors.count("ZeroDivisionError") == 1


@pytest.mark.parametrize("victim", ["driver", "rank"])
def test_end_of_one_is_the_end_of_all(run, slurm, tmp_path, victim):
    process = run(*on(2), written(tmp_path, MPI), "wait", **slurm)
    until_written(tmp_path, "pid0", "pid1")
    start = time.monotonic()
    if victim == "driver":
        process.terminate()
    else:
        os.kill(int((tmp_path / "pid1").read_text()), 9)
    code, _, errors = finished(process)
    assert code == -15 if victim == "driver" else code > 0 and "task 1: Killed" in errors
    assert time.monotonic() - start < SOON
