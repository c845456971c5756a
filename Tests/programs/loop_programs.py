"""Random functions with loops, compiled and not, compared bit for bit: `loop_programs.py START COUNT`.

Each function is written to a file, because a loop is compiled from its source. Its calls are compared with those of the
same text that has no file, which is never compiled, to the last bit, with every error's message and lines and with all
arguments afterwards; and with NumPy's. Between the calls arguments change type, length and place, and names of the module
are bound anew. A program that differs is shrunk and written to a file that shows the difference. Prints how many functions
were compiled, how many loops ran natively, and why others did not.

    loop_programs.py 0 500                     500 programs, each batch in a child process
    loop_programs.py 17 1 --print              the program of one seed
    loop_programs.py 0 500 --failures FOLDER   where reports are written
"""

import argparse
import collections
import importlib.util
import json
import os
import sys
import tempfile
import time
import types
import warnings
from pathlib import Path

import numpy
from loop_generator import VARIANTS, Block, program
from loop_inputs import bound
from loop_outcomes import call, difference
from random_programs import in_child

REPORT = '''"""{seed}: {title}

{found}
"""

import sys

sys.path.insert(0, {folder!r})
from loop_programs import shown

{text}

if __name__ == "__main__":
    shown(__file__, {variants!r})
'''


def plain(function):
    """The function itself, where a method is bound."""
    return getattr(function, "__func__", function)


def loops_of(code):
    """The compiled loops among a code object's constants, those of nested functions included."""
    found = []
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found += loops_of(constant)
        elif hasattr(constant, "runs") and hasattr(constant, "reason"):
            found.append(constant)
    return found


def module_loops(module):
    """All compiled loops of a module's functions, helpers included."""
    functions = [plain(value) for value in module.values() if isinstance(plain(value), types.FunctionType)]
    return [loop for function in functions for loop in loops_of(function.__code__)]


class Trial:
    """One program as three modules: NumPy's, the library's as it is written, the library's that may be compiled."""

    def __init__(self, made, path):
        import cunumeric

        self.made, self.path = made, str(path)
        path.write_text(made.text("cunumeric"))
        self.packages = {"numpy": numpy, "cold": cunumeric, "hot": cunumeric}
        self.modules = {}
        for name in self.packages:
            package = "numpy" if name == "numpy" else "cunumeric"
            filename = self.path if name == "hot" else "<not compiled>"
            self.modules[name] = {"__name__": f"loops_{path.stem}_{name}", "__file__": filename}
            exec(compile(made.text(package), filename, "exec"), self.modules[name])
        self.expected = {}

    def run(self, name, variant, strict=True):
        """What one call with fresh arguments does."""
        module, lines = self.modules[name], self.made.inputs.lines(variant)
        with rebound(module, variant):
            names = bound(self.packages[name], lines)
            return call(module["f"], names, self.made.inputs.names, module["__file__"], strict)

    def against_numpy(self, variant):
        """Where the library without compiled loops differs from NumPy."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with numpy.errstate(all="warn"):
                expected = self.run("numpy", variant, False)
        # Which number an infinity becomes as an integer nobody says.
        if any("in cast" in str(warning.message) for warning in caught):
            return None
        found = self.run("cold", variant, False)
        # Of two reasons why a statement raises, the libraries may name the other one.
        if "returned" not in (expected["ended"], found["ended"]) and expected["ended"][1] == found["ended"][1]:
            found["ended"] = expected["ended"]
        # The absolute value of a complex number is a square root of our own.
        tolerant = not self.made.exact or any("complex" in line for line in self.made.inputs.lines(variant))
        return difference(expected, found, tolerant)

    def check(self, variant):
        """Where a call of the compiled function differs from one of the other."""
        if variant not in self.expected:
            self.expected[variant] = self.run("cold", variant)
        return difference(self.expected[variant], self.run("hot", variant))

    def is_compiled(self):
        return bool(loops_of(plain(self.modules["hot"]["f"]).__code__))


class rebound:
    """A module while some names of it are bound to other things: what compiled loops rely on."""

    def __init__(self, module, variant):
        self.module, self.variant = module, variant

    def exchange(self):
        module = self.module
        if self.variant == 2:
            module["K"] = 5 - module["K"]
            for name in [name for name in module if f"{name}_other" in module]:
                other = f"{name}_other"
                module[name], module[other] = module[other], module[name]

    __enter__ = lambda self: self.exchange()
    __exit__ = lambda self, *_: self.exchange()


def compile_at_once(module):
    """While this is the trace function, functions of the module are compiled when they return first."""
    from cunumeric._loops._rewrite import rewrite_running

    def inside(frame, event, argument):
        if event == "return" and not loops_of(frame.f_code):
            rewrite_running(frame.f_code, frame)
        return inside

    return lambda frame, event, argument: inside if frame.f_code.co_filename == module["__file__"] else None


def warmed(trial, most, direct, seconds=1.5):
    """Calls variant 0 until its loops are compiled; returns the first difference."""
    if direct and compiles_loops():
        sys.settrace(compile_at_once(trial.modules["hot"]))
        try:
            trial.run("hot", 0)
        finally:
            sys.settrace(None)
    deadline = time.monotonic() + seconds
    for number in range(most):
        found = trial.check(0)
        if found:
            return f"variant 0, call {number}: {found}"
        if trial.is_compiled() or time.monotonic() > deadline:
            break
    return None


def compared(trial, most, direct):
    """The first difference of a program's calls, or None."""
    try:
        found = warmed(trial, most, direct)
        for again in range(2):
            for variant in [0, *trial.made.variants, *trial.made.variants, 0, 0]:
                found = found or prefixed(variant, trial.check(variant))
        return found
    except Exception as error:  # the harness, or an error where values are read
        return f"{type(error).__name__} outside a call: {error}"


