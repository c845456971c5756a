"""Makes `Documentation/Performance.md` and its pictures from the records of one run.

    python Benchmarks/page.py                 # again from the JSON that is kept beside the pictures

The page says on which machine and when the run was; every number and picture on it comes from
`Documentation/Performance/measured.json`, which `run.py page` writes.
"""

import datetime
import json
import os
import platform
import subprocess
import sys

import numpy
import peers
import suite
from measure import ROOT
from report import time_text

FOLDER = ROOT / "Documentation" / "Performance"
RECORDS = FOLDER / "measured.json"
SIZES = ("tiny", "medium", "large")
CLASSES = {"calls": "many small calls", "arrays": "large arrays", "blas": "products of matrices"}


def machine(options):
    """What a reader must know of the run: the processor, versions, the date, workers, the load at its begin."""
    with open("/proc/cpuinfo") as file:
        lines = [line.split(":", 1)[1].strip() for line in file if line.startswith(("model name", "CPU part"))]
    return {
        "processor": f"{lines[0] if lines else 'unknown'} ({platform.machine()})",
        "cores": os.cpu_count(),
        "workers": options.cpus,
        "system": platform.platform(),
        "date": datetime.date.today().isoformat(),
        "load": round(os.getloadavg()[0], 1),
        "versions": {"python": platform.python_version(), "numpy": numpy.__version__, **peers.versions()},
        "quick": options.quick,
    }


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items() if key != "notes"}
    if isinstance(value, (list, tuple)):
        return [rounded(part) for part in value]
    return value


def write(records):
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(RECORDS, "w") as file:
        json.dump(rounded(records), file, separators=(",", ":"))
        file.write("\n")
    make()


def make():
    with open(RECORDS) as file:
        records = json.load(file)
    python = peers.python_of_peers()
    done = python and subprocess.run([python, str(ROOT / "Benchmarks" / "plots.py"), str(RECORDS), str(FOLDER)])
    if not done or done.returncode:
        print("no pictures: run.py page --compare installs what draws them", file=sys.stderr)
    text = "\n".join([*head(records), *suite_part(records), *limits_part(records), *overhead_part(records)])
    (ROOT / "Documentation" / "Performance.md").write_text(text.rstrip() + "\n")


def table(heads, rows):
    yield "| " + " | ".join(heads) + " |"
    yield "|---" * len(heads) + "|"
    for row in rows:
        yield "| " + " | ".join("" if cell is None else str(cell) for cell in row) + " |"
    yield ""


def number(value):
    return "-" if value is None or value != value else f"{value:.2f}"


