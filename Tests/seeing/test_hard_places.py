"""Where a run cannot write what it was asked for: the program's result and exit code are unharmed, and what was
recorded still opens."""

import os
import resource
import shutil
import signal
import subprocess

import pytest
from test_page import HOSTILE

WORK = """\
import cunumeric as np
g = np.ones(300000)
for i in range(400):
    x = float((g * i).sum())
print(x)
raise SystemExit(7)
"""
RESULT = "119700000.0\n"


def mounted(place, options):
    """Whether a small file system could be mounted there."""
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", place]
    return shutil.which("mount") is not None and subprocess.run(words, capture_output=True).returncode == 0


@pytest.fixture
def small_disk(tmp_path):
    """A file system of half a megabyte."""
    place = tmp_path / "small"
    if not mounted(place, "size=512k"):
        pytest.skip("mounting a small file system needs root")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.fixture
def read_only(tmp_path):
    place = tmp_path / "sealed"
    if mounted(place, "ro,size=64k"):
        yield place
        subprocess.run(["umount", "-l", place], check=True)
    elif os.getuid() != 0:
        place.chmod(0o555)
        yield place
    else:
        pytest.skip("root writes everywhere, and nothing can be mounted here")


# Disks that are full


def test_a_full_disk(folder, small_disk):
    result = folder.legate("--cpus", 2, "--profile", "--event", "--logdir", small_disk, folder.program(WORK), code=7)
    assert result.stdout == RESULT
    trace, page = result.stderr.splitlines()
    assert trace.startswith("legate: the profile ends here, the program goes on: ") and trace.endswith("No space left on device")
    assert page.startswith("legate: the page cannot be written: ") and page.endswith("No space left on device")
    # No page that is cut in its middle.
    assert not (small_disk / "legate_prof" / "index.html").exists()
    summary = folder.legate("profile", small_disk / "legate_0.prof", "--summary").stdout
    assert summary.startswith("program.py\n") and "program.py:4" in summary
    folder.legate("profile", small_disk / "legate_0.prof", "--logdir", "elsewhere")
    assert (folder.path / "elsewhere" / "legate_prof" / "index.html").exists()


def test_files_that_may_not_grow(folder):
    limits = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))}
    result = folder.legate("--cpus", 2, "--profile", folder.program(WORK), code=7, **limits)
    assert result.stdout == RESULT
    assert "the profile ends here, the program goes on" in result.stderr and "File too large" in result.stderr
    assert folder.legate("profile", "legate_0.prof", "--summary").stdout.startswith("program.py\n")


def test_a_log_that_cannot_grow(folder):
    program = folder.program(WORK)
    result = folder.legate("--logging", "window=info", program, code=7, environment={"LEGATE_LOG_FILE": "/dev/full"})
    assert result.stdout == RESULT
    first, *others = result.stderr.splitlines()
    assert first == "legate: the log file ends here: No space left on device"
    assert len(others) > 300 and all("{legate.window}" in line for line in others)


# Folders


@pytest.mark.parametrize("flag", ["--profile", "--dataflow", "--log-to-file"])
def test_a_folder_that_is_read_only_is_refused_before_the_run(folder, read_only, flag):
    result = folder.legate(flag, "--logdir", read_only, folder.program("print('ran')"), code=2)
    assert result.stdout == ""
    assert result.stderr.startswith(f"legate: --logdir: the folder '{read_only}' ")


def test_a_folder_that_is_not_there_is_made(folder):
    folder.legate("--profile", "--logdir", "new/folders", folder.program(WORK), code=7)
    assert (folder.path / "new" / "folders" / "legate_prof" / "index.html").exists()


def test_a_folder_that_goes_away_during_the_run(folder):
    program = folder.program(f"import shutil; shutil.rmtree('logs')\n{WORK}")
    result = folder.legate("--profile", "--logdir", "logs", program, code=7)
    assert result.stdout == RESULT
    assert result.stderr.startswith("legate: no profile")


def test_results_of_the_tools_that_cannot_be_written(folder):
    program = folder.program("import cunumeric as np\nprint(float(np.ones(100_000).sum()))\n")
    result = folder.legate("doctor", "--output", "/dev/full", program, code=None)
    assert "100000.0" in result.stdout and "No space left on device" in result.stderr
    assert "Traceback" not in result.stderr
    folder.legate("--profile", program)
    result = folder.legate("profile", "legate_0.prof", "--logdir", "/dev/full/x", code=1)
    assert result.stderr.startswith("legate: the page cannot be written: ") and result.stderr.count("\n") == 1


# Crashes


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_crash_leaves_what_was_recorded(folder, number):
    program = folder.program(WORK.replace("raise SystemExit(7)", f"import os; os.kill(os.getpid(), {int(number)})"))
    result = folder.legate("--profile", "--event", program, code=None)
    assert result.returncode == -number
    assert "the profile is in legate_prof/index.html" in result.stderr
    assert "waits for a value every iteration (400 times)" in folder.legate("profile", ".", "--summary").stdout


# GraphViz


@pytest.fixture
def without_dot(tmp_path):
    """A folder for the path in which all programs are but GraphViz's."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for entry in [*os.scandir("/usr/bin"), *os.scandir("/bin")]:
        if entry.name != "dot" and not (tools / entry.name).is_symlink():
            (tools / entry.name).symlink_to(entry.path)
    return tools


def test_without_graphviz(folder, without_dot):
    result = folder.legate("--dataflow", "--event", folder.program(WORK), code=7, environment={"PATH": str(without_dot)})
    assert result.stdout == RESULT
    first, second = result.stderr.splitlines()
    assert first.startswith("legate: the graph is dataflow_legate.dot (") and "apt install graphviz" in first
    assert second.startswith("legate: the graph is event_graph_legate.dot (")
    assert not list(folder.path.glob("*.pdf"))


def test_graphviz_that_fails(folder, without_dot):
    (without_dot / "dot").write_text("#!/bin/sh\necho 'no fonts here' >&2\nexit 1\n")
    (without_dot / "dot").chmod(0o755)
    result = folder.legate("--dataflow", folder.program(WORK), code=7, environment={"PATH": str(without_dot)})
    assert result.stdout == RESULT
    assert result.stderr.endswith("GraphViz could not draw it: no fonts here\n")


# Names


@pytest.mark.skipif(shutil.which("dot") is None, reason="no GraphViz: bin/build --test installs it")
def test_hostile_names_in_graphs(folder):
    name = HOSTILE + ' \\"; } digraph { a -> b [label="\n\N{SNOWMAN}.py'
    name = name.replace("/", "\N{FRACTION SLASH}")
    result = folder.legate("--dataflow", "--event", folder.program(WORK, name), code=7)
    assert result.stdout == RESULT and "could not" not in result.stderr
    for graph in ("dataflow", "event_graph"):
        dot = (folder.path / f"{graph}_legate.dot").read_text()
        # GraphViz reads back what was written: one graph, its name the program's.
        shown = subprocess.run(["dot", "-Tdot_json"], input=dot, capture_output=True, text=True)
        assert shown.returncode == 0 and shown.stderr == ""
        assert "onerror=" in shown.stdout and "a -> b" in shown.stdout
        assert (folder.path / f"{graph}_legate.pdf").read_bytes().startswith(b"%PDF")
