"""What each flag does to a run, seen from the program and from what it leaves behind."""

import json
import os
import re
import shutil
import signal
import subprocess
import time

import pytest

from test_driver import LEGATE, clean_environment, legate, program, shown, written  # noqa: F401

CORES = sorted(os.sched_getaffinity(0))
WORK = "import cunumeric as np; a = np.ones(300_000); b = a + a; print(float((b * a).sum()))"


def environment_of(*words, **environment):
    """The variables that a program sees."""
    code = "import json, os; print(json.dumps(dict(os.environ)))"
    result = legate(*words, "-c", code, environment=environment)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


# Processors


def workers(*words, **environment):
    code = "import cunumeric, _legate; print(_legate.workers())"
    result = legate(*words, "-c", code, environment=environment)
    assert result.returncode == 0, result.stderr
    return int(result.stdout)


def test_cpus():
    assert workers("--cpus", "3") == 3
    assert workers() == len(CORES)


def test_groups_are_the_workers():
    assert workers("--omps", "2") == 8
    assert workers("--omps", "2", "--ompthreads", "3", "--cpus", "1") == 6
    assert workers(LEGATE_OMP_PROCS="1", LEGATE_OMP_THREADS="2") == 2
    assert workers("--omps", "2", "--ompthreads", "0") == len(CORES)


def test_utility_leaves_cores_free():
    assert workers("--utility", "1") == max(1, len(CORES) - 1)
    assert workers("--utility", "1000") == 1
    assert workers("--utility", "1", "--cpus", "5") == 5
    assert workers(LEGATE_UTILITY_CORES="1") == max(1, len(CORES) - 1)


def test_inline_launch_is_one_worker():
    assert workers("--inline-task-launch", "--cpus", "4") == 1


def test_automatic_configuration():
    assert workers("--no-auto-config") == 1
    assert workers(LEGATE_AUTO_CONFIG="0") == 1
    assert workers("--auto-config", LEGATE_AUTO_CONFIG="0") == len(CORES)


def test_gpus_are_refused():
    result = legate("--gpus", "2", "-c", "print('ran')")
    assert (result.stdout, result.returncode) == ("", 64)
    assert result.stderr == (
        "legate: --gpus 2: this build has no GPU backend; leave --gpus out, and the program runs on the "
        "cores of --cpus\n"
    )


# Memories


def ceiling(*words, **environment):
    code = "import cunumeric, _legate; print(_legate.memory()['ceiling'] >> 20)"
    result = legate(*words, "-c", code, environment=environment)
    assert result.returncode == 0, result.stderr
    return int(result.stdout)


def domains():
    allowed = re.search(r"^Mems_allowed_list:\s*(\S+)", open("/proc/self/status").read(), re.M)[1]
    ends = [list(map(int, part.split("-"))) for part in allowed.split(",")]
    return sum(part[-1] - part[0] + 1 for part in ends)


def test_memories_add_up():
    assert ceiling("--sysmem", "300") == 300
    assert ceiling("--sysmem", "300", "--numamem", "50") == 300 + 50 * domains()
    assert ceiling(LEGATE_NUMAMEM="70") == 70 * domains()
    assert ceiling(LEGATE_SYSMEM="200", LEGATE_CONFIG="--sysmem 100") == 100


def test_ceiling_is_kept():
    code = "import cunumeric as np\ntry: np.ones(20_000_000)\nexcept MemoryError as e: print(e)"
    result = legate("--sysmem", "100", "-c", code)
    assert "the ceiling (--sysmem) is 100.0 MiB" in result.stdout