def head(records):
    here = records["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in here["versions"].items() if name != "matplotlib")
    yield "# Performance"
    yield ""
    yield "Made by `python3 Benchmarks/run.py page`; do not edit."
    yield ""
    yield (
        f"One run on {here['date']}: {here['processor']}, {here['cores']} cores, {here['system']}; {versions}. "
        f"Legate ran with one worker and with {here['workers']}; NumPy's BLAS, numexpr and JAX used all cores, the rest of "
        f"NumPy and Numba one. The load average at the begin was {here['load']}."
        + (" It was a quick run: fewer rounds, no medium sizes." if here["quick"] else "")
    )
    yield ""
    yield (
        "All systems of a row were timed in turns within the run, each halted while another has its turn; the best time of each "
        "counts, and the records hold the median and the worst beside it. Speed is NumPy's time over the system's. All tables and pictures come from "
        "[`Performance/measured.json`](Performance/measured.json)."
    )
    yield ""


def suite_part(records):
    cases = records.get("suite", [])
    if not cases:
        return
    ran = [case for case in cases if suite.ratio(case)]
    names = {case["program"] for case in cases}
    yield f"## {len(names)} programs"
    yield ""
    yield (
        "`Benchmarks/suite` holds ordinary NumPy programs in up to three sizes, each checked against NumPy's result. "
        "The same file runs on every system. Where JAX or Numba cannot run it as it stands, it counts as not run; "
        "JAX is the better of eager and `jit`, Numba `njit` on every function, without the time to compile."
    )
    yield ""
    workers = records["machine"]["workers"]
    heads = ["geometric mean of speed", "cases", "1 worker", f"{workers} workers", "slowest", "JAX (ran)", "Numba (ran)"]
    rows = []
    for kind, label in [*CLASSES.items(), (None, "all")]:
        rows.append(mean_row(label, [case for case in ran if kind in (None, case["class"])]))
    yield from table(heads, rows)
    if any("jax" in case["systems"] or "numba" in case["systems"] for case in ran):
        yield from against_peers(ran)
    yield "![Geometric means](Performance/means.svg)"
    yield ""
    slow = sorted((case for case in ran if suite.ratio(case) < suite.LEAST), key=suite.ratio)
    failed = [f"{case['program']} {case['size']}" for case in cases if not suite.ratio(case)]
    listed = ", ".join(f"{case['program']} {case['size']} ({number(suite.ratio(case))})" for case in slow)
    yield f"Below {suite.LEAST} of NumPy's speed: {listed or 'none'}. Not run by Legate: {', '.join(failed) or 'none'}."
    yield ""
    for size in SIZES:
        if any(case["size"] == size for case in cases):
            yield f"![Programs, {size}](Performance/suite-{size}.svg)"
            yield ""
    yield from program_table(records, cases, workers)
    peaks = records.get("peaks")
    if peaks:
        mean = suite.geometric_mean(peak["legate"] / peak["numpy"] for peak in peaks)
        above = sorted((peak["legate"] / peak["numpy"], peak["program"]) for peak in peaks)[::-1]
        above = [f"{name} ({value:.2f})" for value, name in above if value > 1.0]
        yield "### Peak memory"
        yield ""
        yield f"Of whole processes, largest sizes: {mean:.2f} of NumPy's in the mean. Above it: {', '.join(above) or 'none'}."
        yield ""
        yield "![Peak memory](Performance/memory.svg)"
        yield ""


def mean_row(label, cases):
    ratios = [suite.ratio(case) for case in cases]
    jax = [case["systems"]["numpy"]["best"] / best for case in cases if (best := suite.best_of_jax(case))]
    numba = [value for case in cases if (value := suite.ratio(case, "numba"))]
    one = [value for case in cases if (value := suite.ratio(case, "legate-1"))]
    return [
        label, len(cases), number(suite.geometric_mean(one)), number(suite.geometric_mean(ratios)),
        number(min(ratios, default=None)), f"{number(suite.geometric_mean(jax))} ({len(jax)})",
        f"{number(suite.geometric_mean(numba))} ({len(numba)})",
    ]  # fmt: skip


def against_peers(cases):
    words = []
    for label, seconds in (
        ("JAX", suite.best_of_jax),
        ("Numba", lambda case: case["systems"].get("numba", {}).get("best")),
    ):
        both = [seconds(case) / case["systems"]["legate"]["best"] for case in cases if seconds(case)]
        words.append(
            f"{label} ran {len(both)} of {len(cases)} cases; there Legate was "
            f"{number(suite.geometric_mean(both))} times as fast, faster in {sum(value > 1 for value in both)}"
        )
    yield "; ".join(words) + "."
    yield ""


def program_table(records, cases, workers):
    yield "<details><summary>Every case</summary>"
    yield ""
    heads = ["program", "size", "class", "NumPy", "1 worker", f"{workers} workers", "JAX", "jit", "Numba"]
    rows = []
    for case in cases:
        seconds = case["systems"]["numpy"].get("best")
        speeds = [number(suite.ratio(case, name)) for name in ("legate-1", "legate", "jax", "jax-jit", "numba")]
        rows.append([case["program"], case["size"], case["class"], time_text(seconds) if seconds else "-", *speeds])
    yield from table(heads, rows)
    yield "</details>"
    yield ""


def limits_part(records):
    limits = records.get("limits")
    if not limits:
        return
    workers = records["machine"]["workers"]
    yield "## Against the machine"
    yield ""
    rates = limits["stream"]
    kinds = dict.fromkeys(key.rsplit(", ", 1)[0] for key in rates)
    rows = [[kind, *(rates[f"{kind}, {count}"] for count in dict.fromkeys((1, workers)))] for kind in kinds]
    yield "What memory gave in the same run (`Benchmarks/stream.c`), GB/s:"
    yield ""
    yield from table(["", *(f"{count} threads" for count in dict.fromkeys((1, workers)))], rows)
    yield "![Limits, float64](Performance/limits-float64.svg)"
    yield ""
    yield "![Limits, float32](Performance/limits-float32.svg)"
    yield ""
    heads = ["kernel", "type", "elements", "NumPy", "numexpr", "JAX", "1 worker", f"{workers} workers", "GB/s", "of STREAM", "calls 1, 2, 3 to steady"]
    rows = []
    for case in limits["cases"]:
        systems = case["systems"]
        if "best" not in systems["legate"]:
            continue
        from limits import rate_of, steady

        rate = rate_of(case, "legate") if case["elements"] >= 10**7 else None
        reads = case["moved"] == 1 or case["program"] == "dot"
        names = ("read",) if reads else ("triad", "triad, non-temporal")
        most = max((rates.get(f"{name}, {workers}", 0) for name in names), default=0)
        first = [number(seconds / steady(systems["legate"])) for seconds in systems["legate"]["first"]]
        rows.append(
            [
                case["program"], case["dtype"], f"{case['elements']:.0e}".replace("+0", ""),
                time_text(systems["numpy"]["best"]),
                *(number(suite.ratio(case, name)) for name in ("numexpr", "jax-jit", "legate-1", "legate")),
                number(rate) if rate else "", f"{100 * rate / most:.0f} %" if rate and most else "", ", ".join(first),
            ]  # fmt: skip
        )
    yield from table(heads, rows)


def overhead_part(records):
    rows = [row for row in records.get("rows", []) if row["section"] == "overhead"]
    if not rows:
        return
    yield "## What a call costs"
    yield ""
    yield "Ours over NumPy's time; below 1 is faster."
    yield ""
    yield from table(
        ["call", "Legate", "NumPy", "time"],
        ([row["what"].replace("|", "\\|"), row["ours"], row["numpy"], number(row["ratio"])] for row in rows),
    )


if __name__ == "__main__":
    make()
