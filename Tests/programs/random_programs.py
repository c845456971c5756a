"""Runs random programs on NumPy and on the array library and compares them.

    legate random_programs.py --count 1000 --seed 0

Program number k is made from seed `--seed` + k alone, so a seed that is
printed can be run again by itself. Its statements run on both packages; all
variables are compared at the end and now and then before, and every exception
must have NumPy's type. A program that differs is shrunk, statement by
statement, and printed as a text that can be run.

`--bits` prints one hash per program of all its final arrays, to compare runs
with different numbers of CPUs. `--isolate` runs the programs in child
processes, so that a crash or a hang names its seed and the rest goes on.
"""

import argparse
import hashlib
import importlib
import json
import os
import select
import signal
import sys
import time
import warnings

import numpy
from program_generator import Generator
from program_reference import Reference, Unsuitable, difference, execute, is_numeric, public_type

CHECK = "# compare all variables"


class Program:
    """The statements of one seed, and where all variables are compared."""

    def __init__(self, seed, options):
        generator = Generator(seed, options.layout, options.wide, options.big)
        self.statements = generator.program(options.statements)
        self.checks = {
            number for number in range(len(self.statements)) if generator.random.random() < 0.08
        }


def compare(reference, environment, array_type):
    for name, expected in reference.environment.items():
        if name.startswith("v"):
            if name not in environment:
                return f"{name} does not exist"
            bound = reference.error(expected)
            found = difference(expected, environment[name], bound, array_type)
            if found:
                return f"{name}: {found}"
    return None


def run(statements, checks, package):
    """Runs statements on both packages; returns the first difference, or None.

    Throws `Unsuitable` when the statements cannot be compared.
    """
    reference = Reference()
    environment = {"np": package}
    array_type = package.ndarray
    for number, statement in enumerate(statements):
        expected = reference.run(statement)
        raised = execute(statement.code, environment)
        actual = public_type(raised) if raised is not None else None
        if actual != expected:
            detail = f" ({raised})" if raised is not None else ""
            return (
                f"{statement.source}\n    {expected or 'no exception'} expected, "
                f"got {actual or 'none'}{detail}"
            )
        if number in checks or number == len(statements) - 1:
            found = compare(reference, environment, array_type)
            if found:
                return f"after `{statement.source}`: {found}"
    return None


def shrink(statements, checks, differs, seconds=20.0):
    """Leaves out statements, one by one, while the program still differs."""
    items = [(statement, number in checks) for number, statement in enumerate(statements)]
    deadline = time.monotonic() + seconds
    again = True
    while again and time.monotonic() < deadline:
        again = False
        number = len(items) - 1
        while number >= 0 and time.monotonic() < deadline:
            fewer = items[:number] + items[number + 1 :]
            for candidate in ([(s, False) for s, _ in fewer], fewer):
                kept = [statement for statement, _ in candidate]
                marks = {place for place, (_, mark) in enumerate(candidate) if mark}
                try:
                    if kept and differs(kept, marks):
                        items, again = candidate, True
                        break
                except Unsuitable:
                    continue
            number = min(number, len(items)) - 1
    kept = [statement for statement, _ in items]
    return kept, {number for number, (_, mark) in enumerate(items) if mark}


def listing(statements, checks):
    lines = ["import cunumeric as np", ""]
    for number, statement in enumerate(statements):
        lines.append(statement.source)
        if number in checks and number < len(statements) - 1:
            lines.append(CHECK)
    return "\n".join("    " + line for line in lines)


def examine(seed, options, package):
    """Runs one seed; returns the report of its difference, or None."""
    program = Program(seed, options)
    found = run(program.statements, program.checks, package)
    if found is None:
        return None
    statements, checks = program.statements, program.checks
    if not options.no_shrink:
        statements, checks = shrink(
            statements, checks, lambda kept, marks: run(kept, marks, package) is not None
        )
        try:
            found = run(statements, checks, package) or f"{found} (not reproducible)"
        except Unsuitable:
            pass
    return f"seed {seed}:\n{listing(statements, checks)}\n  {found}"


def hash_of(seed, options, package):
    """One hash of all arrays that a program ends with, and of the exceptions on its way."""
    return hash_of_statements(Program(seed, options).statements, package)


def hash_of_statements(statements, package):
    environment = {"np": package}
    digest = hashlib.sha256()
    for number, statement in enumerate(statements):
        raised = execute(statement.code, environment)
        if raised is not None:
            digest.update(f"{number} {public_type(raised)}".encode())
    for name in sorted(name for name in environment if name.startswith("v")):
        value = environment[name]
        if hasattr(value, "dtype"):
            value = numpy.array(value, order="C")
            if value.dtype.kind in "fc":
                value[numpy.isnan(value)] = numpy.nan
            digest.update(f"{name} {value.dtype} {value.shape}".encode() + value.tobytes())
        else:
            digest.update(f"{name} {value!r}".encode())
    return digest.hexdigest()[:16]


