"""The programs in `suite` on NumPy and on Legate with one and with all workers, and on the peers if asked.

Each program stands in three sizes; each case is checked against NumPy's result and timed in turns. A
program says of each size what bounds it on NumPy: "calls" (many small ones), "arrays" (large arrays:
memory or arithmetic) or "blas" (products of matrices). Geometric means are taken by these classes.
A peer that cannot run a program as it stands counts as such; its means are over what it runs.
"""

import math
import time

import peers
from measure import ROOT, best_peak, legate_words, numpy_words, successful_child
from report import Row, failure, memory, speed, time_text
from turns import Field, Refusals

SECTION = "suite"
TARGETS = {"calls": 4.0, "arrays": 6.0, "blas": 1.2}
LEAST = 0.95
PROGRAM = str(ROOT / "Benchmarks" / "suite_program.py")


def programs(chosen=()):
    """(name, path, sizes, classes) of every program, or of those whose name contains one of the words."""
    for path in sorted((ROOT / "Benchmarks" / "suite").glob("*/*.py")):
        name = f"{path.parent.name}/{path.stem}"
        if chosen and not any(word in name for word in chosen):
            continue
        names = {}
        exec(compile(path.read_text(), str(path), "exec"), names)
        yield name, path, names["SIZES"], names["CLASSES"]


def cases(options):
    for name, path, sizes, classes in programs(options.programs):
        for size, arguments in sizes.items():
            if not (options.quick and size == "medium"):
                yield {"program": name, "size": size, "class": classes[size], "path": path, "arguments": arguments}


def geometric_mean(ratios):
    ratios = list(ratios)
    return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else float("nan")


def ratio(case, name="legate", to="numpy"):
    """How many times faster than `to` a system was; none if one of them did not run."""
    both = [case["systems"].get(system, {}).get("best") for system in (name, to)]
    return both[1] / both[0] if all(both) else None


def best_of_jax(case):
    """JAX's faster way, as it stands or compiled as a whole."""
    times = [case["systems"].get(name, {}).get("best") for name in ("jax", "jax-jit")]
    return min((time for time in times if time), default=None)


def note(case):
    words = []
    for name, label in (("legate-1", "1 worker"), ("jax", "jax"), ("jax-jit", "jit"), ("numba", "numba")):
        if name in case["systems"]:
            value = ratio(case, name)
            words.append(f"{label} {value:.2f}" if value else f"{label} -")
    return ", ".join(words)


def row_of(case):
    what = f"{case['program']} {case['size']}"
    ours, theirs = case["systems"]["legate"], case["systems"]["numpy"]
    if "failed" in ours or "failed" in theirs:
        return failure(SECTION, what, ours.get("failed") or theirs["failed"])
    row = speed(SECTION, what, ours["best"], theirs["best"], LEAST)
    row.note = note(case)
    return row


def measure(options, records):
    successful_child([*legate_words(options.cpus), "-c", "pass"])  # Builds, if it must, before anything is timed.
    field = Field(peers.systems(options), Refusals(peers.CACHE / "refused.json", peers.versions()))
    begin = time.perf_counter()
    listed = list(cases(options))
    kept = records.setdefault("suite", [])
    gone = {}
    try:
        for done, case in enumerate(listed):
            left = begin + options.seconds["suite"] - time.perf_counter()
            # A third of what is left for this case goes to loading, checking and first calls.
            seconds = max(0.1, 0.65 * left / (len(listed) - done))
            path, arguments = case.pop("path"), case.pop("arguments")
            # What took too long or died at a smaller size is not tried at a larger one.
            without = [name for name, program in gone.items() if program == case["program"]]
            case["systems"] = field.run(
                path, arguments, seconds, rounds=3 if options.quick else 5, without=without
            )
            for name in without:
                case["systems"][name] = {"failed": "not tried after a smaller size failed"}
            for name, result in case["systems"].items():
                if "failed" in result and not name.startswith(("legate", "numpy")):
                    gone[name] = case["program"]
            kept.append(case)
            yield row_of(case)
    finally:
        field.close()
    yield from means(kept, options)
    if not options.quick:
        yield from peaks(options, records)


def means(kept, options):
    kept = [case for case in kept if ratio(case)]
    kinds = [(kind, least) for kind, least in TARGETS.items() if any(case["class"] == kind for case in kept)]
    for name in ("legate-1", "legate"):
        workers = "1 worker" if name == "legate-1" else f"{options.cpus} workers"
        for kind, least in kinds:
            found = [ratio(case, name) for case in kept if case["class"] == kind]
            yield mean_row(f"{kind}, {workers}", found, least if name == "legate" else None)
        yield mean_row(f"all, {workers}", [ratio(case, name) for case in kept], 3.5 if name == "legate" else None)
    for label, seconds_of in (
        ("JAX", best_of_jax),
        ("Numba", lambda case: case["systems"].get("numba", {}).get("best")),
    ):
        ran = [(case, seconds_of(case)) for case in kept]
        ran = [(case, seconds) for case, seconds in ran if seconds]
        if ran:
            found = [seconds / case["systems"]["legate"]["best"] for case, seconds in ran]
            row = mean_row(f"ours to {label} where it runs", found, 1.0)
            row.note = f"runs {len(ran)} of {len(kept)}"
            yield row
    slow = [case for case in kept if ratio(case) < LEAST]
    yield Row(SECTION, f"cases below {LEAST}", str(len(slow)), str(len(kept)), None, "0", not slow)


def mean_row(what, ratios, least):
    mean = geometric_mean(ratios) if ratios else None
    target = f">= {least}x speed" if least else ""
    row = Row(SECTION, f"mean: {what}", "", "", mean, target, least is None or (mean or 0) >= least)
    row.note = f"{len(ratios)} cases"
    return row


def peaks(options, records):
    """Peak memory of each program at its largest size, each run a process that does everything with one package."""
    kept = records.setdefault("peaks", [])
    for name, path, sizes, _ in programs(options.programs):
        what = f"{name} large"
        try:
            ours = best_peak(legate_words(options.cpus, PROGRAM, path, "large"))
            theirs = best_peak(numpy_words(PROGRAM, path, "large", "numpy"))
        except RuntimeError as error:
            yield failure("memory", what, str(error))
            continue
        kept.append({"program": name, "size": "large", "legate": ours, "numpy": theirs})
        yield memory("memory", what, ours, theirs, 1.0)
    if kept:
        mean = geometric_mean(case["legate"] / case["numpy"] for case in kept)
        yield Row("memory", "mean: peak of the programs", "", "", mean, "<= 1.0x memory", mean <= 1.0)


def slowest(kept, below=1.0):
    """The cases below a ratio, the slowest first, with what the run noted of them."""
    found = [case for case in kept if ratio(case) and ratio(case) < below]
    for case in sorted(found, key=ratio):
        ours = case["systems"]["legate"]
        yield f"{ratio(case):.2f}  {case['program']} {case['size']} ({time_text(ours['best'])})", ours.get("notes", [])
