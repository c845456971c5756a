"""What the analysis of a program costs as ranks grow: one rank of R, planned and counted, nothing computed.

    python Benchmarks/scale.py                        # 2 to 4,096 ranks
    python Benchmarks/scale.py --ranks 2 64 --json out.json

Every program runs in a process of its own as a rank in the middle of R ranks
(`LEGATE_SIMULATE_RANKS`): arrays have addresses and no pages, values read as
zeros. Elements per rank stay the same (weak scaling). Times are of the
processor, per launch, from the recorded window to its plan: with every plan
made anew (the least of some processes: on a shared machine a core may have half
its speed), and with plans of earlier windows found again. Messages and bytes are
what this rank sends in one round; KiB are the memory that the program, its
plans and what the rank knows of the others took, arrays having no pages here:
who owns what is computed and kept in no table, so that what grows with the
ranks is plans with log2 R messages. Held against limits are messages per round
and that memory, which do not depend on the machine, and with `--hold` the times.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "Tests" / "programs" / "counted_programs.py"
RANKS = (2, 4, 16, 64, 256, 1024, 4096)
ROWS, COLUMNS = 64, 256
# The sizes of each program for R ranks, and the messages that one rank sends in a round, at most; log is log2 R rounded
# up. Bodies of collective tasks do not run here: what these send is counted by Tests/programs/test_messages.py.
PROGRAMS = {
    "stencil": (lambda r: {"n": ROWS * r, "m": COLUMNS}, lambda log: 2),
    "residual": (lambda r: {"n": ROWS * r, "m": COLUMNS}, lambda log: 2 + 2 * log),
    "vectors": (lambda r: {"n": ROWS * COLUMNS * r}, lambda log: 2 * log),
    "black_scholes": (lambda r: {"n": ROWS * COLUMNS * r}, lambda log: 0),
    "cavity": (lambda r: {"n": ROWS * r, "m": COLUMNS}, lambda log: 24),
    "kmeans": (lambda r: {"n": ROWS * COLUMNS * r // 4}, lambda log: 8 * log),
    "row_for_all": (lambda r: {"n": ROWS * r, "m": COLUMNS}, lambda log: log),
}
PROCESSES = 4
MOST_MICROSECONDS = 20.0
MOST_GROWTH = 1.5
MOST_MORE_KIBIBYTES = 1024


def measure(name, ranks, keeps_plans):
    environment = dict(
        os.environ, LEGATE_SIMULATE_RANKS=str(ranks), LEGATE_KEEP_PLANS=str(int(keeps_plans))
    )
    sizes = PROGRAMS[name][0](ranks) | {"rounds": 40, "warm": 6}
    words = [sys.executable, str(PROGRAM), name, json.dumps(sizes)]
    process = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=900)
    if process.returncode != 0:
        raise SystemExit(f"{name} on {ranks} ranks: {process.stderr[-2000:]}")
    return json.loads(process.stdout)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ranks", type=int, nargs="+", default=RANKS)
    parser.add_argument("--programs", nargs="+", default=list(PROGRAMS))
    parser.add_argument("--hold", action="store_true", help="times over the limits fail, too")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    rows, faults = [], []
    print(f"{'program':14}{'ranks':>6}{'launches':>10}{'new us':>9}{'again us':>9}{'messages':>10}{'bytes':>12}{'KiB':>8}")
    for name in options.programs:
        first = None
        for ranks in options.ranks:
            new, again = measure(name, ranks, False), measure(name, ranks, True)
            others = (measure(name, ranks, False)["new"] for _ in range(PROCESSES - 1))
            new["new"] = min(new["new"], *others)
            row = dict(new, again=again["again"], kibibytes=again["kibibytes"], program=name, ranks=ranks)
            rows.append(row)
            first = first or row
            print(
                f"{name:14}{ranks:6}{row['launches']:10.1f}{row['new']:9.2f}{row['again']:9.2f}"
                f"{row['messages']:10.1f}{row['bytes']:12.0f}{row['kibibytes']:8.0f}",
                flush=True,
            )
            log = (ranks - 1).bit_length()
            if row["messages"] > PROGRAMS[name][1](log):
                faults.append(f"{name} on {ranks} ranks: {row['messages']} messages in a round")
            if row["kibibytes"] > first["kibibytes"] + MOST_MORE_KIBIBYTES:
                faults.append(f"{name} on {ranks} ranks: {row['kibibytes']:.0f} KiB")
            if options.hold and row["new"] > MOST_MICROSECONDS:
                faults.append(f"{name} on {ranks} ranks: {row['new']:.1f} us for a launch")
        growth = row["new"] / max(first["new"], 1e-9)
        print(f"{'':14}growth {growth:.2f}")
        if options.hold and growth > MOST_GROWTH:
            faults.append(f"{name}: {growth:.2f} times the time on {ranks} ranks")
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=1))
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
