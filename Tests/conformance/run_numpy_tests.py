"""Runs NumPy's own tests, as they lie in the installed wheel, with `import cunumeric as np`.

In: the test modules of the NumPy that this Python has, and `known_differences.txt` beside this file.
Out: what fails and is not listed, what is listed and passes, and a count; exit code 1 for either list.

The files are read where they are, rewritten into a temporary folder (only their import lines change)
and run one module a process, under a limit of memory; see `outcomes.py` for what is recorded. A
module whose process dies is started again behind the test that was running.
"""

import argparse
import concurrent.futures
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
from known_differences import KnownDifferences

HERE = Path(__file__).resolve().parent
WHEEL = Path(numpy.__file__).resolve().parent
ADDRESS_SPACE_BYTES = 8_000_000_000
TEST_SECONDS = 60
# The tests of what the array library itself does; NumPy's own types (`ma`, `matrix`, records, strings),
# its C interface and its build are NumPy's here, too.
MODULES = {
    "_core": """array_coercion arrayprint casting_floatingpoint_errors conversion_utils dlpack einsum
        errstate function_base getlimits half indexerrors indexing item_selection longdouble mem_overlap
        memmap multiarray multithreading nep50_promotions numeric print regression scalar_ctors
        scalar_methods scalarmath scalarprint shape_base ufunc umath umath_accuracy umath_complex""",
    "lib": """array_utils arraypad arraysetops arrayterator format function_base histograms index_tricks
        io loadtxt mixins nanfunctions packbits polynomial regression shape_base stride_tricks
        twodim_base type_check ufunclike utils""",
    "linalg": "deprecations linalg regression",
    "fft": "helper pocketfft",
    "random": """generator_mt19937 generator_mt19937_regressions random randomstate
        randomstate_regression regression seed_sequence smoke""",
    "polynomial": "chebyshev classes hermite hermite_e laguerre legendre polynomial polyutils symbol",
}
FAST = """_core.item_selection _core.function_base _core.indexerrors _core.einsum _core.indexing
    _core.shape_base lib.arraysetops lib.twodim_base lib.index_tricks lib.shape_base lib.type_check
    lib.stride_tricks lib.histograms lib.ufunclike fft.helper""".split()


def all_modules():
    return [f"{folder}.{name}" for folder, names in MODULES.items() for name in names.split()]


def source(module):
    folder, name = module.split(".")
    return WHEEL / folder / "tests" / f"test_{name}.py"


PUBLIC = r"numpy((?:\.(?!f2py|dtypes|typing|tests)[a-z]\w*)*)"
IMPORTS = (
    (re.compile(rf"^(\s*)import {PUBLIC} as (\w+)$", re.M), r"\1import cunumeric\2 as \3"),
    (re.compile(rf"^(\s*)from {PUBLIC} import ", re.M), r"\1from cunumeric\2 import "),
    # What NumPy's own modules take from inside, but is public.
    (re.compile(r"^(\s*)from numpy\._core import (?!_|sctypes)", re.M), r"\1from cunumeric import "),
    (re.compile(r"^(\s*)import numpy$", re.M), r"\1import cunumeric as numpy"),
)


def rewritten(text):
    """The test module with its imports of NumPy's public modules replaced."""
    for pattern, replacement in IMPORTS:
        text = pattern.sub(replacement, text)
    return text