def test_memory_report():
    result = legate("--mem-usage", "--sysmem", "100", "-c", "import cunumeric as np; a = np.ones(1_000_000); print(a[:].sum(), a[3]); del a")
    assert result.stdout == "1000000.0 1.0\n"
    found = re.fullmatch(
        r"legate: rank 0, system memory: at most ([\d.]+) MB of 100 MB in use, at the end ([\d.]+) MB, "
        r"and ([\d.]+) MB kept for reuse\n", result.stderr,
    )  # fmt: skip
    assert found and 7.6 <= float(found[1]) < 20 and float(found[2]) < 1
    assert legate("--show-memory-usage", "-c", WORK).stderr.startswith("legate: rank 0, system")
    assert legate("-c", WORK, environment={"LEGATE_SHOW_USAGE": "1"}).stderr.startswith("legate: rank 0, system")


# Binding


def test_cores_of_one_rank():
    if shutil.which("hwloc-bind") is None:
        pytest.skip("no hwloc-bind: apt-get install hwloc")
    code = "import os; print(sorted(os.sched_getaffinity(0)))"
    assert legate("--cpu-bind", str(CORES[-1]), "-c", code).stdout == f"[{CORES[-1]}]\n"
    assert workers("--cpu-bind", str(CORES[0])) == 1


def test_memory_domain_of_one_rank():
    if shutil.which("hwloc-bind") is None:
        pytest.skip("no hwloc-bind: apt-get install hwloc")
    code = "print(next(line for line in open('/proc/self/numa_maps') if 'bind' in line).split()[1])"
    assert legate("--mem-bind", "0", "-c", code).stdout == "bind:0\n"


def test_absent_cores_and_domains_are_named():
    result = legate("--cpu-bind", "0,4000", "-c", "print('ran')")
    assert result.returncode == 2
    assert re.fullmatch(
        r"legate: --cpu-bind names cores 0,4000; allowed: \S+, which this process may use\n", result.stderr
    )
    result = legate("--mem-bind", "99", "-c", "print('ran')")
    assert result.returncode == 2 and "--mem-bind names NUMA domains 99; allowed: 0" in result.stderr


def test_network_card_and_command_of_one_rank():
    code = "import os; print(os.environ['UCX_NET_DEVICES'], os.environ['OMPI_MCA_btl_tcp_if_include'])"
    result = legate("--nic-bind", "lo", "--bind-detail", "-c", code)
    assert result.stdout == "lo lo\n"
    assert re.fullmatch(r"legate: rank 0 runs: \S+/python -c 'import os; .*'\n", result.stderr)


# Logging

LINE = re.compile(r"\[0\] \d+\.\d{6} \{(\d)\}\{legate\.(\w+)\}: (.+)")


def logged(text):
    lines = [LINE.fullmatch(line) for line in text.splitlines()]
    assert all(lines), text
    return [(int(line[1]), line[2], line[3]) for line in lines]


def test_loggers_speak_when_asked():
    result = legate("--cpus", "2", "--logging", "window=info,mapper=2,core=info", "-c", WORK)
    assert result.stdout == "600000.0\n"
    lines = logged(result.stderr)
    assert {logger for _, logger, _ in lines} == {"window", "mapper", "core"}
    assert ("core", True) in {(name, "2 workers" in text) for _, name, text in lines}
    assert any(name == "window" and re.match(r"\d+ launches in \d+ groups, planned in", text) for _, name, text in lines)
    assert any(name == "mapper" and "2 workers" in text for _, name, text in lines)
    assert {level for level, _, _ in lines} == {2}


def test_all_loggers_at_once():
    lines = logged(legate("--logging", "debug", "-c", WORK).stderr)
    assert {"core", "window", "mapper", "memory"} <= {logger for _, logger, _ in lines}
    assert any(level == 1 and "add [300000]" in text or "add (300000" in text for level, _, text in lines)
    assert legate("--logging", "legate=error", "-c", WORK).stderr == ""
    assert logged(legate("--logging", "legate=error,legate.core=info", "-c", WORK).stderr)[0][1] == "core"


def test_calls_on_the_host_are_logged():
    code = "import warnings; warnings.simplefilter('ignore'); import cunumeric as np; np.fft.fft(np.ones(8))"
    lines = logged(legate("--logging", "host=info", "-c", code).stderr)
    assert [name for _, name, _ in lines] == ["host"] and "fft.fft at " in lines[0][2]


