"""Real runs under mpirun, of plain Python programs: no array is needed to see what a rank gets."""

import json
import os
import pty
import re
import shutil
import signal
import time

import pytest

from rank_programs import MPI, SEE, SOON, finished, processes_with, until_written
from test_driver import LEGATE, written

CORES = sorted(os.sched_getaffinity(0))

def on(count):
    return ["--ranks-per-node", str(count), "--launcher", "mpirun"]


def seen_by(folder, rank):
    return json.loads((folder / str(rank)).read_text())


def test_world_and_printing(run, tmp_path):
    words = ["x y", "--nodes", "$HOME", "*"]
    special = "a;b=%s 'c'"
    process = run(*on(2), written(tmp_path, SEE), *words, LEGATE_SPECIAL=special)
    code, output, errors = finished(process)
    assert (code, output, errors) == (0, "rank 0\nwritten\na child\n", "")
    for rank in range(2):
        seen = seen_by(tmp_path, rank)
        assert seen["argv"] == words and seen["cores"] == CORES
        environment = seen["environment"]
        assert environment["LEGATE_RANKS"] == "2" and environment["LEGATE_SPECIAL"] == special
        assert environment["LEGATE_LOCAL_RANK"] == str(rank)
        assert environment["LEGATE_CPUS"] == str(max(1, len(CORES) // 2))
        assert "rank_hooks" not in seen["path"]


def test_nodes_on_one_machine_and_more_ranks_than_cores(run, tmp_path):
    count = len(CORES) + 1
    words = ["--nodes", str(count), "--launcher", "mpirun", written(tmp_path, SEE)]
    code, output, errors = finished(run(*words, LEGATE_LIMIT_STDOUT="0"))
    assert (code, errors) == (0, "")
    lines = output.splitlines()
    assert sorted(line for line in lines if line.startswith("rank")) == [f"rank {r}" for r in range(count)]
    assert lines.count("a child") == lines.count("written") == count
    environment = seen_by(tmp_path, count - 1)["environment"]
    assert environment["LEGATE_CPUS"] == "1" and environment["OMPI_MCA_mpi_yield_when_idle"] == "1"


def test_binding(run, tmp_path):
    if shutil.which("hwloc-bind") is None:
        pytest.skip("no hwloc-bind: apt-get install hwloc")
    first, last = CORES[0], CORES[-1]
    words = [*on(2), "--cpu-bind", f"{first}/{last}", "--nic-bind", "lo/lo,mlx5_0", "--bind-detail"]
    code, _, errors = finished(run(*words, written(tmp_path, SEE)))
    assert code == 0
    for rank, core in enumerate((first, last)):
        seen = seen_by(tmp_path, rank)
        assert seen["cores"] == [core] and seen["environment"]["LEGATE_CPUS"] == "1"
        assert f"legate: rank {rank} runs: hwloc-bind --physical --strict --cpubind pu:{core} -- " in errors
    assert seen_by(tmp_path, 0)["environment"]["OMPI_MCA_btl_tcp_if_include"] == "lo"
    assert seen_by(tmp_path, 1)["environment"]["UCX_NET_DEVICES"] == "lo,mlx5_0"
    assert "OMPI_MCA_btl_tcp_if_include" not in seen_by(tmp_path, 1)["environment"]


def test_binding_of_memory(run, tmp_path):
    if shutil.which("hwloc-bind") is None:
        pytest.skip("no hwloc-bind: apt-get install hwloc")
    code = "print(next(line for line in open('/proc/self/numa_maps') if 'bind' in line).split()[1])"
    result = finished(run(*on(2), "--mem-bind", "0/0", "-c", code))
    assert result == (0, "bind:0\n", "")


def test_rank_in_wrappers_and_profiles(run, tmp_path):
    words = [*on(2), "--wrapper", "env MINE=r%%LEGATE_GLOBAL_RANK%%", "--cprofile", "--logdir", "logs"]
    path = written(tmp_path, "import os; print(os.environ['MINE'])")
    code, output, _ = finished(run(*words, path, LEGATE_LIMIT_STDOUT="0", PYTHONUNBUFFERED="1"))
    assert (code, sorted(output.split())) == (0, ["r0", "r1"])
    names = sorted(file.name for file in (tmp_path / "logs").iterdir())
    assert names == ["legate_0.cprof", "legate_1.cprof"]


def test_timing_speaks_once(run):
    code, output, _ = finished(run("--timing", *on(2), "-c", "print('ran')"))
    lines = output.splitlines()
    assert code == 0 and len(lines) == 3 and lines[1] == "ran"
    assert lines[0].startswith("Legate start: ") and lines[2].startswith("Legate end: ")


def test_driver_under_mpirun(run, tmp_path):
    root = ["--allow-run-as-root"] if os.geteuid() == 0 else []
    mpirun = ["mpirun", *root, "--oversubscribe", "-n", "3", LEGATE]
    code, output, errors = finished(run(written(tmp_path, SEE), command=mpirun))
    assert (code, output, errors) == (0, "rank 0\nwritten\na child\n", "")
    assert seen_by(tmp_path, 2)["environment"]["LEGATE_RANKS"] == "3"


def test_wrong_world_ends_before_the_program(run):
    # The launcher is made to start another number of ranks than was asked for.
    for count, complaint in [
        ("1", "the launcher was to start 2 ranks, but this process runs alone"),
        ("3", "the flags ask for 2 ranks, but OMPI_COMM_WORLD_SIZE=3\n"),
    ]:
        flags = ["--nodes", "2", "--launcher", "mpirun", "--launcher-extra", f"-n {count}"]
        code, output, errors = finished(run(*flags, "-c", "print('ran')"))
        assert (code, output, errors.count("legate: the ")) == (2, "", 1)
        assert f"legate: {complaint}" in errors


# Ends


@pytest.mark.parametrize("status", [3, pytest.param(255, marks=pytest.mark.slow)])
def test_exit_code(run, status):
    code, output, errors = finished(run(*on(2), "-c", f"raise SystemExit({status})"))
    assert (code, output) == (status, "")
    assert re.fullmatch(f"legate: rank [01] ended first, with exit code {status}\n", errors)


def test_rules_of_dashes_are_the_program_s(run):
    text = "-" * 74 + "\nmine\n" + "-" * 74 + "\n" + "-" * 74 + "\n-- x"
    code = f"import os, sys; os.environ['LEGATE_GLOBAL_RANK'] == '0' and sys.stderr.write({text!r})"
    assert finished(run(*on(2), "-c", code)) == (0, "", text)


def test_traceback_and_warning_appear_once(run, tmp_path):
    path = written(tmp_path, "import warnings\nwarnings.warn('careful')\n1 / 0\n")
    code, _, errors = finished(run(*on(3), path))
    assert code == 1
    assert errors.count("UserWarning: careful") == 1
    assert errors.count("ZeroDivisionError") == 1 and "failed:" not in errors
    assert errors.endswith("legate: rank 0 ended first, with exit code 1\n") and "----" not in errors


def test_rank_that_fails_alone_is_heard(run):
    text = "import os, time\nif os.environ['LEGATE_GLOBAL_RANK'] == '1': {}['key']\ntime.sleep(150)"
    start = time.monotonic()
    code, _, errors = finished(run(*on(2), "-c", text))
    assert code == 1 and time.monotonic() - start < SOON
    assert "legate: rank 1 failed:\nTraceback" in errors and "KeyError: 'key'" in errors


def test_errors_of_other_ranks_pass(run):
    # One write a line: those of two ranks may come at the same time.
    text = "import os; os.write(2, f'error {os.environ[\"LEGATE_GLOBAL_RANK\"]}\\n'.encode())"
    code, _, errors = finished(run(*on(2), "-c", text))
    assert (code, sorted(errors.splitlines())) == (0, ["error 0", "error 1"])


def test_own_hooks_of_the_program_still_work(run, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("found = True")
    text = """
    import os, subprocess, sys, warnings
    import sitecustomize
    assert sitecustomize.found
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        warnings.warn("recorded")
    assert len(seen) == 1
    child = subprocess.run([sys.executable, "-c", "1/0"], capture_output=True, text=True)
    assert "Traceback" in child.stderr
    """
    path = written(tmp_path, text)
    assert finished(run(*on(2), path, PYTHONPATH=str(tmp_path))) == (0, "", "")


def test_mpi_sees_the_same_world(run, tmp_path):
    assert finished(run(*on(2), written(tmp_path, MPI))) == (0, "size 2\n", "")


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, pytest.param(signal.SIGQUIT, marks=pytest.mark.slow)]
)
def test_signal_ends_all_ranks(run, tmp_path, mark, number):
    process = run(*on(2), written(tmp_path, MPI), "wait")
    until_written(tmp_path, "pid0", "pid1")
    assert len(processes_with(mark)) >= 4
    process.send_signal(number)
    code, _, errors = finished(process, 10)
    assert code == -number and "Traceback" not in errors


def test_interrupt_from_the_terminal_ends_all_ranks(run, tmp_path):
    master, slave = pty.openpty()
    process = run(*on(2), written(tmp_path, MPI), "wait", terminal=slave)
    os.close(slave)
    until_written(tmp_path, "pid0", "pid1")
    os.write(master, b"\x03")
    assert process.wait(10) == -signal.SIGINT
    os.close(master)


@pytest.mark.parametrize("victim", ["driver", "launcher", "rank"])
def test_kill_ends_all_ranks(run, tmp_path, victim):
    process = run(*on(2), written(tmp_path, MPI), "wait")
    until_written(tmp_path, "pid0", "pid1")
    children = f"/proc/{process.pid}/task/{process.pid}/children"
    launcher = int(open(children).read().split()[0])
    rank = int((tmp_path / "pid1").read_text())
    os.kill({"driver": process.pid, "launcher": launcher, "rank": rank}[victim], signal.SIGKILL)
    code, _, errors = finished(process, 10)
    assert code == {"driver": -9, "launcher": -9, "rank": 137}[victim]
    if victim == "rank":
        assert re.fullmatch(r"legate: rank 1 on \S+ was ended by signal 9 \(Killed\)\n", errors)