def prefixed(variant, found):
    return found and f"variant {variant}: {found}"


def prepare(interpret, broken):
    """With --interpret, loop programs run in Python; with --broken, wrongly: a check of the checks."""
    if interpret or broken:
        import loop_interpreter

        loop_interpreter.install(broken)


def shown(path, variants):
    """Runs a report's function as `compared` does and prints the difference."""
    prepare("--interpret" in sys.argv, "--broken" in sys.argv)
    made = Reported(path, variants)
    with tempfile.TemporaryDirectory() as folder, numpy.errstate(all="ignore"):
        trial = Trial(made, Path(folder) / "reported.py")
        print("compiled:", compared(trial, 60, "--direct" in sys.argv))
        print("loops:", [(loop.runs, loop.reason) for loop in module_loops(trial.modules["hot"])])
        print("numpy:", [trial.against_numpy(variant) for variant in made.variants])


class Reported:
    """A program as a report holds it."""

    exact = True

    def __init__(self, path, variants):
        self.source, self.text_of, self.inputs = Path(path).read_text(), variants["lines"], self
        self.names, self.variants = variants["names"], variants.get("used", [0, 1, 2])

    def lines(self, variant):
        return self.text_of[variant]

    def text(self, package):
        body = self.source.split("from loop_programs import shown\n\n")[1].split('\n\nif __name__ == "__main__"')[0]
        return body.replace("import cunumeric as np", f"import {package} as np")


# Shrinking ------------------------------------------------------------------


def smaller(nodes):
    """All trees with one statement less, or with a block's statements in its place."""
    for place, node in enumerate(nodes):
        rest = nodes[:place], nodes[place + 1 :]
        yield [*rest[0], *rest[1]]
        if isinstance(node, Block):
            if not node.header.startswith(("for", "try", "while")):
                yield [*rest[0], *node.nodes, *rest[1]]
            for fewer in smaller(node.nodes):
                other = Block(node.header)
                other.nodes = fewer
                yield [*rest[0], other, *rest[1]]


def shrunk(made, differs, seconds):
    """A program with as few statements as still differ."""
    deadline, again = time.monotonic() + seconds, True
    while again and time.monotonic() < deadline:
        again = False
        for nodes in smaller(made.nodes):
            if time.monotonic() > deadline:
                break
            candidate = made.with_nodes(nodes)
            if differs(candidate):
                made, again = candidate, True
                break
    return made


class Examination:
    """Runs seeds, keeps what was seen of their loops, and reports."""

    def __init__(self, options, folder):
        self.options, self.folder, self.number = options, Path(folder), 0

    def trial(self, made):
        self.number += 1
        return Trial(made, self.folder / f"program{self.number}.py")

    def difference(self, made):
        """(kind, words) of a program's first difference, or None."""
        try:
            trial = self.trial(made)
        except SyntaxError:
            return None
        found = compared(trial, self.options.calls, self.options.direct)
        self.loops = module_loops(trial.modules["hot"])
        self.compiled = trial.is_compiled()
        if found:
            return "compiled", found
        if self.options.no_numpy:
            return None
        for variant in made.variants:
            found = trial.against_numpy(variant)
            if found:
                return "numpy", prefixed(variant, found)
        return None

    def examine(self, seed):
        """One seed's row of the report."""
        made = program(seed)
        found = self.difference(made)
        row = {"seed": seed, "compiled": self.compiled, "runs": sum(loop.runs for loop in self.loops)}
        row["reasons"] = [str(loop.reason) for loop in self.loops if loop.reason and not loop.runs]
        if found and found[0] == "numpy" and not made.exact:
            row["soft"], found = True, None
        if found:
            row["report"] = self.report(seed, made, found)
        return row

    def report(self, seed, made, found):
        kind = found[0]

        def differs(candidate):
            other = self.difference(candidate)
            return other and other[0] == kind and "UnboundLocalError" not in other[1] and "SyntaxError" not in other[1]

        made = shrunk(made, differs, self.options.shrink)
        found = self.difference(made) or (kind, f"{found[1]} (not seen again)")
        return written(self.options.failures, seed, kind, made, found[1])


