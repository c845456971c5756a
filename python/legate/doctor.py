"""``legate doctor program.py``: runs a program and reports habits that cost, with line, cost and a better way.

The program runs as it would otherwise, only slower: while it does, the calls that such habits consist of
are watched. Nothing is reported of a line that does something once or twice. Formats: plain text, JSON
and CSV; also ``CUPYNUMERIC_DOCTOR_FORMAT`` and ``CUPYNUMERIC_DOCTOR_FILENAME``.
"""

import argparse
import builtins
import csv
import functools
import json
import os
import runpy
import sys
import tempfile
import time

#: What each habit is, and the better way: ``name: (what happens, what to do instead, calls worth telling)``.
HABITS = {
    "value-read": (
        "reads a value of an array again and again; each time all that was recorded must run first",
        "read it every tenth round, or keep it in an array and use np.where",
        10,
    ),
    "item-access": (
        "reads or writes single elements",
        "write the loop as one expression on slices, or fetch the array once with .tolist()",
        10,
    ),
    "tiny-slice": (
        "takes many small slices of a large array",
        "work on all of it at once, with an axis more and axis= arguments",
        50,
    ),
    "iteration": (
        "iterates over an array",
        "use whole-array operations; where Python must see each element, iterate over a.tolist()",
        1,
    ),
    "python-builtin": (
        "gives an array to a built-in of Python, which takes it element by element",
        "use the function or method of the same name: np.sum, a.max(), np.any …",
        1,
    ),
    "growing-array": (
        "makes a larger copy of an array in every round",
        "make the array once with its full size and fill it: out[i] = …",
        5,
    ),
    "list-of-arrays": (
        "makes one array of a list of many",
        "make the array first and write into its rows",
        1,
    ),
    "advanced-indexing": (
        "gathers elements by an array of indices or a mask",
        "use np.where with the mask, or slices where the indices are regular",
        5,
    ),
    "nonzero": ("turns a mask into indices", "index with the mask itself, or use np.where(mask, a, b)", 2),
    "host-conversion": (
        "turns an array into NumPy's own",
        "stay with cunumeric's functions; convert once, at the end",
        2,
    ),
    "host-fallback": (
        "calls a function that runs through NumPy on one core",
        "Documentation/Coverage.md lists what runs on all cores",
        1,
    ),
    "mpi4py": ("uses mpi4py beside Legate", "start the program with --launcher mpirun; every rank runs the same", 1),
}


class Finding:
    """What one line does."""

    def __init__(self, habit, place, detail):
        self.habit, self.place, self.detail = habit, place, detail
        self.count, self.seconds = 0, 0.0

    def as_dict(self):
        what, instead, _ = HABITS[self.habit]
        return {
            "file": self.place[0], "line": self.place[1], "habit": self.habit, "count": self.count,
            "seconds": round(self.seconds, 6), "what": what + (f" ({self.detail})" if self.detail else ""),
            "instead": instead,
        }  # fmt: skip


class Doctor:
    """Watches calls by wrapping them; ``findings`` are by habit and line."""

    def __init__(self):
        self.found = {}
        self.depth = 0
        here = os.path.dirname(os.path.abspath(__file__))
        self.own = (here, os.path.join(os.path.dirname(here), "cunumeric"))

    def note(self, habit, seconds=0.0, detail="", count=1, frame=None):
        place = self.place(frame or sys._getframe(1))
        if place is None:
            return
        finding = self.found.setdefault((habit, place), Finding(habit, place, detail))
        finding.count += count
        finding.seconds += seconds

    def place(self, frame):
        """The line of the program that leads here; none where only the library is at work."""
        while frame is not None and frame.f_code.co_filename.startswith(self.own):
            frame = frame.f_back
        if frame is None or frame.f_code.co_filename.startswith("<frozen"):
            return None
        return frame.f_code.co_filename, frame.f_lineno

    def findings(self):
        worth = [f for f in self.found.values() if f.count >= HABITS[f.habit][2]]
        return sorted(worth, key=lambda f: (-f.seconds, f.place, f.habit))

    # Wrapping

    def watch(self, owner, name, judge):
        """Replaces a function: ``judge(arguments, result)`` says which habit a call is of, if any."""
        original = getattr(owner, name, None)
        if original is None:
            return

        @functools.wraps(original, assigned=("__name__", "__doc__"), updated=())
        def watched(*args, **kwargs):
            if self.depth:
                return original(*args, **kwargs)
            start = time.perf_counter()
            self.depth += 1
            try:
                result = original(*args, **kwargs)
            finally:
                self.depth -= 1
            seconds = time.perf_counter() - start
            found = judge(args, result)
            if found:
                self.note(found[0], seconds, found[1], frame=sys._getframe(1))
            return result

        setattr(owner, name, watched)

    def watch_arrays(self, np, native):
        array = (native.ndarray, native.scalar)
        for kind in array:
            for name in ("__float__", "__int__", "__bool__", "__complex__", "__index__", "item"):
                self.watch(kind, name, lambda args, result: ("value-read", ""))
        for name in ("__getitem__", "__setitem__"):
            self.watch(native.ndarray, name, functools.partial(judge_index, native))
        self.watch(native.ndarray, "__iter__", lambda args, result: ("iteration", f"{len(args[0])} rounds"))
        self.watch(native.ndarray, "__array__", lambda args, result: ("host-conversion", ""))
        self.watch(native.ndarray, "nonzero", lambda args, result: ("nonzero", ""))
        for name in ("nonzero", "flatnonzero", "argwhere"):
            self.watch(np, name, lambda args, result: ("nonzero", ""))
        for name in ("append", "concatenate", "vstack", "hstack", "stack", "column_stack", "insert"):
            self.watch(np, name, functools.partial(judge_growth, native, name))
        import numpy

        for name in ("array", "asarray", "asanyarray", "ascontiguousarray"):
            self.watch(
                numpy, name,
                lambda args, result: args and type(args[0]) is native.ndarray and ("host-conversion", ""),
            )  # fmt: skip
        for name in ("array", "asarray"):
            self.watch(np, name, functools.partial(judge_list, native))
        for name in ("sum", "min", "max", "any", "all", "sorted", "list", "tuple"):
            if isinstance(getattr(builtins, name), type):
                continue  # Types must stay types.
            self.watch(
                builtins, name,
                lambda args, result, name=name: args and type(args[0]) is native.ndarray
                and ("python-builtin", f"{name}()"),
            )  # fmt: skip

    def read_trace(self, path):
        """Host calls are known to the runtime itself."""
        from legate.seeing.trace import RankTrace, TraceError

        try:
            trace = RankTrace(path)
        except TraceError:
            return
        records, _ = trace.of_kind("host")
        for record in records:
            name, place = trace.names.get(int(record["subject"]), ("", 0))
            place = trace.places.get(place)
            if place is None or place[0].startswith(self.own) or int(record["value"]) == 0:
                continue
            key = ("host-fallback", tuple(place))
            finding = self.found.setdefault(key, Finding("host-fallback", tuple(place), name))
            finding.count += 1
            finding.seconds += int(record["end"] - record["start"]) / 1e9


