"""A run that is watched while it goes: ``--progress``, SIGUSR1, Ctrl-C."""

import os
import pty
import re
import select
import signal
import subprocess
import time

import pytest
from seen_runs import clean_environment

LONG = """\
import cunumeric as np
g = np.ones((1000, 1000))
print('ready', flush=True)
for i in range(100000):
    for k in range(20):
        g = np.sqrt(g * g + 1.0)
    x = float(g[3, 3])
"""


def read_until(descriptor, pattern, seconds=60):
    text = ""
    while not re.search(pattern, text):
        assert select.select([descriptor], [], [], seconds)[0], text
        text += os.read(descriptor, 4096).decode(errors="replace")
    return text


def on_a_terminal(folder, *words):
    """The command with its errors on a terminal of 100 columns."""
    ours, theirs = pty.openpty()
    process = folder.start(*words, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    return process, ours


@pytest.mark.parametrize("flag", ["--progress", "--show-progress"])
def test_progress_on_a_terminal(folder, flag):
    process, terminal = on_a_terminal(folder, flag, folder.program(LONG))
    text = read_until(terminal, r"\d+ done, \d+ waiting, [\d.]+ GB moved.*busiest program.py")
    process.send_signal(signal.SIGINT)
    process.wait(60)
    os.close(terminal)
    assert "\r" in text and "\n" not in text.split("done")[1]


def test_no_progress_without_a_terminal(folder):
    program = folder.program(LONG.replace("100000", "30"))
    assert folder.legate("--progress", program).stderr == ""


def test_a_line_for_every_step_where_asked(folder):
    program = folder.program("import cunumeric as np\nprint(float((np.ones(100000) * 2).sum()))\n")
    result = folder.legate(program, environment={"LEGATE_PROGRESS_LINES": "1"})
    assert re.search(r"legate: ran nest .*multiply.* at program.py:2|ran nest .* at .*program.py:2", result.stderr)


def test_signal_tells_what_runs(folder):
    process = folder.start(folder.program(LONG), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    text = ""
    # Where a plan may be stopped it says what comes next; asked until it was at such a place.
    for _ in range(200):
        time.sleep(0.01)  # Where it has just answered it is still in the answer.
        process.send_signal(signal.SIGUSR1)
        text = read_until(process.stderr.fileno(), r"MiB sent\n")
        if re.search(r"a plan of .* it is at .* at .*program.py:[26]", text):
            break
    else:
        raise AssertionError(text)
    process.kill()
    process.communicate()
    assert re.search(r"legate: process \d+, \d+ workers; the program is at .*program.py:\d", text)


def test_signal_while_the_program_sleeps(folder):
    program = folder.program(
        "import cunumeric as np, time\n"
        "a = np.ones(100000) * 3\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    process = folder.start(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGUSR1)
    text = read_until(process.stderr.fileno(), r"MiB sent\n")
    process.kill()
    process.communicate()
    assert "legate: nothing runs\nlegate: 2 launches are recorded and wait for a value" in text
    assert re.search(r"recorded multiply \(100000,?\) at .*program.py:2", text)


def test_signal_while_the_workers_run_ahead(folder):
    program = folder.program(
        "import cunumeric as np, time\n"
        "a = [np.exp(np.ones(2_000_000) * k) for k in range(8)]\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    early = {"LEGATE_AHEAD_POINTS": "20000000", "LEGATE_AHEAD_LAUNCHES": "8"}
    process = folder.start(
        "--cpus", "2", program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, environment=early
    )
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGUSR1)
    text = read_until(process.stderr.fileno(), r"MiB sent\n")
    process.kill()
    process.communicate()
    assert re.search(r"legate: the workers run what was recorded first: \d+ steps, now ", text)
    assert re.search(r"legate:   step \d+: .*\(2000000,?\) at .*program.py:2", text)
    assert re.search(r"legate: \d+ launches are recorded and wait for a value", text)


STOPPED = """\
import cunumeric as np, signal, time

def work(a):
    for k in range(20):
        a += np.sin(a)
    return a

start = time.perf_counter()
wanted = float(work(np.ones(2_000_000)).sum())
share = (time.perf_counter() - start) / 2
signal.signal(signal.SIGALRM, signal.default_int_handler)
stops = 0
for attempt in range(40):
    a = np.ones(2_000_000)
    signal.setitimer(signal.ITIMER_REAL, share)
    try:
        float(work(a)[7])
        share /= 2
    except KeyboardInterrupt:
        stops += 1
    signal.setitimer(signal.ITIMER_REAL, 0)
    FOLLOW
    if stops == 3:
        break
print("stopped", stops)
"""


@pytest.mark.parametrize("cpus", [1, 2])
def test_what_was_stopped_goes_on(folder, cpus):
    # Every element is changed exactly as often as it should be, though most of the loop is in place.
    text = STOPPED.replace("FOLLOW", "assert float(work(np.ones(2_000_000)).sum()) == wanted")
    result = folder.legate("--cpus", cpus, folder.program(text))
    assert result.stdout == "stopped 3\n"
    assert re.search(r"legate: stopped (in|before) .* at .*program.py:(5|14)\b.*; \d+ launches stay recorded", result.stderr)


def test_a_stopped_array_keeps_its_values(folder):
    text = STOPPED.replace("float(work(a)[7])", "work(a); float(a[7])").replace(
        "FOLLOW", "assert attempt >= 0 and (stops == 0 or float(a.sum()) == wanted), float(a.sum())"
    )
    # The launches that were recorded when it stopped are all there are: the loop has recorded all before it waits.
    result = folder.legate("--cpus", 2, "--window-size", 1000, folder.program(text))
    assert result.stdout == "stopped 3\n"


def test_what_nobody_holds_any_more_is_given_up(folder):
    text = STOPPED.replace("a += np.sin(a)", "a = a + np.sin(a)").replace(
        "FOLLOW",
        "del a\n"
        "    assert float((np.ones(100_000) * 3).sum()) == 300000.0",
    ).replace("import cunumeric as np,", "import _legate, cunumeric as np,")
    text += "print(_legate.counts()['abandonedLaunches'] >= 3)\n"
    # Everything in one plan, so that it is stopped in the middle of a segment.
    result = folder.legate("--cpus", 2, "--window-size", 1000, folder.program(text))
    assert result.stdout == "stopped 3\nTrue\n"


def test_a_program_keeps_its_own_handler(folder):
    program = folder.program(
        "import os, signal\n"
        "signal.signal(signal.SIGUSR1, lambda *_: print('mine'))\n"
        "import cunumeric\n"
        "os.kill(os.getpid(), signal.SIGUSR1)\n"
    )
    assert folder.legate(program).stdout == "mine\n"


def test_interrupt_says_where(folder):
    process = folder.start(folder.program(LONG), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in errors
    assert process.returncode == -signal.SIGINT
    # Between two calls of Python's own there is nothing to tell.
    assert "legate: stopped before" in errors or "program.py" in errors
