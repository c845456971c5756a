"""Builds the transport's test program and runs it on some ranks."""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".build" / "debug"
PROBE = FOLDER / "TransportProbe"

ENVIRONMENT = {
    **os.environ,
    "LEGATE_MPI": "1",
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
}


@dataclass
class Ended:
    code: int
    output: str
    seconds: float


def build():
    """Both products; skips the calling test, with the reason, where MPI is not installed."""
    for tool in ("mpirun", "mpicc"):
        if shutil.which(tool) is None:
            pytest.skip(f"no {tool}: apt-get install openmpi-bin libopenmpi-dev")
    for product in ("LegateMPI", "TransportProbe"):
        command = ["swift", "build", "--package-path", ROOT, "--product", product]
        built = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True)
        assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-1000:]


def run(ranks, *words, limit=240, **environment):
    """The whole run under mpirun: exit code, both streams together, seconds."""
    command = ["mpirun", "-q", "--bind-to", "none", "--oversubscribe", "-n", str(ranks), PROBE]
    start = time.monotonic()
    ended = subprocess.run(
        [*command, *map(str, words)],
        env={**ENVIRONMENT, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=limit,
    )
    return Ended(ended.returncode, ended.stdout, time.monotonic() - start)