def judge_index(native, args, result):
    owner, index = args[0], args[1]
    parts = index if isinstance(index, tuple) else (index,)
    if any(type(part) in (list, native.ndarray) or hasattr(part, "__array__") and part.shape for part in parts):
        return "advanced-indexing", ""
    numbers = [part for part in parts if hasattr(part, "__index__") and not isinstance(part, bool)]
    if len(numbers) == len(parts) and len(parts) == owner.ndim and owner.ndim > 0:
        return "item-access", ""
    if len(args) == 2 and type(result) is native.ndarray and result.size <= 1000 and owner.size >= 100 * result.size:
        return "tiny-slice", f"{result.size} of {owner.size} elements"
    return None


def judge_growth(native, name, args, result):
    if not args or getattr(result, "size", 0) == 0:
        return None
    parts = args[0] if isinstance(args[0], (list, tuple)) else args[:1]
    if any(type(part) is native.ndarray for part in parts):
        return "growing-array", f"np.{name}"
    return None


def judge_list(native, args, result):
    given = args[0] if args else None
    if isinstance(given, (list, tuple)) and len(given) >= 10 and type(given[0]) is native.ndarray:
        return "list-of-arrays", f"{len(given)} arrays"
    return None


# The command


def parser():
    made = argparse.ArgumentParser(prog="legate doctor", description=__doc__.split("\n")[0], allow_abbrev=False)
    made.add_argument(
        "--format", choices=("plain", "json", "csv"), default=os.environ.get("CUPYNUMERIC_DOCTOR_FORMAT", "plain")
    )
    made.add_argument(
        "--output", metavar="FILE", default=os.environ.get("CUPYNUMERIC_DOCTOR_FILENAME"),
        help="write the report there instead of the terminal",
    )  # fmt: skip
    made.add_argument("program")
    made.add_argument("arguments", nargs=argparse.REMAINDER)
    return made


def written(findings, form):
    rows = [finding.as_dict() for finding in findings]
    if form == "json":
        return json.dumps(rows, indent=2) + "\n"
    if form == "csv":
        import io

        text = io.StringIO()
        table = csv.DictWriter(text, ["file", "line", "habit", "count", "seconds", "what", "instead"], lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
        return text.getvalue()
    if not rows:
        return "legate doctor: nothing found\n"
    lines = [f"legate doctor: {len(rows)} habit{'s' * (len(rows) > 1)} that cost"]
    for row in rows:
        file = "".join(c if c.isprintable() else "?" for c in row["file"])
        often = "once" if row["count"] == 1 else f"{row['count']:,} times"
        lines.append(f"{file}:{row['line']}: {row['habit']}, {often}, {row['seconds']:.3g} s")
        lines += [f"    {row['what']}", f"    better: {row['instead']}"]
    return "\n".join(lines) + "\n"


def main():
    args = parser().parse_args()
    if not os.path.exists(args.program):
        parser().error(f"there is no program {args.program}")
    rank = os.environ.get("LEGATE_RANK", "0") or "0"
    doctor = Doctor()
    status = None
    with tempfile.TemporaryDirectory(prefix="legate-doctor-") as folder:
        os.environ["LEGATE_TRACE"] = os.path.join(folder, "run")
        import cunumeric

        import _legate

        doctor.watch_arrays(cunumeric, _legate)
        sys.argv = [args.program, *args.arguments]
        sys.path[0] = os.path.dirname(os.path.abspath(args.program))
        try:
            runpy.run_path(args.program, run_name="__main__")
        except SystemExit as end:
            status = end.code
        except BaseException:
            import traceback

            traceback.print_exc()
            status = 1
        doctor.depth = 1
        _legate.end_trace()
        doctor.read_trace(os.path.join(folder, f"run_{rank}.prof"))
    if "mpi4py" in sys.modules:
        doctor.found["mpi4py", (args.program, 1)] = Finding("mpi4py", (args.program, 1), "")
        doctor.found["mpi4py", (args.program, 1)].count = 1
    if rank == "0":
        report(written(doctor.findings(), args.format), args.output)
    sys.exit(status)


def report(text, output):
    if not output:
        sys.stdout.flush()
        print(text, end="", file=sys.stderr if output is None else sys.stdout)
        return
    try:
        with open(output, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as error:
        print(f"legate doctor: {output}: {error.strerror}", file=sys.stderr)


if __name__ == "__main__":
    main()
