"""Two ranks against one: the same program under mpirun and alone, in turns.

stencil     4000 x 4000, 2 ranks of 1 worker against 1 rank of 2 workers
task        the shortest task of a stencil that two ranks run with half their
            best efficiency (minimum effective task granularity)
memory      what a rank holds of an array of N bytes, against N / ranks
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from report import Row, failure, limit, time_text

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "Benchmarks" / "ranks_program.py"


def measure(options):
    if not shutil.which("mpirun") or not (ROOT / "build/python/libLegateMPI.so").exists():
        return [failure("ranks", "2 ranks", "needs Open MPI and the plugin: bin/build --mpi")]
    return [*_stencil(options), *_task(options), *_memory(options)]


def _legate(ranks, workers, *words, **environment):
    """Runs the program through the driver and returns what rank 0 printed."""
    command = [str(ROOT / "bin" / "legate"), "--cpus", str(workers)]
    if ranks > 1:
        command += ["--launcher", "mpirun", "--nodes", "1", "--ranks-per-node", str(ranks)]
    done = subprocess.run(
        [*command, str(PROGRAM), *map(str, words)],
        capture_output=True, text=True, timeout=600, env=os.environ | environment,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip() or f"exit status {done.returncode}")
    return json.loads(done.stdout)


def _stencil(options):
    size, steps, rounds = (2000, 10, 3) if options.quick else (4000, 20, 5)
    what = f"stencil {size}x{size}, 2 ranks against 2 workers"
    try:
        pairs = [
            (_legate(2, 1, "stencil", size, steps), _legate(1, 2, "stencil", size, steps))
            for _ in range(rounds)
        ]
    except RuntimeError as error:
        return [failure("ranks", what, str(error))]
    ratio = statistics.median(alone["seconds"] / both["seconds"] for both, alone in pairs)
    both = min(both["seconds"] for both, _ in pairs)
    alone = min(alone["seconds"] for _, alone in pairs)
    if len({result["bits"] for pair in pairs for result in pair}) != 1:
        return [failure("ranks", what, "the two runs gave different bits")]
    return [
        Row("ranks", what, time_text(both), f"{time_text(alone)} (1 rank)", ratio, ">= 0.9x speed", ratio >= 0.9)
    ]


def _task(options):
    """Tasks of n points each on two ranks, from short to long."""
    what = "minimum effective task, stencil on 2 ranks"
    try:
        result = _legate(2, 1, "task", 9 if options.quick else 15, LEGATE_MIN_CPU_CHUNK="2", LEGATE_IMMEDIATE_SIZE="-1")
    except RuntimeError as error:
        return [failure("ranks", what, str(error))]
    best = max(points / seconds for points, seconds in result["tasks"])
    effective = [seconds for points, seconds in result["tasks"] if points / seconds >= best / 2]
    return [limit("ranks", what, min(effective), 25e-6, time_text)]


def _memory(options):
    rows = []
    for ranks in (2, 4):
        what = f"memory of a rank, {ranks} ranks"
        try:
            result = _legate(ranks, 1, "memory", 2000 if options.quick else 4000)
        except RuntimeError as error:
            return [failure("ranks", what, str(error))]
        part = result["whole"] / ranks
        ratio = result["held"] / part
        texts = (f"{result['held'] / 2**20:.1f} MB", f"{part / 2**20:.1f} MB (N/{ranks})")
        rows.append(Row("ranks", what, *texts, ratio, "<= 1.15 N/R", ratio <= 1.15))
    return rows


if __name__ == "__main__":
    sys.exit("run it with: bin/legate Benchmarks/run.py ranks")
