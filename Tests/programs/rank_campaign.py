"""Random programs on several ranks against one rank, bit for bit: as many as there is time for.

    python rank_campaign.py --count 20000                          1, 2, 4 and 7 loopback ranks
    python rank_campaign.py --count 2000 --mpi 2 4                 2 and 4 ranks under mpirun
    python rank_campaign.py --start N --count 1 --delivery D       a program that differed, again

Each process makes a batch of programs and runs them in a child for each number of ranks: a program takes some 5 ms to
make and 3 to 16 to run, a process half a second to start. Over loopback ranks every store is compared after every window, and
each batch has an order and lateness of messages of its own (`--delivery`). Arrays of two elements are spread, too, and
nothing runs at once. Where a program ends its child the next child goes on behind it. What was found is printed at once and, with `--report`, kept: a campaign that is started
again with the same report goes on where it was.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
KIND = ["--wide", "--big", "0.15"]
SETTINGS = {
    "LEGATE_CPUS": "1", "LEGATE_MIN_CPU_CHUNK": "2", "LEGATE_IMMEDIATE_SIZE": "-1",
    "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
}  # fmt: skip
# What mpirun needs where there are more ranks than cores.
MPIRUN = ["mpirun", "--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1"]


class Batch:
    """Some consecutive seeds, and how they are run."""

    def __init__(self, first, count, modules):
        self.first, self.count = first, count
        self.environment = dict(os.environ, **SETTINGS)
        self.environment["PYTHONPATH"] = os.pathsep.join((modules, str(ROOT / "python")))
        for name in ("LEGATE_REPLAY_RANKS", "LEGATE_RANKS"):
            self.environment.pop(name, None)

    def over_loopback(self, numbers, delivery):
        """For each number of loopback ranks, 0 for none, each seed's hash, or how its process ended."""
        words = [sys.executable, str(HERE / "random_programs.py"), *KIND, "--start", str(self.first)]
        words += ["--count", str(self.count), "--loopback", *map(str, numbers)]
        process = subprocess.run(
            words, env=self.environment | {"LEGATE_REPLAY_SEED": str(delivery)}, capture_output=True, text=True
        )
        found = {ranks: {} for ranks in numbers}
        for line in process.stdout.splitlines():
            ranks, seed, bits = line.split()
            found[int(ranks)][int(seed)] = bits
        self.words = process.stderr[-2000:]
        return found

    def under_mpirun(self, ranks):
        """Each rank's hashes of all seeds; a run that failed is one finding."""
        with tempfile.TemporaryDirectory() as folder:
            root = ["--allow-run-as-root"] * (os.geteuid() == 0)
            program = ROOT / "Tests" / "ranks" / "programs" / "random_bits.py"
            words = [*MPIRUN, *root, "-n", str(ranks), sys.executable, str(program), folder]
            process = subprocess.run(
                [*words, str(self.first), str(self.count)], env=self.environment | {"LEGATE_RANKS": str(ranks)},
                capture_output=True, text=True,
            )  # fmt: skip
            if process.returncode != 0:
                why = f"ended with {process.returncode}: {process.stderr[-3000:]}"
                return [dict.fromkeys(range(self.first, self.first + self.count), why)]
            files = (Path(folder) / f"bits-{rank}.json" for rank in range(ranks))
            return [{int(seed): bits for seed, bits in json.loads(file.read_text()).items()} for file in files]


class Report:
    """How many programs were compared without a difference in each setting, and the differences."""

    def __init__(self, path):
        self.path = Path(path) if path else None
        self.compared, self.differences = {}, []
        if self.path and self.path.exists():
            known = json.loads(self.path.read_text())
            self.compared, self.differences = known["compared"], known["differences"]

    def add(self, setting, expected, found, delivery=None):
        for seed, bits in expected.items():
            if found.get(seed) == bits:
                continue
            again = f" --delivery {delivery}" if delivery is not None else ""
            self.differences.append(f"{setting}: --start {seed} --count 1{again}\n  {bits}\n  {found.get(seed)}")
            print(self.differences[-1], flush=True)
        self.compared[setting] = self.compared.get(setting, 0) + len(expected)

    def keep(self):
        print(", ".join(f"{setting}: {count}" for setting, count in self.compared.items()), flush=True)
        if self.path:
            text = json.dumps({"compared": self.compared, "differences": self.differences}, indent=1)
            self.path.write_text(text)


def compare(batch, options, report):
    delivery = options.delivery if options.delivery is not None else batch.first
    found = batch.over_loopback([0] + ([] if options.mpi else options.ranks), delivery)
    expected = found.pop(0)
    if len(expected) != batch.count:
        sys.exit(f"the programs of seed {batch.first} and behind it did not run on one rank:\n{batch.words}")
    for ranks, hashes in found.items():
        report.add(f"{ranks} loopback ranks", expected, hashes, delivery)
    for ranks in options.mpi:
        sides = batch.under_mpirun(ranks)
        for hashes in sides:
            report.add(f"{ranks} MPI ranks", expected, hashes)
        # Every rank's hashes were compared; a program counts once.
        report.compared[f"{ranks} MPI ranks"] -= batch.count * (len(sides) - 1)
    report.keep()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=int, default=60_000_000, help="the first program's seed")
    parser.add_argument("--count", type=int, default=1000, help="how many programs")
    parser.add_argument("--batch", type=int, default=200, help="programs in a process")
    parser.add_argument("--ranks", type=int, nargs="+", default=[1, 2, 4, 7], help="numbers of loopback ranks")
    parser.add_argument("--mpi", type=int, nargs="*", default=[], help="numbers of MPI ranks, instead")
    parser.add_argument("--delivery", type=int, help="the seed of the order of messages; else each batch has its own")
    parser.add_argument("--cpus", type=int, default=1, help="workers of each rank")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no batch after so long")
    parser.add_argument("--report", help="a file that keeps what was found")
    parser.add_argument("--modules", default=str(ROOT / "build" / "python"), help="the folder of the extension module")
    options = parser.parse_args()
    SETTINGS["LEGATE_CPUS"] = str(options.cpus)
    report, began = Report(options.report), time.monotonic()
    done = max(report.compared.values(), default=0)
    while done < options.count and time.monotonic() - began < options.seconds:
        count = min(options.batch, options.count - done)
        compare(Batch(options.start + done, count, options.modules), options, report)
        done += count
    print(f"{len(report.differences)} differences")
    return 1 if report.differences else 0


if __name__ == "__main__":
    sys.exit(main())