def load_package(name):
    """The package under test, or a sentence and exit status 2."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        sys.exit(f"random_programs: cannot import {name}: {error}")


# Children ------------------------------------------------------------------


def in_child(work, seconds):
    """Runs `work(write)` in a forked child; yields the objects it writes.

    The last object is {"end": reason}: "done", "signal N", "status N" or "hang".
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reader)
            work(lambda thing: os.write(writer, (json.dumps(thing) + "\n").encode()))
            status = 0
        except BaseException as error:  # reported by status
            print(f"random_programs: {type(error).__name__}: {error}", file=sys.stderr)
        finally:
            sys.stdout.flush()
            os._exit(status)
    os.close(writer)
    pending, hang = b"", False
    while True:
        ready, _, _ = select.select([reader], [], [], seconds)
        if not ready:
            hang = True
            os.kill(child, signal.SIGKILL)
            break
        data = os.read(reader, 65536)
        if not data:
            break
        *lines, pending = (pending + data).split(b"\n")
        for line in lines:
            yield json.loads(line)
    os.close(reader)
    status = os.waitpid(child, 0)[1]
    if hang:
        reason = "hang"
    elif os.WIFSIGNALED(status):
        reason = f"signal {os.WTERMSIG(status)}"
    else:
        reason = f"status {os.WEXITSTATUS(status)}" if status else "done"
    yield {"end": reason}


def crash_report(seed, reason, options):
    """Shrinks a program that ends its process; each attempt is a child."""
    program = Program(seed, options)

    def differs(kept, marks):
        def work(write):
            try:
                run(kept, marks, load_package(options.package))
            except Unsuitable:
                pass

        *_, last = in_child(work, options.timeout)
        return last["end"] != "done"

    statements, checks = program.statements, program.checks
    if not options.no_shrink and reason != "hang":
        statements, checks = shrink(statements, checks, differs, seconds=40.0)
    return f"seed {seed}: the process ended with {reason}\n{listing(statements, checks)}"


def isolated(seeds, options):
    """Yields (seed, report or None) for every seed, children doing the work."""
    seeds = list(seeds)
    while seeds:
        batch = seeds[: options.batch]

        def work(write):
            package = load_package(options.package)
            for seed in batch:
                write({"start": seed})
                write({"seed": seed, "report": examine(seed, options, package)})

        current, reason = None, None
        for message in in_child(work, options.timeout):
            current = message.get("start", current)
            reason = message.get("end")
            if "seed" in message:
                seeds.remove(message["seed"])
                yield message["seed"], message["report"]
        if reason != "done":
            if current is None or current not in seeds:
                sys.exit(f"random_programs: a child ended with {reason} before its first program")
            seeds.remove(current)
            yield current, crash_report(current, reason, options)


def direct(seeds, options):
    package = load_package(options.package)
    for seed in seeds:
        yield seed, examine(seed, options, package)


def over_loopback(seeds, options):
    """Prints RANKS SEED HASH for each program and number of loopback ranks, 0 for none, a child for each number.

    To make a program takes longer than to run it, so all children get the same ones. Where a program ends its child,
    HASH says how, and another child goes on behind it.
    """
    made = [(seed, Program(seed, options).statements) for seed in seeds]
    for ranks in options.loopback:
        rest = made

        def work(write):
            if ranks:
                os.environ["LEGATE_REPLAY_RANKS"] = str(ranks)
            package = load_package(options.package)
            for seed, statements in rest:
                write([seed, hash_of_statements(statements, package)])

        while rest:
            *found, last = in_child(work, options.timeout)
            rest = rest[len(found) :]
            if last["end"] != "done" and rest:
                found.append([rest[0][0], last["end"].replace(" ", "-")])
                rest = rest[1:]
            for seed, bits in found:
                print(ranks, seed, bits, flush=True)


# The command ---------------------------------------------------------------


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=200, help="how many programs")
    parser.add_argument("--seed", type=int, default=0, help="the seed of program 0")
    parser.add_argument("--start", type=int, default=0, help="the number of the first program")
    parser.add_argument("--statements", type=int, default=22, help="statements per program")
    parser.add_argument("--most", type=int, default=20, help="stop after so many differences")
    parser.add_argument("--package", default="cunumeric", help="the package to compare with NumPy")
    parser.add_argument("--bits", action="store_true", help="print a hash per program instead")
    parser.add_argument("--loopback", type=int, nargs="+", help="the same on so many loopback ranks, 0 for none")
    parser.add_argument("--print", action="store_true", help="print the programs, run nothing")
    parser.add_argument("--isolate", action="store_true", help="run in child processes")
    parser.add_argument("--batch", type=int, default=50, help="programs per child process")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds until a hang")
    parser.add_argument("--no-shrink", action="store_true", help="print failing programs whole")
    parser.add_argument(
        "--layout",
        action="store_true",
        help="reshape also arrays whose memory order came from their operands",
    )
    parser.add_argument("--wide", action="store_true", help="more kinds of statements")
    parser.add_argument("--big", type=float, default=0.08, help="share of programs on large arrays")
    return parser.parse_args()


def main():
    options = parse()
    warnings.simplefilter("ignore")
    numpy.seterr(all="ignore")
    first = options.seed + options.start
    seeds = range(first, first + options.count)
    if options.print:
        for seed in seeds:
            program = Program(seed, options)
            print(f"seed {seed}:\n{listing(program.statements, program.checks)}")
        return 0
    if options.loopback:
        over_loopback(seeds, options)
        return 0
    if options.bits:
        package = load_package(options.package)
        for seed in seeds:
            print(seed, hash_of(seed, options, package), flush=True)
        return 0
    ran = failed = 0
    for seed, report in (isolated if options.isolate else direct)(seeds, options):
        ran += 1
        if report:
            failed += 1
            print(report, end="\n\n", flush=True)
            if failed >= options.most:
                break
    print(f"{ran} random programs (seeds {first} to {first + ran - 1}): {failed} differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
