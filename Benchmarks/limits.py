"""How close large and small kernels come to what the machine allows.

The programs in `limits` with float64 and float32 at 1e3, 1e5 and 1e7 elements, on NumPy, on Legate with
one and with all workers, and on numexpr and JAX (compiled) if asked. Beside them stands what memory
gives (`stream.c`, compiled here and measured before and after), and how the first three calls compare
with the steady state.
"""

import json
import subprocess
import time

import peers
from measure import ROOT, legate_words, successful_child
from report import Row, failure, speed, time_text
from suite import note
from turns import Field

SECTION = "limits"
SIZES = (10**3, 10**5, 10**7)

# Speed against NumPy in float64 that one worker must reach: what a prototype with compiled kernels did
# (on a machine with wider vectors). No entry: for comparison only.
ONE_WORKER = {
    ("chain", 10**3): 50, ("stencil", 10**3): 26, ("black_scholes", 10**3): 7.6,
    ("chain", 10**5): 4.4, ("stencil", 10**5): 9.0, ("black_scholes", 10**5): 6.6, ("dot", 10**5): 8.2,
    ("chain", 10**7): 5.2, ("stencil", 10**7): 6.7, ("dot", 10**7): 4.0,
}  # fmt: skip


def stream(threads, quick):
    """GB/s of each of STREAM's kernels on some threads, or why there is none."""
    source, program = ROOT / "Benchmarks" / "stream.c", ROOT / "build" / "stream"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        words = ["cc", "-O3", "-march=native", "-pthread", str(source), "-o", str(program)]
        subprocess.run(words, check=True, capture_output=True)
    done = subprocess.run(
        [str(program), str(threads), "20000000", "4" if quick else "10"], check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout)


def add_stream(best, options):
    for threads in dict.fromkeys((1, options.cpus)):
        for kind, rate in stream(threads, options.quick).items():
            key = f"{kind}, {threads}"
            best[key] = max(best.get(key, 0.0), rate)


def cases():
    for n in SIZES:
        for path in sorted((ROOT / "Benchmarks" / "limits").glob("*.py")):
            names = {}
            exec(compile(path.read_text(), str(path), "exec"), names)
            for dtype in ("float64", "float32"):
                yield path, {"program": path.stem, "dtype": dtype, "elements": n, "moved": names["MOVED"]}


def measure(options, records):
    kept = records.setdefault("limits", {"cases": [], "stream": {}})
    try:
        add_stream(kept["stream"], options)
    except (OSError, subprocess.CalledProcessError) as error:
        yield failure(SECTION, "STREAM", str(error))
    successful_child([*legate_words(options.cpus), "-c", "pass"])  # Builds, if it must, before anything is timed.
    field = Field(peers.systems(options, peers=("numexpr", "jax-jit")))
    listed, begin = list(cases()), time.perf_counter()
    try:
        for done, (path, case) in enumerate(listed):
            left = begin + options.seconds["limits"] - time.perf_counter()
            seconds = max(0.1, 0.6 * left / (len(listed) - done))
            arguments = (case["elements"], case["dtype"])
            case["systems"] = field.run(path, arguments, seconds, rounds=3 if options.quick else 6)
            kept["cases"].append(case)
            yield from rows_of(case)
    finally:
        field.close()
    if kept["stream"]:
        add_stream(kept["stream"], options)
    yield from shares(kept, options)
    yield steadiness(kept["cases"])


def rows_of(case):
    what = f"{case['program']} {case['dtype']} {case['elements']:.0e}".replace("+0", "")
    systems = case["systems"]
    if any("best" not in systems[name] for name in ("numpy", "legate-1", "legate")):
        yield failure(SECTION, what, str([result.get("failed") for result in systems.values()]))
        return
    least = ONE_WORKER.get((case["program"], case["elements"])) if case["dtype"] == "float64" else None
    row = speed(SECTION, what + ", 1 worker", systems["legate-1"]["best"], systems["numpy"]["best"], least or 0)
    row.target = row.target if least else ""
    words = [f"all workers {systems['numpy']['best'] / systems['legate']['best']:.2f}", note({"systems": {
        name: result for name, result in systems.items() if name not in ("legate", "legate-1")
    }})]  # fmt: skip
    if "numexpr" in systems and "best" in systems["numexpr"]:
        words.append(f"numexpr {systems['numpy']['best'] / systems['numexpr']['best']:.2f}")
    row.note = ", ".join(word for word in words if word)
    yield row


def rate_of(case, name):
    """GB/s that a system moves if it moves no more than it must."""
    seconds = case["systems"].get(name, {}).get("best")
    if not seconds or not case["moved"]:
        return None
    return 1e-9 * case["moved"] * case["elements"] * (8 if case["dtype"] == "float64" else 4) / seconds


def shares(kept, options):
    """What the kernels at 1e7 reach of STREAM; Black-Scholes: of one worker's speed."""
    for case in kept["cases"]:
        systems = case["systems"]
        if case["elements"] < 10**7 or any("best" not in systems[name] for name in ("legate-1", "legate")):
            continue
        what = f"{case['program']} {case['dtype']} 1e7"
        if case["moved"] is None:
            ratio = systems["legate-1"]["best"] / systems["legate"]["best"]
            yield Row(SECTION, f"{what}, {options.cpus} to 1", "", "", ratio, ">= 1.8x speed", ratio >= 1.8)
            continue
        if not kept["stream"]:
            continue
        for workers, name in ((1, "legate-1"), (options.cpus, "legate")):
            kind = "read" if case["moved"] == 1 or case["program"] == "dot" else "triad, non-temporal"
            rates = kept["stream"]
            most = max(rates[f"{kind}, {workers}"], rates[f"triad, {workers}"] if kind != "read" else 0.0)
            rate = rate_of(case, name)
            texts = f"{rate:.1f} GB/s", f"{most:.1f} ({kind.split(',')[0]})"
            target = "" if workers == 1 else ">= 0.9x STREAM"
            yield Row(SECTION, f"{what}, {workers} workers", *texts, rate / most, target, rate >= 0.9 * most)


def steady(result):
    """What the first calls compare with: the median of later calls, each like them on inputs of its own."""
    return result.get("alone", result["median"])


def steadiness(cases):
    """The third call against the steady state, the worst of all cases of 1e5 and more elements."""
    worst = (0.0, "", 0.0)
    for case in cases:
        result = case["systems"]["legate"]
        if case["elements"] >= 10**5 and "best" in result:
            worst = max(worst, (result["first"][2] / steady(result), case["program"], result["first"][2]))
    what = f"third call to the median, worst ({worst[1]})"
    return Row(SECTION, what, time_text(worst[2]), "", worst[0], "<= 1.5x time", worst[0] <= 1.5)
