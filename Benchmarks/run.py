"""Prints what the project promises beside what this machine measures.

    python Benchmarks/run.py                          # everything
    python Benchmarks/run.py overhead kernels         # some sections
    python Benchmarks/run.py --quick --json out.json
    python Benchmarks/run.py suite limits --compare   # beside JAX, Numba and numexpr, too
    python Benchmarks/run.py suite --programs linear/ nbody
    python Benchmarks/run.py peaks --programs jacobi  # peak memory of programs of the suite
    python Benchmarks/run.py page                     # suite, limits and overhead; writes the page

Every time stands beside NumPy's, taken in turns within the same run; trust the
ratios. Sections: overhead (1 to 1,000 elements), calls (a wide list of them), kernels (1e5 and 1e7), bandwidth (what
the cores can read), examples (each program), memory (peaks and long loops),
startup (import, console, size), ranks (two and four ranks under mpirun), small
(loops of many small calls), suite (ordinary programs), peaks (their memory, a part
of suite), limits (kernels against the machine). `page` runs the last two with the peers and overhead, and makes
`Documentation/Performance.md` of it.
"""

import argparse
import os
import platform
import sys

import bandwidth
import calls
import kernels
import limits
import loops
import measure
import numpy
import overhead
import page
import peers
import programs
import ranks
import small_loops
import startup
import suite
from report import Table

SECTIONS = (
    "overhead", "calls", "small", "kernels", "bandwidth", "examples", "memory", "startup", "ranks", "suite", "peaks",
    "limits",
)  # fmt: skip
PAGE = ("overhead", "suite", "limits")
# Seconds that a section may take, whole and quick, without the peaks of memory.
SECONDS = {"suite": (430, 110), "limits": (110, 35)}


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--cpus", type=int, default=2, help="workers (default: 2)")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, no large loops")
    parser.add_argument("--json", metavar="FILE", help="write the rows there as well")
    parser.add_argument("--compare", action="store_true", help="also JAX, Numba and numexpr (installs them)")
    parser.add_argument("--programs", nargs="+", default=(), metavar="WORD", help="of the suite only these")
    options = parser.parse_args()
    options.page = "page" in options.sections
    if options.page:
        options.sections, options.compare = list(PAGE), True
    options.seconds = {name: pair[options.quick] for name, pair in SECONDS.items()}
    unknown = set(options.sections) - set(SECTIONS)
    if unknown:
        parser.error(f"unknown section {sorted(unknown)[0]}; there are {', '.join(SECTIONS)}")
    return options


def main():
    options = parse()
    wanted = options.sections or SECTIONS
    in_process = any(section in wanted for section in ("overhead", "calls", "small", "kernels"))
    if in_process:
        measure.run_again_under_legate(options.cpus)
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, {options.cpus} workers, "
        f"Python {platform.python_version()}, NumPy {numpy.__version__}"
    )
    if options.compare:
        peers.install()
    table = Table()
    records = {"machine": page.machine(options)}
    packages = measure.packages() if in_process else None
    rows = []
    if "overhead" in wanted:
        rows.append(overhead.measure(packages, options))
    if "calls" in wanted:
        rows.append(calls.measure(packages, options))
    if "small" in wanted:
        rows.append(small_loops.measure(packages, options))
    if "kernels" in wanted:
        rows.append(kernels.measure(packages, options))
    if "bandwidth" in wanted:
        rows.append(bandwidth.measure(options))
    if "examples" in wanted or "memory" in wanted:
        rows.append(programs.measure(options, wanted))
    if "memory" in wanted:
        rows.append(loops.measure(options))
    if "startup" in wanted:
        rows.append(startup.measure(options))
    if "ranks" in wanted:
        rows.append(ranks.measure(options))
    if "suite" in wanted:
        rows.append(suite.measure(options, records))
    elif "peaks" in wanted:
        rows.append(suite.peaks(options, records))
    if "limits" in wanted:
        rows.append(limits.measure(options, records))
    for section in rows:
        for row in section:
            table.add(row)
    table.finish(options.json, records)
    if options.page:
        page.write({**records, "rows": [vars(row) for row in table.rows]})
    return 0 if all(row.holds for row in table.rows) else 1


if __name__ == "__main__":
    sys.exit(main())
