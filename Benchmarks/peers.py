"""Other systems to compare with, and where they are installed.

`systems(options)` tells which systems take part in a run: NumPy and Legate always, JAX, Numba and
numexpr where they can be imported in an environment of their own (`build/benchmark-venv`), so that
nobody's own environment is touched. `install` fills that environment; what cannot be had is left out
and named in the results.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from measure import ROOT, legate_command

ENVIRONMENT = ROOT / "build" / "benchmark-venv"
CACHE = ROOT / "build" / "benchmark-cache"
PACKAGES = ("jax", "numba", "numexpr", "matplotlib")


@dataclass(frozen=True)
class System:
    """One way to run a program: its name, the command of its server, and its environment variables."""

    name: str
    command: tuple
    variables: tuple = ()

    @property
    def is_peer(self):
        return self.name not in ("numpy", "legate", "legate-1")


def python_of_peers():
    path = ENVIRONMENT / "bin" / "python"
    return str(path) if path.exists() else None


def install():
    """Makes the environment once: the peers with the NumPy that is used here."""
    import numpy

    if python_of_peers() is None:
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
    pip = [python_of_peers(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for package in PACKAGES:
        if not versions([package]):
            words = [*pip, f"numpy=={numpy.__version__}", package]
            if subprocess.run(words, capture_output=True).returncode:
                print(f"{package} could not be installed; it is left out", file=sys.stderr)


def versions(packages=PACKAGES):
    """The installed versions of those packages that there are."""
    python = python_of_peers()
    if python is None:
        return {}
    code = (
        "import importlib.metadata as m, json, sys\n"
        "found = {}\n"
        "for name in sys.argv[1:]:\n"
        "    try: found[name] = m.version(name)\n"
        "    except m.PackageNotFoundError: pass\n"
        "print(json.dumps(found))"
    )
    done = subprocess.run([python, "-c", code, *packages], capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else {}


def server(name):
    return str(Path(__file__).with_name("server.py")), name


def systems(options, peers=("jax", "jax-jit", "numba")):
    """The systems of a run in the order of their turns."""
    found = [
        System("numpy", (sys.executable, *server("numpy"))),
        System("legate-1", (*legate_command(1), *server("legate"))),
        System("legate", (*legate_command(options.cpus), *server("legate"))),
    ]
    installed = versions() if options.compare else {}
    variables = (("NUMBA_CACHE_DIR", str(CACHE / "numba")), ("JAX_COMPILATION_CACHE_DIR", str(CACHE / "jax")))
    for name in peers:
        if name.split("-")[0] in installed:
            found.append(System(name, (python_of_peers(), *server(name)), variables))
    return found