def prepare(modules, folder, on_numpy):
    """Writes the modules and their data into `folder`."""
    for module in modules:
        place = folder / module.split(".")[0]
        place.mkdir(exist_ok=True)
        shutil.copy(HERE / "outcomes.py", place / "conftest.py")
        data = source(module).parent / "data"
        if data.is_dir() and not (place / "data").exists():
            (place / "data").symlink_to(data)
        text = source(module).read_text()
        name = f"test_{module.replace('.', '_')}.py"
        (place / name).write_text(text if on_numpy else rewritten(text))


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run_module(module, folder, words):
    """The outcome of every test in one module, by its name, and the reports of failures."""
    name = f"test_{module.replace('.', '_')}.py"
    place = folder / module.split(".")[0]
    record = folder / f"{module}.outcomes"
    output, starts = "", 0
    while True:
        starts += 1
        environment = dict(os.environ, NUMPY_TESTS_RECORD=str(record), NUMPY_TESTS_SECONDS=str(TEST_SECONDS))
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short",
            "--disable-warnings", name, *words]
        process = subprocess.run(
            command, cwd=place, env=environment, preexec_fn=limit_memory, text=True, errors="replace",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        output += process.stdout
        outcomes, running = read(record)
        if running is not None:
            with open(record, "a") as file:
                file.write(f"crashed\t{running}\n")
        if running is None or starts == 50:
            break
    outcomes, _ = read(record)
    if process.returncode not in (0, 1, 5) and running is None:
        outcomes["collection"] = "failed"
    return {f"{module}::{test}": outcome for test, outcome in outcomes.items()}, output


def read(record):
    """The outcomes in a record, and the test that was running at its end."""
    outcomes, running = {}, None
    for line in record.read_text().splitlines() if record.exists() else ():
        outcome, test = line.split("\t", 1)
        running = test if outcome == "started" else None
        if outcome != "started" and outcomes.get(test) not in ("failed", "crashed"):
            outcomes[test] = outcome
    return outcomes, running


def run(modules, words, jobs, on_numpy, keep):
    """All outcomes of the modules; the output of each goes to `keep` if given."""
    outcomes = {}
    with tempfile.TemporaryDirectory(prefix="numpy-tests-") as name:
        folder = Path(name)
        prepare(modules, folder, on_numpy)
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            results = pool.map(lambda module: run_module(module, folder, words), modules)
            for module, (found, output) in zip(modules, results):
                outcomes.update(found)
                print(f"{module:40}", summary(found), flush=True)
                if keep:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{module}.txt").write_text(output)
    return outcomes


def summary(outcomes):
    counts = {}
    for outcome in outcomes.values():
        counts[outcome] = counts.get(outcome, 0) + 1
    return ", ".join(f"{counts[key]} {key}" for key in ("passed", "failed", "crashed", "skipped") if key in counts)


def unexpected(outcomes, known, is_whole):
    """The tests that fail and are not listed, and the lines of the list of which no test fails."""
    failed = {test for test, outcome in outcomes.items() if outcome in ("failed", "crashed")}
    passed = {test for test, outcome in outcomes.items() if outcome == "passed"}
    return sorted(test for test in failed if not known.covers(test)), known.stale(failed, passed, is_whole)


def report(outcomes, known, is_whole):
    """Prints what differs from the list; whether nothing does."""
    new, stale = unexpected(outcomes, known, is_whole)
    for title, names in (("not listed and failing", new), ("listed and passing", stale)):
        if names:
            print(f"\n{len(names)} {title}:")
            print("\n".join(f"  {name}" for name in names))
    print(f"\n{summary(outcomes)}; {len(new)} not listed, {len(stale)} lines of the list stale")
    return not new and not stale


def main():
    parser = argparse.ArgumentParser(prog="bin/numpy-tests", description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="for example lib.histograms; default: all")
    parser.add_argument("--fast", action="store_true", help="the modules that the ordinary test set runs")
    parser.add_argument("--on-numpy", action="store_true", help="the same tests, unchanged, on NumPy itself")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write pytest's output there")
    parser.add_argument("--jobs", type=int, default=2, help="modules at a time (default 2)")
    parser.add_argument("-k", metavar="EXPRESSION", help="only tests whose names match, as for pytest")
    options = parser.parse_args()
    modules = options.modules or (FAST if options.fast else all_modules())
    unknown = [module for module in modules if module not in all_modules()]
    if unknown:
        parser.error(f"unknown modules: {' '.join(unknown)}; known: {' '.join(all_modules())}")
    words = ["-k", options.k] if options.k else []
    outcomes = run(modules, words, options.jobs, options.on_numpy, options.keep)
    known = KnownDifferences(HERE / "known_differences.txt")
    if options.on_numpy:
        print(f"\n{summary(outcomes)}")
        return 0
    return 0 if report(outcomes, known.within(modules), is_whole=not words) else 1


if __name__ == "__main__":
    sys.exit(main())
