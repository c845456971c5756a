"""The driver from outside: every test starts bin/legate as a person would.

No test needs the array library; the programs are plain Python.
"""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEGATE = ROOT / "bin" / "legate"

SHOW = """
import json, os, sys
print(json.dumps({"argv": sys.argv, "cwd": os.getcwd(), "python": sys.prefix,
                  "environment": {k: v for k, v in os.environ.items() if k.startswith("LEGATE_")}}))
"""


def clean_environment(**extra):
    """The caller's environment without anything that steers Legate, then `extra`."""
    steering = ("LEGATE_", "OMPI_", "PMI_", "PMIX_", "MV2_", "SLURM_", "PBS_", "LSB_")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(steering)}
    for name in ("PYTHONPATH", "VIRTUAL_ENV"):
        kept.pop(name, None)
    return kept | extra


def legate(*words, environment=None, command=LEGATE, **options):
    return subprocess.run(
        [command, *words],
        capture_output=True,
        text=True,
        timeout=60,
        env=clean_environment(**(environment or {})),
        **options,
    )


def shown(*words, **options):
    """Runs the showing program and returns what it saw."""
    result = legate(*words, **options)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "show.py"
    path.write_text(SHOW)
    return str(path)


def written(folder, text):
    path = folder / "program.py"
    path.write_text(textwrap.dedent(text))
    return str(path)


# What is run


def test_program_gets_everything_after_it(program):
    words = ["--cpus", "3", "--help", "--version", "-m", "--", "", "a b", "-lg:prof", "1", "--nodes=4"]
    assert shown(program, *words)["argv"] == [program, *words]


def test_words_after_two_dashes_are_a_program(program):
    assert shown("--cpus", "2", "--", program, "--cpus", "9")["argv"] == [program, "--cpus", "9"]


def test_code(program):
    result = legate("-c", "import sys; print(sys.argv)", "--cpus", "x y")
    assert (result.stdout, result.returncode) == ("['-c', '--cpus', 'x y']\n", 0)


@pytest.mark.parametrize("spelling", [["-m", "shown"], ["--module", "shown"], ["--module=shown"]])
def test_module(tmp_path, spelling):
    (tmp_path / "shown.py").write_text(SHOW)
    seen = shown(*spelling, "--verbose", cwd=tmp_path)
    assert seen["argv"] == [str(tmp_path / "shown.py"), "--verbose"]


def test_program_from_standard_input():
    result = legate("-", "x", input="import sys; print(sys.argv[1:])")
    assert (result.stdout, result.returncode) == ("['x']\n", 0)


def test_executable(tmp_path):
    path = tmp_path / "tool"
    path.write_text('#!/bin/sh\necho "$LEGATE_CPUS $1"; exit 4\n')
    path.chmod(0o755)
    result = legate("--cpus", "5", "--run-mode", "exec", "tool", "--x", cwd=tmp_path)
    assert (result.stdout, result.returncode) == ("5 --x\n", 4)


def test_packages_are_importable():
    result = legate("-c", "import legate, legate.timing as t; print(legate.__file__, t.time() > 0)")
    assert result.stdout == f"{ROOT / 'python' / 'legate' / '__init__.py'} True\n"


def test_python_path_of_the_caller_is_kept(tmp_path):
    (tmp_path / "mine.py").write_text("value = 42")
    result = legate("-c", "import mine; print(mine.value)", environment={"PYTHONPATH": str(tmp_path)})
    assert result.stdout == "42\n"


# Exit codes and signals


@pytest.mark.parametrize("code", [0, 1, 3, 255])
def test_exit_code(code):
    assert legate("-c", f"raise SystemExit({code})").returncode == code


def test_exit_code_under_timing():
    result = legate("--timing", "-c", "print('ran'); raise SystemExit(7)")
    lines = result.stdout.splitlines()
    assert result.returncode == 7
    assert lines[0].startswith("Legate start: ") and lines[1] == "ran"
    assert lines[2].startswith("Legate end: ")