def test_log_file(tmp_path):
    result = legate("--logging", "info", "--log-to-file", "--logdir", "logs", "-c", WORK, cwd=tmp_path)
    assert (result.stdout, result.stderr) == ("600000.0\n", "")
    assert logged((tmp_path / "logs" / "legate_0.log").read_text())


def test_warnings_appear_beside_the_log_file(tmp_path):
    code = "import cunumeric as np\ntry: np.ones(20_000_000)\nexcept MemoryError: pass"
    flags = ["--sysmem", "100", "--logging", "memory=info", "--log-to-file"]
    code = code.replace("np.ones(20_000_000)", "a = [np.ones(5_000_000) for _ in range(3)]; print(a[0].sum())")
    result = legate(*flags, "-c", code, cwd=tmp_path)
    lines = logged((tmp_path / "legate_0.log").read_text())
    grave = [line for line in lines if line[0] >= 4]
    assert logged(result.stderr) == grave


def test_log_folder_that_cannot_be_used(tmp_path):
    (tmp_path / "file").write_text("")
    result = legate("--logdir", str(tmp_path / "file"), "-c", "print('ran')")
    assert (result.stdout, result.returncode) == ("", 2)
    assert "--logdir: the folder" in result.stderr


# Tools around the interpreter


@pytest.fixture
def tools(tmp_path):
    """A folder for the path with tools that show how they were called, then run the rest."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in ("nvprof", "nsys", "cuda-gdb", "compute-sanitizer", "valgrind", "gdb", "rlwrap"):
        (folder / name).write_text(f'#!/bin/sh\necho "{name} $*"\n')
        (folder / name).chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


PYTHON = r"\S+/python -c pass"


@pytest.mark.parametrize(
    "flags, shown_words",
    [
        (["--gdb"], f"gdb --args {PYTHON}"),
        (["--cuda-gdb"], f"cuda-gdb --args {PYTHON}"),
        (["--memcheck"], f"compute-sanitizer {PYTHON}"),
        (["--valgrind"], f"valgrind {PYTHON}"),
        (["--rlwrap"], f"rlwrap {PYTHON}"),
        (["--nvprof", "--logdir", "LOGS"], f"nvprof -o LOGS/legate_0.nvvp {PYTHON}"),
        (["--nsys"], f"nsys profile -t cublas,cuda,cudnn,nvtx,ucx -o ./legate_0 -s none {PYTHON}"),
        (
            ["--nsys", "--nsys-targets", "nvtx", "--nsys-extra", "-s cpu --x 'a b'"],
            f"nsys profile -t nvtx -o ./legate_0 -s cpu --x a b {PYTHON}",
        ),
        (["--valgrind", "--gdb", "--wrapper-inner", "nice"], f"gdb --args valgrind nice {PYTHON}"),
    ],
)
def test_tools(tools, tmp_path, flags, shown_words):
    flags = [flag.replace("LOGS", str(tmp_path)) for flag in flags]
    result = legate(*flags, "-c", "pass", environment=tools)
    assert result.returncode == 0, result.stderr
    assert re.fullmatch(shown_words.replace("LOGS", str(tmp_path)) + "\n", result.stdout)


def test_tools_that_are_missing():
    for flag, tool in [("--nsys", "nsys"), ("--nvprof", "nvprof"), ("--memcheck", "compute-sanitizer")]:
        if shutil.which(tool):
            continue
        result = legate(flag, "-c", "print('ran')")
        assert (result.stdout, result.returncode) == ("", 69)
        assert result.stderr == f"legate: {flag} needs the program '{tool}', which was not found\n"


def test_targets_of_nsys_are_said_once(tools):
    result = legate("--nsys", "--nsys-extra", "-t cuda", "-c", "", environment=tools)
    assert result.returncode == 2 and "--nsys-targets" in result.stderr


def test_debugger_for_real():
    if shutil.which("gdb") is None:
        pytest.skip("no gdb: apt-get install gdb")
    result = legate("--gdb", "-c", "print('under it')", input="run\nquit\n")
    assert "under it" in result.stdout and result.returncode == 0


def test_crash_waits_for_a_debugger(tmp_path):
    code = "import cunumeric, os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    child = subprocess.Popen(
        [LEGATE, "--freeze-on-error", "-c", code], stderr=subprocess.PIPE, text=True, env=clean_environment()
    )
    line = child.stderr.readline()
    assert re.fullmatch(rf"legate: process {child.pid} on \S+ was stopped by signal 11 .*gdb -p {child.pid}\n", line)
    time.sleep(0.2)
    assert child.poll() is None
    child.send_signal(signal.SIGKILL)
    child.wait(20)
    child.stderr.close()
    assert legate("-c", code).returncode == -signal.SIGSEGV


# Runtime


def test_window_size():
    code = "import cunumeric as np, _legate\na = np.ones(200_000)\nfor _ in range(40): a = a + 1\nprint(float(a[0]), _legate.counts()['windows'])"
    small, large = (int(legate("--window-size", size, "-c", code).stdout.split()[1]) for size in ("2", "64"))
    assert small > 2 * large


def test_smallest_spread():
    """As one of two simulated ranks: of an array of 1,000 elements that is spread it writes one half."""

    def written(*words):
        code = "import cunumeric as np, _legate; a = np.ones(1000) * 2; _legate.wait(); print(_legate.counts()['bytesWritten'])"
        result = legate(*words, "-c", code, environment={"LEGATE_SIMULATE_RANKS": "2,0", "LEGATE_IMMEDIATE_SIZE": "1"})
        assert result.returncode == 0, result.stderr
        return int(result.stdout)

    assert written() == 8000
    assert written("--min-cpu-chunk", "500") == 3968  # In rows of cache lines.
    assert written("--min-cpu-chunk", "5000") == 8000
    assert written("--min-cpu-chunk", "5000", "--min-omp-chunk", "500", "--omps", "1") == 3968


def test_ranks_without_mpi_are_refused():
    if shutil.which("mpirun") is None:
        pytest.skip("no mpirun: bin/build --test installs it")
    result = legate("--disable-mpi", "--nodes", "2", "--launcher", "mpirun", "-c", "print('ran')")
    assert (result.stdout, result.returncode) == ("", 2)
    assert result.stderr == "legate: --disable-mpi and 2 ranks do not go together: ranks speak through MPI\n"


def test_variables_for_a_program_without_the_command():
    result = legate("--print-variables", "--cpus", "3", "--sysmem", "9", "-c", "print('ran')")
    pairs = dict(pair.split("=", 1) for pair in result.stdout.split("\0")[1:])
    assert (pairs["LEGATE_CPUS"], pairs["LEGATE_SYSMEM"], result.returncode) == ("3", "9", 0)


def test_manual_page_is_printed():
    result = legate("--print-manual", "-c", "print('ran')")
    assert result.returncode == 0 and result.stdout.startswith(".TH LEGATE 1") and "\nran" not in result.stdout


# Colour


@pytest.mark.parametrize(
    "words, environment, colored",
    [
        (["--color"], {}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color"], {"NO_COLOR": "1"}, True),
        ([], {}, False),
    ],
)
def test_color(words, environment, colored):
    result = legate(*words, "--dry-run", "--verbose", "-c", "", environment=environment)
    assert ("\033[" in result.stdout) == colored


# LEGATE_CONFIG


def python(code, **environment):
    """Runs a piece of Python without the command `legate`."""
    from test_driver import ROOT

    return subprocess.run(
        [ROOT / ".venv" / "bin" / "python", "-c", code], capture_output=True, text=True, timeout=60,
        env=clean_environment(**environment),
    )  # fmt: skip


SEEN = "import cunumeric, _legate; print(_legate.workers(), _legate.memory()['ceiling'] >> 20)"


def test_config_without_the_command():
    assert python(SEEN, LEGATE_CONFIG="--cpus 3 --sysmem 90").stdout == "3 90\n"
    assert python(SEEN, LEGATE_AUTO_CONFIG="0", LEGATE_SYSMEM="90").stdout == "1 90\n"
    assert python(SEEN, LEGATE_OMP_PROCS="1", LEGATE_OMP_THREADS="3", LEGATE_SYSMEM="90").stdout == "3 90\n"
    result = python(SEEN, LEGATE_CONFIG="--cpus 2 --sysmem 5 --show-config --gdb")
    assert result.stdout == "2 5\n"
    assert result.stderr == (
        "legate: --gdb needs the command legate, and is left out\n"
        "legate: cpus 2, sysmem 5 MB, ranks 1, gpus 0, omps 0\n"
    )


def test_wrong_config_without_the_command():
    result = python(SEEN, LEGATE_CONFIG="--cpus x")
    assert result.returncode == 1 and "ValueError: in LEGATE_CONFIG: The value 'x' is invalid" in result.stderr
    result = python(SEEN, LEGATE_CONFIG="--gpus 1")
    assert "ValueError: --gpus 1: this build has no GPU backend" in result.stderr


def test_help_from_config():
    for result in (python(SEEN, LEGATE_CONFIG="--help"), legate("-c", "print('ran')", environment={"LEGATE_CONFIG": "--help"})):
        assert result.returncode == 0 and result.stdout.startswith("OVERVIEW: Runs a NumPy program")


def test_config_is_read_once():
    """A program that starts Python inherits the settings, not the reading of them."""
    code = f"import subprocess, sys; print(subprocess.run([sys.executable, '-c', {SEEN!r}], capture_output=True, text=True))"
    result = legate("--cpus", "2", "-c", code, environment={"LEGATE_CONFIG": "--cpus 7 --sysmem 80"})
    assert "2 80" in result.stdout


# Hostile names and places


@pytest.mark.parametrize("name", ["a b.py", "it's.py", 'q"q.py', "new\nline.py", "-dash.py", "$HOME.py", "ünï.py"])
def test_names_of_programs(tmp_path, name):
    (tmp_path / name).write_text("import sys; print(sys.argv[1:], __name__)")
    words = ["--", name] if name.startswith("-") else [name]
    for flags in ([], ["--timing"], ["--wrapper", "env"]):
        if name.startswith("-"):
            words = ["--", f"./{name}"]
        result = legate(*flags, *words, "x\ny", cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        assert "['x\\ny'] __main__\n" in result.stdout


def test_folder_with_a_hostile_name(tmp_path):
    folder = tmp_path / "it's a\nfolder"
    folder.mkdir()
    (folder / "p.py").write_text(WORK)
    result = legate("--logging", "core=info", "--log-to-file", "--logdir", "lo gs", "p.py", cwd=folder)
    assert (result.stdout, result.stderr) == ("600000.0\n", "")
    assert (folder / "lo gs" / "legate_0.log").exists()


def test_python_that_is_not_there(program):
    from test_driver import ROOT

    place = {"LEGATE_PROJECT": str(ROOT), "LEGATE_PYTHON": "/no/python"}
    result = legate(program, command=ROOT / "build" / "bin" / "legate-driver", environment=place)
    assert result.returncode == 69
    assert result.stderr.startswith("legate: cannot run '/no/python': there is no such program; ")


def test_unusual_mask(tmp_path):
    script = f'umask 077; exec "{LEGATE}" --logging core=info --log-to-file --logdir logs -c pass'
    code = script.replace("-c pass", f"-c '{WORK}'")
    result = subprocess.run(
        ["sh", "-c", code], capture_output=True, text=True, cwd=tmp_path, env=clean_environment(), timeout=60
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert (tmp_path / "logs" / "legate_0.log").exists()
