"""``legate-issue``: what somebody who is to help needs to know about this machine.

One ``name : value`` line each for the machine, versions and libraries. What is not there, or cannot be
asked, is "(failed to detect)"; nothing here needs a finished build.
"""

import importlib.metadata
import os
import platform
import re
import subprocess
import sys

FAILED = "(failed to detect)"


def _output(*words):
    """The standard output of a program, stripped."""
    result = subprocess.run(words, capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL)
    if result.returncode != 0:
        raise RuntimeError(words[0])
    return result.stdout.strip()


def _first_line(*words):
    return _output(*words).splitlines()[0]


def _version(package):
    return lambda: importlib.metadata.version(package)


def _legate():
    import legate

    return legate.__version__


def _info(key):
    """A line of ``legate --info``."""
    driver = os.environ.get("LEGATE_DRIVER", "")
    lines = dict(line.split(":", 1) for line in _output(driver, "--info").splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, value in lines.items()}[key]


def _cunumeric():
    import cunumeric

    return f"NumPy {cunumeric.__version__}'s interface"


def _processor():
    with open("/proc/cpuinfo") as file:
        found = re.search(r"^model name\s*: (.*)$", file.read(), re.M)
    return found[1] if found else platform.processor()


def _cores():
    return f"{len(os.sched_getaffinity(0))} of {os.cpu_count()}"


def _memory():
    return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') >> 20} MB"


def _domains():
    nodes = [name for name in os.listdir("/sys/devices/system/node") if re.fullmatch(r"node\d+", name)]
    return str(len(nodes))


def _blas():
    import numpy

    blas = numpy.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return f"{blas['name']} {blas['version']}"


def _gpus():
    return _output("nvidia-smi", "--query-gpu=name", "--format=csv,noheader").replace("\n", ", ")


def _driver_version():
    return _first_line("nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader")


# In the order in which they are printed.
ENTRIES = {
    "Python": lambda: f"{sys.version.split()[0]} ({sys.executable})",
    "Platform": platform.platform,
    "Processor": _processor,
    "Cores": _cores,
    "Memory": _memory,
    "NUMA domains": _domains,
    "C library": lambda: " ".join(platform.libc_ver()),
    "Legate": _legate,
    "Build": lambda: f"{_info('build_type')}, {_info('cpu_level')}",
    "Cunumeric": _cunumeric,
    "Numpy": _version("numpy"),
    "BLAS": _blas,
    "Scipy": _version("scipy"),
    "Numba": _version("numba"),
    "IPython": _version("ipython"),
    "ipykernel": _version("ipykernel"),
    "libLLVM": lambda: _info("llvm"),
    "MPI": lambda: _first_line("mpirun", "--version"),
    "MPI plugin": lambda: _info("networks"),
    "Slurm": lambda: _first_line("srun", "--version"),
    "Swift": lambda: _first_line("swift", "--version"),
    "GPU driver": _driver_version,
    "GPU devices": _gpus,
}


def report():
    """Name and value of every entry."""
    return {name: _detected(find) for name, find in ENTRIES.items()}


def _detected(find):
    try:
        return find() or FAILED
    except (Exception, SystemExit):
        return FAILED


def main():
    if any(word in ("-h", "--help") for word in sys.argv[1:]):
        print("usage: legate-issue\n\nPrints what a report about a fault should hold: machine, versions, libraries.")
        return
    if len(sys.argv) > 1:
        print(f"legate-issue: unknown word '{sys.argv[1]}'; allowed: --help", file=sys.stderr)
        raise SystemExit(2)
    entries = report()
    width = max(map(len, entries))
    for name, value in entries.items():
        print(f"{name:{width}} : {value}")


if __name__ == "__main__":
    main()
