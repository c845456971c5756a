"""Systems that time one program in turns.

A `Field` holds one server per system. `run` loads a program into all of them, checks every result
against NumPy's, lets them time it in turns until the time given is used up, and returns what each
reached: the three first calls, the best, the median and the worst of all timed ones, or why it did
not run. A server that is silent for too long, or dies, is replaced and the program counts as not run there.

Between its turns a server is halted with all it started. Threads of a pool go on spinning after their last job
(OpenBLAS's for a tenth of a second) and would take cores from whoever is timed next.
"""

import contextlib
import hashlib
import json
import os
import selectors
import signal
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

PATIENCE = 40.0  # Seconds for a request: compiling a peer's program may take some.


class Silent(Exception):
    """A server gave no answer, or not the right one."""


class Refused(Silent):
    """A server answered with an error."""


class Server:
    """The process of one system."""

    def __init__(self, system):
        self.system = system
        self.process = None

    def start(self):
        environment = {**os.environ, **dict(self.system.variables)}
        self.process = subprocess.Popen(
            self.system.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=environment, process_group=0,
        )
        self.ready = selectors.DefaultSelector()
        self.ready.register(self.process.stdout, selectors.EVENT_READ)

    def ask(self, patience=PATIENCE, **request):
        """The answer to a request; the server runs only until it is there."""
        if self.process is None:
            self.start()
        self._send(signal.SIGCONT)
        try:
            return self._ask(patience, request)
        finally:
            self._send(signal.SIGSTOP)

    def _send(self, number):
        """Halts the server and what it started, or lets them go on."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def _ask(self, patience, request):
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            self.stop()
            raise Silent("the process died") from None
        if not self.ready.select(patience):
            self.stop()
            raise Silent(f"no answer in {patience:.0f} s")
        line = self.process.stdout.readline()
        if not line:
            self.stop()
            raise Silent("the process died")
        answer = json.loads(line)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer

    def stop(self):
        if self.process is not None:
            self._send(signal.SIGKILL)
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.ready.close()
            self.process = None


class Refusals:
    """Programs that a peer refused in an earlier run, kept so that it is not asked to compile them again.

    The key holds the peer's versions and the program's text. Only refusals count, never silence or another result.
    """

    def __init__(self, path, versions):
        self.path = path
        self.versions = versions
        self.known = json.loads(path.read_text()) if path.exists() else {}

    def key(self, name, file, arguments):
        words = [name, sorted(self.versions.items()), Path(file).read_text(), list(arguments)]
        return hashlib.sha256(json.dumps(words).encode()).hexdigest()

    def add(self, key, reason):
        self.known[key] = reason
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.known))


class Field:
    """The servers of all systems of a run; the first is NumPy's."""

    def __init__(self, systems, refusals=None):
        self.servers = [Server(system) for system in systems]
        self.refusals = refusals

    def close(self):
        for server in self.servers:
            server.stop()

    def run(self, file, arguments, seconds, rounds=3, patience=PATIENCE, without=()):
        """Results by the name of the system; timing takes about `seconds`, all rounds of all systems together."""
        results, running = {}, []
        with tempfile.TemporaryDirectory() as folder:
            expected = os.path.join(folder, "expected.npz")
            for server in self.servers:
                name = server.system.name
                if name in without:
                    continue
                key = self.refusals.key(name, file, arguments) if self.refusals and server.system.is_peer else None
                if key and key in self.refusals.known:
                    results[name] = {"failed": self.refusals.known[key]}
                    continue
                try:
                    results[name] = server.ask(patience, do="load", file=str(file), arguments=list(arguments))
                    if server is self.servers[0]:
                        server.ask(do="save", file=expected)
                    else:
                        different = server.ask(do="check", file=expected)["different"]
                        if different:
                            raise Silent(f"another result: {different}")
                    running.append(server)
                except Silent as reason:
                    results[name] = {"failed": str(reason)}
                    if key and isinstance(reason, Refused):
                        self.refusals.add(key, str(reason))
        self._time(running, results, seconds, rounds)
        for result in results.values():
            times = result.pop("times", None)
            if times:
                result.update(best=min(times), median=statistics.median(times), worst=max(times), runs=len(times))
        return results

    def _time(self, running, results, seconds, rounds):
        start, done = time.perf_counter(), 0
        share = seconds / max(1, len(running)) / rounds
        while done < 2 or (done < rounds and time.perf_counter() - start < seconds):
            done += 1
            for server in list(running):
                result = results[server.system.name]
                # A system far slower than NumPy gets one run a turn, and two turns.
                try:
                    answer = server.ask(do="time", seconds=share, runs=1)
                    result.setdefault("times", []).extend(answer["times"])
                except Silent as reason:
                    results[server.system.name] = {"failed": str(reason)}
                    running.remove(server)