def test_uncaught_exception_is_python_s():
    result = legate("-c", "1/0")
    assert result.returncode == 1 and "ZeroDivisionError" in result.stderr


WAITER = """
import signal, sys, time
def caught(number, frame):
    print("caught", number, flush=True)
    sys.exit(number + 40)
if len(sys.argv) > 1:
    signal.signal(signal.SIGTERM, caught)
    signal.signal(signal.SIGINT, caught)
print("ready", flush=True)
# A signal just before a sleep begins is handled only when it ends: many short ones.
for _ in range(600):
    time.sleep(0.05)
"""


@pytest.mark.parametrize("flags", [[], ["--timing"]])
@pytest.mark.parametrize("handled", [False, True])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_reach_the_program(tmp_path, flags, handled, number):
    words = [LEGATE, *flags, written(tmp_path, WAITER)] + ["handle"] * handled
    child = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean_environment()
    )
    while child.stdout.readline() != "ready\n":
        assert child.poll() is None
    child.send_signal(number)
    output, errors = child.communicate(timeout=20)
    if handled:
        assert f"caught {int(number)}" in output and child.returncode == number + 40
    else:
        assert child.returncode == -number
    assert ("KeyboardInterrupt" in errors) == (number == signal.SIGINT and not handled)


def test_death_by_signal_is_passed_on():
    code = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert legate("-c", code).returncode == -signal.SIGKILL
    assert legate("--timing", "-c", code).returncode == -signal.SIGKILL


# Places


def test_other_folder_and_relative_program(tmp_path, program):
    seen = shown("show.py", cwd=tmp_path)
    assert (seen["argv"], seen["cwd"]) == (["show.py"], str(tmp_path))


def test_symbolic_links(tmp_path, program):
    first, second = tmp_path / "first link", tmp_path / "second"
    first.symlink_to(LEGATE)
    second.symlink_to("first link")
    assert shown(program, command=second)["environment"]["LEGATE_PROJECT"] == str(ROOT)


def test_found_on_the_path(tmp_path, program):
    search = f"{LEGATE.parent}:{os.environ['PATH']}"
    result = subprocess.run(
        ["sh", "-c", f"legate {program}"], env=clean_environment(PATH=search), cwd=tmp_path
    )
    assert result.returncode == 0


def from_legate(errors):
    """The error lines without the one that /bin/sh itself writes in a deleted directory."""
    return "".join(line for line in errors.splitlines(True) if not line.startswith("sh: 0: getcwd"))


@pytest.mark.parametrize("flags", [[], ["--timing"], ["--verbose"]])
def test_deleted_working_directory(tmp_path, flags):
    path = written(tmp_path, "print('still here')")
    script = f'mkdir gone && cd gone && rmdir ../gone && exec "{LEGATE}" {" ".join(flags)} '
    for words in (path, "-c \"print('still here')\""):
        result = subprocess.run(
            ["sh", "-c", script + words],
            capture_output=True, text=True, cwd=tmp_path, env=clean_environment(), timeout=60,
        )  # fmt: skip
        assert result.returncode == 0, result.stderr
        assert "still here\n" in result.stdout and from_legate(result.stderr) == ""


def test_missing_program_in_deleted_directory(tmp_path):
    script = f'mkdir gone && cd gone && rmdir ../gone && exec "{LEGATE}" x.py'
    result = subprocess.run(
        ["sh", "-c", script], capture_output=True, text=True, cwd=tmp_path, env=clean_environment()
    )
    assert result.returncode == 2
    expected = "legate: no program 'x.py' (the working directory is gone)\n"
    assert from_legate(result.stderr) == expected


def test_active_environment_without_numpy_is_passed_over(tmp_path, program):
    fake = tmp_path / "venv"
    (fake / "bin").mkdir(parents=True)
    (fake / "bin" / "python").symlink_to(sys.executable)
    seen = shown(program, environment={"VIRTUAL_ENV": str(fake)})
    assert seen["environment"]["LEGATE_PYTHON"] == str(ROOT / ".venv" / "bin" / "python")


