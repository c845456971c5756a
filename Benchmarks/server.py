"""One system that loads programs and times them on request: `server.py SYSTEM`.

Reads requests as lines of JSON from standard input and answers each with a line. A program is a file
with `initialize(...)`, which makes the data with NumPy, and `kernel(...)`, which is timed; the file is
run as it stands, with the name `numpy` leading to the system's package. A file may hold `kernel_SYSTEM`,
for systems with a language of their own (only the programs in `limits` do).

    {"do": "load", "file": ..., "arguments": [...]}    -> {"first": [seconds of three calls], "notes": [...],
                                                           "alone": the median of later ones, if there were many}
    {"do": "time", "seconds": s, "runs": n}            -> {"times": [...]}: until both are reached
    {"do": "save" | "check", "file": ...}              -> {"different": null or where}
"""

import builtins
import importlib
import json
import os
import statistics
import sys
import time
import types
import warnings

import numpy

REPEATED = 2e-4  # Calls shorter than this are timed several at a time, if they leave their inputs alone.


class System:
    """How a package takes data in, prepares a function and waits for results."""

    def __init__(self, name):
        self.name = name
        self.counts_calls = name.startswith("legate")
        self.package = numpy
        self.convert = lambda array: array.copy()
        self.finish = lambda result: None
        self.settle = lambda: None

    def prepare(self, module, arguments):
        return module.kernel


class Legate(System):
    def __init__(self, name):
        super().__init__(name)
        self.package = importlib.import_module("cunumeric")
        runtime = importlib.import_module("_legate")
        self.convert = self.package.array
        self.finish = lambda result: runtime.wait()
        # Kernels are compiled in the background: what was asked for so far is there before anything is timed.
        self.settle = lambda: runtime.kernels(True) if hasattr(runtime, "kernels") else runtime.wait()


class Jax(System):
    def __init__(self, name):
        super().__init__(name)
        self.jax = importlib.import_module("jax")
        self.jax.config.update("jax_enable_x64", True)
        self.package = importlib.import_module("jax.numpy")
        self.convert = lambda array: self.package.array(array)
        self.finish = self.jax.block_until_ready

    def prepare(self, module, arguments):
        if self.name == "jax":
            return module.kernel
        fixed = [place for place, value in enumerate(arguments) if not isinstance(value, numpy.ndarray)]
        arrays = [place for place in range(len(arguments)) if place not in fixed]

        # Numbers are constants of the compiled program; lists of them cannot be hashed, so they are bound here.
        def on_arrays(*given):
            words = list(arguments)
            for place, value in zip(arrays, given):
                words[place] = value
            return module.kernel(*words)

        compiled = self.jax.jit(on_arrays)
        return lambda *words: compiled(*(words[place] for place in arrays))


class Numba(System):
    def prepare(self, module, arguments):
        numba = importlib.import_module("numba")
        for name, value in list(vars(module).items()):
            if isinstance(value, types.FunctionType) and name != "initialize":
                setattr(module, name, numba.njit(cache=True)(value))
        return module.kernel


class Numexpr(System):
    def __init__(self, name):
        super().__init__(name)
        importlib.import_module("numexpr").set_num_threads(int(os.environ.get("NUMEXPR_NUM_THREADS", "2")))


SYSTEMS = {"legate": Legate, "jax": Jax, "jax-jit": Jax, "numba": Numba, "numexpr": Numexpr}


def load(path, package):
    """The module made of a file, in which `import numpy` gives `package`."""
    module = types.ModuleType(os.path.basename(path)[:-3])
    module.__file__ = path
    sys.modules[module.__name__] = module

    def importing(name, *rest):
        return package if name == "numpy" else builtins.__import__(name, *rest)

    if package is not numpy:
        vars(module)["__builtins__"] = {**vars(builtins), "__import__": importing}
    with open(path) as file:
        exec(compile(file.read(), path, "exec"), vars(module))
    return module


class Server:
    def __init__(self, system):
        self.system = system

    def load(self, file, arguments):
        self.result = self.call = None
        module = load(file, self.system.package)
        own = getattr(module, "kernel_" + self.system.name.split("-")[0], None)
        if own:
            module.kernel = own
        self.data = load(file, numpy).initialize(*arguments)
        self.call = self.system.prepare(module, self.data)
        self.leaves_inputs = getattr(module, "LEAVES_INPUTS", False)
        with warnings.catch_warnings(record=True) as notes:
            warnings.simplefilter("always")
            # A peer that is slow is not called three times for nothing.
            first, end = [], time.perf_counter() + 0.5
            while len(first) < 3 and (not first or self.system.counts_calls or time.perf_counter() < end):
                first.append(self.timed(1))
        self.system.settle()
        alone = []
        if self.system.counts_calls:
            end = time.perf_counter() + 0.05
            while time.perf_counter() < end:
                alone.append(self.timed(1))
            self.system.settle()
        self.repeats = 1
        if self.leaves_inputs and first[-1] < REPEATED:
            self.repeats = max(1, int(1e-3 / max(first[-1], 1e-7)))
        answer = {"first": first, "notes": sorted({str(note.message) for note in notes})}
        if len(alone) >= 8:
            # What the first calls compare with: later ones on fresh inputs, too, each timed by itself.
            answer["alone"] = statistics.median(alone[len(alone) // 2 :])
        return answer

    def inputs(self):
        return [self.system.convert(x) if isinstance(x, numpy.ndarray) else x for x in self.data]

    def timed(self, repeats):
        """Seconds of one call with fresh inputs, the mean of `repeats` calls."""
        words, call, finish = self.inputs(), self.call, self.system.finish
        finish(words)
        self.result = None
        result = None
        start = time.perf_counter()
        for _ in range(repeats):
            result = call(*words)
            finish(result)
        seconds = (time.perf_counter() - start) / repeats
        self.result = result
        return seconds

    def time(self, seconds, runs):
        times, end = [], time.perf_counter() + seconds
        while len(times) < runs or (time.perf_counter() < end and len(times) < 1000):
            times.append(self.timed(self.repeats))
        return {"times": times}

    def results(self):
        result = self.result if isinstance(self.result, (tuple, list)) else (self.result,)
        return [numpy.asarray(part) for part in result]

    def save(self, file):
        numpy.savez(file, *self.results())
        return {}

    def check(self, file):
        """None if the results are NumPy's: equal, or equal to rounding for inexact numbers."""
        with numpy.load(file) as expected:
            wanted = [expected[name] for name in expected.files]
        for place, (ours, theirs) in enumerate(zip(self.results(), wanted)):
            rounding = 1e-3 if theirs.dtype in (numpy.float32, numpy.complex64) else 1e-7
            if ours.shape != theirs.shape:
                return {"different": f"result {place} has shape {ours.shape}, not {theirs.shape}"}
            scale = float(numpy.max(numpy.abs(theirs))) if theirs.size and theirs.dtype.kind in "fc" else 0.0
            if not numpy.allclose(ours, theirs, rtol=rounding, atol=rounding * scale):
                return {"different": f"result {place} differs by {numpy.max(numpy.abs(ours - 1.0 * theirs)):.3g}"}
        return {"different": None}


def serve(name):
    # What programs print must not get between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    server = Server(SYSTEMS.get(name, System)(name))
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(server, request.pop("do"))(**request)
        except Exception as error:
            text = str(error).strip().splitlines() or [""]
            answer = {"error": f"{type(error).__name__}: {text[0]}"[:200]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve(sys.argv[1])
