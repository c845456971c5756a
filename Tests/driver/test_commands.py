"""The commands beside `legate`: legate-issue, lgpatch, the installation, completion and the manual page."""

import os
import pty
import re
import select
import shutil
import subprocess
import time

import pytest

from test_driver import LEGATE, ROOT, clean_environment, legate, written

BIN = LEGATE.parent


def run(command, *words, environment=None, **options):
    return subprocess.run(
        [command, *words], capture_output=True, text=True, timeout=300, env=clean_environment(**(environment or {})),
        **options,
    )  # fmt: skip


# legate-issue


def entries(text):
    return dict(re.fullmatch(r"(\S.*?) *: (.+)", line).groups() for line in text.splitlines())


def test_issue_names_what_is_there():
    result = run(BIN / "legate-issue")
    assert (result.returncode, result.stderr) == (0, "")
    found = entries(result.stdout)
    names = "Python Platform Processor Cores Memory Legate Cunumeric Numpy BLAS Scipy Numba libLLVM MPI Swift".split()
    assert [name for name in names if name not in found] == []
    python = subprocess.run(
        [ROOT / ".venv/bin/python", "-c", "import sys, numpy; print(sys.version.split()[0], numpy.__version__)"],
        capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    assert found["Python"].startswith(python[0]) and found["Numpy"] == python[1]
    assert found["Legate"] == legate("--version").stdout.split()[1]
    assert found["Build"].startswith("release, ")
    if shutil.which("mpirun"):
        assert "MPI" in found["MPI"]


def test_issue_says_what_is_missing(tmp_path):
    for tool in ("sh", "readlink", "find", "dirname"):
        (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")
    found = entries(run(BIN / "legate-issue", environment={"PATH": str(tmp_path)}).stdout)
    for name in ("MPI", "Slurm", "Swift", "GPU driver", "GPU devices"):
        assert found[name] == "(failed to detect)"


def test_issue_refuses_other_words():
    result = run(BIN / "legate-issue", "--verbose")
    assert result.returncode == 2 and "unknown word '--verbose'" in result.stderr


# lgpatch

PATCHED = """
import sys
import numpy as np
import numpy.linalg as la
from numpy import arange
from numpy.linalg import norm
if __name__ == "__main__":
    print(type(np.ones(3)).__module__, type(arange(3)).__module__, np.arange(4).sum(), norm([3.0, 4.0]), la.norm([3, 4]))
    print(sys.argv[1:], __file__ == sys.argv[0], np.random.default_rng(1).random(2).shape, np.fft.fft([1.0, 0]).real)
"""


def test_patched_program(tmp_path):
    path = written(tmp_path, PATCHED)
    result = run(BIN / "lgpatch", "-p", "numpy", "-v", path, "-p", "x y")
    assert result.returncode == 0, result.stderr
    first, second = result.stdout.splitlines()
    assert first == "cunumeric cunumeric 6 5.0 5.0"
    assert second == "['-p', 'x y'] True (2,) [1. 1.]"
    assert "lgpatch: numpy is cunumeric\n" in result.stderr


def test_program_without_patch_is_numpy_s(tmp_path):
    path = written(tmp_path, "import numpy; print(type(numpy.ones(2)).__module__)")
    result = run(BIN / "lgpatch", path)
    assert result.stdout == "numpy\n"
    assert result.stderr == "lgpatch: nothing is replaced; -p numpy runs the program on Legate's arrays\n"


def test_patched_program_ends_as_it_likes(tmp_path):
    path = written(tmp_path, "import numpy as np\ndef f(): raise SystemExit(int(np.arange(4).sum()))\nf()")
    assert run(BIN / "lgpatch", "-p", "numpy", path).returncode == 6
    path = written(tmp_path, "import numpy as np\nnp.ones(3) + np.ones(4)")
    result = run(BIN / "lgpatch", "-p", "numpy", path)
    assert result.returncode == 1 and "ValueError: operands could not be broadcast" in result.stderr


@pytest.mark.parametrize(
    "words, complaint",
    [
        (["-p", "numpi", "P"], "lgpatch: no patch for 'numpi'; allowed: numpy"),
        (["-p", "numpy"], "lgpatch: a program is needed after the flags"),
        (["-p", "numpy", "nothing.py"], "lgpatch: cannot read the program 'nothing.py': No such file or directory"),
    ],
)
def test_wrong_patches(tmp_path, words, complaint):
    path = written(tmp_path, "print('ran')")
    result = run(BIN / "lgpatch", *(path if word == "P" else word for word in words), cwd=tmp_path)
    assert (result.stdout, result.returncode) == ("", 2)
    assert result.stderr.splitlines()[-1] == complaint


# Installation


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    prefix = tmp_path_factory.mktemp("it's a") / "prefix"
    result = subprocess.run(
        ["sh", "-c", f'umask 077; exec "{BIN}/install" --prefix "$0"', str(prefix)], capture_output=True, text=True,
        timeout=300, env=clean_environment(),
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(f"Legate was installed in {prefix}\n")
    return prefix


def test_installed_commands(installed, tmp_path):
    path = written(tmp_path, "import cunumeric, sys; print(cunumeric.arange(4).sum(), cunumeric.__file__, sys.prefix)")
    result = run(installed / "bin" / "legate", "--cpus", "1", path, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    home = installed / "lib" / "legate"
    assert result.stdout == f"6 {home}/python/cunumeric/__init__.py {home}/.venv\n"
    assert entries(run(installed / "bin" / "legate-issue").stdout)["Build"].startswith("release")
    path = written(tmp_path, "import numpy; print(type(numpy.ones(2)).__module__)")
    assert run(installed / "bin" / "lgpatch", "-p", "numpy", path).stdout == "cunumeric\n"


def test_nothing_installed_names_the_checkout(installed):
    """The checkout may go: no link leads there, and no text file holds its name."""
    for folder, _, files in os.walk(installed):
        for name in files:
            path = os.path.join(folder, name)
            if os.path.islink(path):
                assert not os.readlink(path).startswith(str(ROOT))
            elif not name.endswith((".so", ".pyc")) and "numpy" not in folder and name != "legate-driver":
                with open(path, "rb") as file:
                    assert str(ROOT).encode() not in file.read(), path


def test_others_may_use_what_is_installed(installed):
    for path in [installed / "lib" / "legate", *(installed / "lib" / "legate").rglob("*.py")]:
        assert path.stat().st_mode & 0o044 == 0o044, path


def test_moved_installation(installed, tmp_path):
    moved = tmp_path / "moved"
    shutil.copytree(installed, moved, symlinks=True)
    result = run(moved / "bin" / "legate", "-c", "import cunumeric; print(cunumeric.__file__)")
    assert result.stdout == f"{moved}/lib/legate/python/cunumeric/__init__.py\n", result.stderr
    result = run(BIN / "install", "--prefix", moved, "--uninstall")
    assert result.stdout == f"Legate was removed from {moved}\n"
    assert [path for path in moved.rglob("*") if path.is_file() or path.is_symlink()] == []


@pytest.mark.parametrize(
    "words, complaint",
    [
        (["--prefix"], "--prefix needs a folder after it"),
        (["--prefixx", "x"], "unknown word '--prefixx'; allowed: --prefix DIR, --uninstall"),
        (["--prefix", "/proc/none"], "the folder /proc/none/bin cannot be written to"),
        (["--prefix", "HERE", "--uninstall"], "nothing of Legate is installed in HERE"),
        (["--prefix", "TAKEN"], "TAKEN/bin/legate is there and none of ours"),
    ],
)
def test_wrong_installations(tmp_path, words, complaint):
    taken = tmp_path / "taken"
    (taken / "bin").mkdir(parents=True)
    (taken / "bin" / "legate").write_text("somebody's")
    names = {"HERE": str(tmp_path), "TAKEN": str(taken)}

    def named(text):
        for name, path in names.items():
            text = text.replace(name, path)
        return text

    result = run(BIN / "install", *map(named, words))
    assert (result.stdout, result.returncode) == ("", 2)
    assert result.stderr == f"bin/install: {named(complaint)}\n"
    assert (taken / "bin" / "legate").read_text() == "somebody's"


# Completion and the manual page, in the shells and in man


def in_shell(words, typed, wanted, environment):
    """Starts an interactive shell on a terminal, types, and waits for what must appear."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        words, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env=environment, close_fds=True
    )
    os.close(slave)
    text, end = "", time.monotonic() + 30
    try:
        os.write(master, typed.encode())
        while not re.search(wanted, text):
            ready, _, _ = select.select([master], [], [], max(0, end - time.monotonic()))
            assert ready, f"no {wanted!r} in {text!r}"
            text += os.read(master, 65536).decode(errors="replace")
    finally:
        process.kill()
        process.wait()
        os.close(master)
    return text


def shell_environment(installed, tmp_path):
    path = f"{installed}/bin:{os.environ['PATH']}"
    return clean_environment(PATH=path, HOME=str(tmp_path), TERM="xterm", XDG_DATA_DIRS=f"{installed}/share")


def test_completion_in_bash(installed, tmp_path):
    script = installed / "share" / "bash-completion" / "completions" / "legate"
    (tmp_path / "prog.py").write_text("")
    code = f'''source "{script}"
complete_words() {{ COMP_LINE="$*"; COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
  $(complete -p legate | sed 's/.*-F \\([^ ]*\\) .*/\\1/') legate "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}"
  printf '%s ' "${{COMPREPLY[@]}}"; echo; }}
complete_words legate --sys; complete_words legate --launcher m; complete_words legate --cpus 2 pro'''
    result = run("bash", "-c", code, cwd=tmp_path)
    assert [line.split() for line in result.stdout.splitlines()] == [["--sysmem"], ["mpirun"], ["prog.py"]], result.stderr


def test_completion_in_zsh(installed, tmp_path):
    if shutil.which("zsh") is None:
        pytest.skip("no zsh: apt-get install zsh")
    folder = installed / "share" / "zsh" / "site-functions"
    (tmp_path / ".zshrc").write_text(f'fpath=("{folder}" $fpath)\nautoload -U compinit\ncompinit -u -D\nPS1="ready> "\n')
    environment = shell_environment(installed, tmp_path)
    in_shell(["zsh", "-i"], "legate --sysm\t12 --launcher mpir\t", r"legate --sysmem.* 12 --launcher mpirun", environment)


def test_completion_in_fish(installed, tmp_path):
    if shutil.which("fish") is None:
        pytest.skip("no fish: apt-get install fish")
    environment = shell_environment(installed, tmp_path)
    code = "complete -C 'legate --sysm'; complete -C 'legate --launcher mpi'"
    result = subprocess.run(["fish", "-c", code], capture_output=True, text=True, env=environment, timeout=60)
    assert [line.split("\t")[0] for line in result.stdout.splitlines()] == ["--sysmem", "mpirun"], result.stderr


def test_completion_of_an_unknown_shell():
    result = legate("--generate-completion-script", "tcsh")
    assert result.returncode == 2 and "allowed: zsh, bash, fish" in result.stderr


def test_manual_page(installed):
    page = installed / "share" / "man" / "man1" / "legate.1"
    text = page.read_text()
    help_page = legate("--help").stdout
    flags = set(re.findall(r"^  (--[a-z-]+)", help_page, re.M))
    assert len(flags) > 60 and [flag for flag in flags if flag.replace("-", r"\-") not in text] == []
    if shutil.which("man") is None:
        pytest.skip("no man: apt-get install man-db")
    shown = subprocess.run(["man", "-l", str(page)], capture_output=True, text=True, env=clean_environment(MANWIDTH="80"))
    assert shown.returncode == 0 and "EXIT STATUS" in shown.stdout and "warning" not in shown.stderr
