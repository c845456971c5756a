"""Measuring: alternating best-of in one process, and child processes.

Times on a shared machine are noisy, ratios less so: both packages are timed in
turns within one run and the best of each counts. Every timed body ends by
waiting for all work issued so far, and keeps its results alive until then, so
that no work is left out.
"""

import importlib
import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests" / "programs"))

from launcher import legate_command  # noqa: E402


def packages():
    """The two packages with their ways to wait for issued work."""
    ours = importlib.import_module("cunumeric")
    # The shortest way to wait: on small arrays a body's end counts, too.
    return (ours, importlib.import_module("_legate").wait), (numpy, lambda: None)


def seconds_of(body):
    start = time.perf_counter()
    body()
    return time.perf_counter() - start


def best_in_turns(ours, theirs, rounds, least=0.0):
    """The best times of two bodies, run in turns; each turn lasts `least` seconds."""
    counts = []
    for body in (ours, theirs):
        body()
        counts.append(max(1, int(least / max(seconds_of(body), 1e-9))))
    best = [float("inf"), float("inf")]
    for _ in range(rounds):
        for place, body in enumerate((ours, theirs)):
            # Not a loop that could be compiled with what it calls: calls are what is timed.
            calls = itertools.repeat(None, counts[place])
            start = time.perf_counter()
            for _ in calls:
                body()
            best[place] = min(best[place], (time.perf_counter() - start) / counts[place])
    return best


def child(words, text="", timeout=600):
    """Runs a command in a process of its own; returns what it did and used.

    A small process in between starts it, so that the peak memory is the
    command's own and not inherited from this one.
    """
    words = [str(word) for word in words]
    starter = [sys.executable, str(Path(__file__).with_name("child.py")), *words]
    process = subprocess.run(
        starter, input=text, capture_output=True, text=True, timeout=timeout
    )
    if process.returncode != 0:
        raise RuntimeError(process.stderr or "the starter failed")
    return json.loads(process.stdout)


def successful_child(words, **settings):
    result = child(words, **settings)
    if result["status"] != 0:
        raise RuntimeError(result["error"] or f"exit status {result['status']}")
    return result


def best_peak(words, rounds=1):
    """The least peak memory of some runs of a command, in bytes."""
    return min(successful_child(words)["peak"] for _ in range(rounds))


def legate_words(cpus, *more):
    return [*legate_command(cpus), *more]


def numpy_words(*more):
    return [sys.executable, *more]


def run_again_under_legate(cpus):
    """Replaces this process by the same one under `legate`, if it must."""
    try:
        importlib.import_module("cunumeric")
    except ImportError:
        if os.environ.get("BENCHMARK_UNDER_LEGATE"):
            raise
        os.environ["BENCHMARK_UNDER_LEGATE"] = "1"
        words = legate_words(cpus, *sys.argv)
        os.execvp(words[0], words)
