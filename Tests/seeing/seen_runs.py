"""Runs of the installed command in a folder of their own, and what they leave."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEGATE = ROOT / "bin" / "legate"
sys.path.insert(0, str(ROOT / "python"))

STENCIL = """\
import cunumeric as np

g = np.zeros((600, 600))
g[0] = 1.0
for i in range(30):
    new = 0.25 * (g[:-2, 1:-1] + g[2:, 1:-1] + g[1:-1, :-2] + g[1:-1, 2:])
    error = float(np.abs(new - g[1:-1, 1:-1]).max())
    g[1:-1, 1:-1] = new
print(error)
"""


def clean_environment(**extra):
    steering = ("LEGATE_", "CUPYNUMERIC_", "OMPI_", "PMI_", "PMIX_", "MV2_", "SLURM_", "PBS_", "LSB_")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(steering)}
    for name in ("PYTHONPATH", "VIRTUAL_ENV"):
        kept.pop(name, None)
    if "LEGATE_CACHE_DIR" in os.environ:
        kept["LEGATE_CACHE_DIR"] = os.environ["LEGATE_CACHE_DIR"]
    return kept | extra


class Folder:
    """A folder with programs, in which the command is run."""

    def __init__(self, path):
        self.path = path

    def program(self, text, name="program.py"):
        (self.path / name).write_text(text)
        return name

    def legate(self, *words, code=0, environment=None, **options):
        result = subprocess.run(
            [LEGATE, *map(str, words)], capture_output=True, text=True, timeout=180, cwd=self.path,
            env=clean_environment(**(environment or {})), **options,
        )  # fmt: skip
        assert code is None or result.returncode == code, result.stderr
        return result

    def start(self, *words, environment=None, **options):
        return subprocess.Popen(
            [LEGATE, *map(str, words)], cwd=self.path, env=clean_environment(**(environment or {})), **options
        )

    def run(self, name="legate_0.prof"):
        """The model of a run that was traced here."""
        from legate.seeing.model import Run
        from legate.seeing.trace import read_run

        return Run(read_run(str(self.path / name)))