def written(folder, seed, kind, made, found):
    """A report's text; with a folder, a file that can be run."""
    lines = [made.inputs.lines(variant) for variant in range(VARIANTS)]
    variants = {"names": made.inputs.names, "lines": lines, "used": made.variants}
    title = "compiled and plain calls differ" if kind == "compiled" else "the library differs from NumPy"
    here = str(Path(__file__).resolve().parent)
    text = REPORT.format(seed=f"seed {seed}", title=title, found=found.replace("\\", "/").replace('"""', "'''"),
                         folder=here, text=made.text("cunumeric"), variants=variants)  # fmt: skip
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        path = Path(folder) / f"loops_{kind}_{seed}.py"
        path.write_text(text)
        text = f"{path}\n{text}"
    return text


# The command ----------------------------------------------------------------


def rows(seeds, options):
    """Each seed's row; children do the work, so that a crash or a hang names its seed and the rest goes on."""
    seeds = list(seeds)
    while seeds:
        batch = seeds[: options.batch]

        def work(write):
            numpy.seterr(all="ignore")
            warnings.simplefilter("ignore")
            prepare(options.interpret, options.broken)
            with tempfile.TemporaryDirectory() as folder:
                examination = Examination(options, folder)
                for seed in batch:
                    write({"start": seed})
                    write(examination.examine(seed))

        current = reason = None
        for message in in_child(work, options.timeout):
            current, reason = message.get("start", current), message.get("end")
            if "seed" in message:
                seeds.remove(message["seed"])
                yield message
        if reason != "done":
            if current not in seeds:
                sys.exit(f"loop_programs: a child ended with {reason}")
            seeds.remove(current)
            yield ended(current, reason, options)


def ended(seed, reason, options):
    """The row of a program that ended its process."""
    text = written(options.failures, seed, "compiled", program(seed), f"the process ended with {reason}")
    return {"seed": seed, "compiled": False, "runs": 0, "reasons": [], "report": text}


def compiles_loops():
    """Whether this library compiles loops."""
    import _legate

    front = importlib.util.find_spec("cunumeric._loops")
    return bool(front) and hasattr(_legate, "compile_loop") and os.environ.get("LEGATE_COMPILE_LOOPS") != "0"


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("start", type=int, help="the first program's seed")
    parser.add_argument("count", type=int, help="how many programs")
    parser.add_argument("--print", action="store_true", help="print the programs, run nothing")
    parser.add_argument("--calls", type=int, default=40, help="calls until a function should be compiled")
    parser.add_argument("--batch", type=int, default=100, help="programs in a child process")
    parser.add_argument("--timeout", type=float, default=120.0, help="seconds until a hang")
    parser.add_argument("--shrink", type=float, default=15.0, help="seconds to shrink a program that differs")
    parser.add_argument("--most", type=int, default=20, help="stop after so many differences")
    parser.add_argument("--failures", help="a folder for reports that can be run")
    parser.add_argument("--direct", action="store_true", help="compile each function in its first call")
    parser.add_argument("--interpret", action="store_true", help="run loop programs in Python, nothing natively")
    parser.add_argument("--broken", action="store_true", help="the same, but one iteration is done twice")
    parser.add_argument("--no-numpy", action="store_true", help="compare compiled and plain calls only")
    return parser.parse_args()


def main():
    options = parse()
    seeds = range(options.start, options.start + options.count)
    if options.print:
        for seed in seeds:
            made = program(seed)
            lines = [f"# {line}" for variant in range(VARIANTS) for line in [f"variant {variant}", *made.inputs.lines(variant)]]
            print(f"# seed {seed}", *lines, made.text("cunumeric"), sep="\n")
        return 0
    found = collections.Counter(dict.fromkeys(("programs", "compiled", "native", "differ", "soft"), 0))
    reasons = collections.Counter()
    for row in rows(seeds, options):
        found["programs"] += 1
        found["compiled"] += row["compiled"]
        found["native"] += row["runs"] > 0
        found["soft"] += row.get("soft", False)
        reasons.update(row["reasons"])
        if "report" in row:
            found["differ"] += 1
            print(row["report"], flush=True)
            if found["differ"] >= options.most:
                break
    prepare(options.interpret, options.broken)
    feature = compiles_loops()
    print(json.dumps({"feature": feature, **found, "reasons": reasons.most_common(40)}))
    return 1 if found["differ"] else 0


if __name__ == "__main__":
    sys.exit(main())