def test_active_environment_with_numpy_is_used(tmp_path, program):
    fake = tmp_path / "venv"
    minor = sys.version_info.minor
    packages = fake / "lib" / f"python3.{minor}" / "site-packages" / "numpy"
    packages.mkdir(parents=True)
    (packages / "__init__.py").write_text("")
    (fake / "bin").mkdir()
    (fake / "bin" / "python").symlink_to(os.path.realpath(sys.executable))
    (fake / "pyvenv.cfg").write_text(f"home = {Path(os.path.realpath(sys.executable)).parent}\n")
    seen = shown(program, environment={"VIRTUAL_ENV": str(fake)})
    assert seen["python"] == str(fake)


# What legate prints and does around a run


def test_version_agrees_with_the_package():
    result = legate("--version")
    package = legate("-c", "import legate; print('legate', legate.__version__)")
    assert result.stdout == package.stdout and result.returncode == 0


def test_info():
    result = legate("--info")
    assert result.returncode == 0
    network = "mpi" if (ROOT / "build" / "python" / "libLegateMPI.so").exists() else "none"
    assert "build_type   : release" in result.stdout
    assert f"networks     : {network}\n" in result.stdout


def test_info_on_compiled_kernels(tmp_path):
    kernels = tmp_path / "kernels"
    kernels.mkdir()
    (kernels / "0.kernel").write_bytes(b"12345")
    (kernels / "draft.1.1").write_bytes(b"123")
    result = legate("--info", environment={"LEGATE_CACHE_DIR": str(tmp_path), "LEGATE_LLVM": "none"})
    assert f"kernel_cache : {kernels} (1 kernels, 5 bytes)\n" in result.stdout
    assert "llvm         : none (LEGATE_LLVM=none)\n" in result.stdout
    result = legate("--info", environment={"LEGATE_LLVM": "/nowhere.so", "LEGATE_CACHE_DIR": "none"})
    assert "llvm         : none (/nowhere.so:" in result.stdout
    assert "kernel_cache : none\n" in result.stdout


def test_dry_run(program):
    assert legate("--dry-run", program).stdout == ""
    result = legate("--dry-run", "--verbose", "--cpus", "3", program, "a b")
    assert result.returncode == 0 and "LEGATE_CPUS=3" in result.stdout
    assert f"python {program} 'a b'\n" in result.stdout and "argv" not in result.stdout


def test_verbose_prints_and_runs(program):
    seen = shown("--verbose", program)
    assert seen["argv"] == [program]


def test_show_config():
    result = legate("--show-config", "--cpus", "2", "--sysmem", "64", "-c", "print('ran')")
    assert result.stdout == "legate: cpus 2, sysmem 64 MB, ranks 1, gpus 0, omps 0\nran\n"


def test_wrappers(program):
    words = ["--wrapper", "env A=%%LEGATE_GLOBAL_RANK%%", "--wrapper-inner", "env B='x y'"]
    result = legate(*words, "-c", "import os; print(os.environ['A'], os.environ['B'])")
    assert (result.stdout, result.returncode) == ("0 x y\n", 0)


def test_cprofile_writes_into_the_log_folder(tmp_path, program):
    result = legate("--cprofile", "--logdir", str(tmp_path / "logs"), program, "x")
    assert json.loads(result.stdout)["argv"] == [program, "x"]
    assert (tmp_path / "logs" / "legate_0.cprof").stat().st_size > 100


def test_second_call_adds_little():
    times = []
    for _ in range(5):
        start = time.perf_counter()
        assert legate("--version").returncode == 0
        times.append(time.perf_counter() - start)
    assert min(times) < 0.2


def test_python_of_the_project_runs_without_the_driver(tmp_path):
    path = written(tmp_path, "import legate.timing; print(legate.timing.time('s') > 0)")
    result = subprocess.run(
        [ROOT / ".venv" / "bin" / "python", path], capture_output=True, text=True,
        env=clean_environment(),
    )  # fmt: skip
    assert result.stdout == "True\n"
