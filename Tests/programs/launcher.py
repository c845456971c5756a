"""Runs a Python program under the project's `legate`, or under plain Python.

Every test of whole programs starts its processes here. The environment
variable LEGATE_COMMAND names another command than the repository's
`bin/legate`, for example one that is installed.
"""

import os
import shlex
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "Examples"


def legate_command(cpus=None):
    """The words that start a program under `legate`, on `cpus` processors."""
    command = shlex.split(os.environ.get("LEGATE_COMMAND", str(ROOT / "bin" / "legate")))
    return command + (["--cpus", str(cpus)] if cpus else [])


def run(words, ranks=None, timeout=300, check=True, **environment):
    """Runs a command; returns the finished process, or fails with its output.

    `ranks` asks the run to replay itself over that many loopback ranks and to
    compare: it exits with an error if any value differs.
    """
    env = dict(os.environ, **{name: str(value) for name, value in environment.items()})
    env.pop("LEGATE_REPLAY_RANKS", None)
    if ranks:
        env["LEGATE_REPLAY_RANKS"] = str(ranks)
        # Stores of a few elements are tiled, too, so that small programs have something to send.
        env.setdefault("LEGATE_MIN_CPU_CHUNK", "2")
    words = [str(word) for word in words]
    process = subprocess.run(words, env=env, capture_output=True, text=True, timeout=timeout)
    if check and process.returncode != 0:
        raise AssertionError(
            f"{shlex.join(words)} exited with {process.returncode}\n"
            f"{process.stdout[-2000:]}\n{process.stderr[-4000:]}"
        )
    return process


def run_numpy(program, *arguments, **settings):
    """Runs a program under plain Python."""
    return run([sys.executable, program, *arguments], **settings)


def run_legate(program, *arguments, cpus=None, **settings):
    """Runs a program under `legate`."""
    return run([*legate_command(cpus), program, *arguments], **settings)


def written(folder, *texts):
    """A program in a file, from texts as they stand indented in tests."""
    path = folder / "program.py"
    path.write_text("".join(textwrap.dedent(text) for text in texts))
    return path


def interrupted(path):
    """Runs a program, interrupts it half a second after its first line, waits for its end."""
    process = subprocess.Popen([*legate_command(2), str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "ready\n", process.stderr.read()
        time.sleep(0.5)
        begin = time.monotonic()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
        return process.returncode, output, errors, time.monotonic() - begin
    finally:
        process.kill()
