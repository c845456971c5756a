"""Programs for ranks that need no arrays, and the ways to wait for them.

`SEE` writes down what each rank sees, `MPI` uses MPI by its C names. Both write into the folder
LEGATE_TEST_FOLDER, which the fixture `run` sets.
"""

import time
from pathlib import Path

# Seconds in which a run is ended, however busy the machine is. One that nobody ends goes on for longer: programs that
# wait for their end sleep for 150.
SOON = 60

# Every rank writes down what it sees; only what it prints goes through the launcher.
SEE = """
import json, os, sys
seen = {"cores": sorted(os.sched_getaffinity(0)), "argv": sys.argv[1:], "path": os.environ["PYTHONPATH"],
        "environment": {k: v for k, v in os.environ.items() if k.startswith(("LEGATE_", "OMPI_MCA_", "UCX_"))}}
rank = os.environ["LEGATE_GLOBAL_RANK"]
with open(os.path.join(os.environ["LEGATE_TEST_FOLDER"], rank), "w") as file:
    json.dump(seen, file)
os.write(1, f"rank {rank}\\n".encode())
os.write(1, b"written\\n")
os.system("echo a child")
"""

# MPI by its C names, so that segments and connections exist.
MPI = """
import ctypes, os, sys, time
mpi = ctypes.CDLL("libmpi.so.40", ctypes.RTLD_GLOBAL)
assert mpi.MPI_Init(None, None) == 0
world = ctypes.byref(ctypes.c_char.in_dll(mpi, "ompi_mpi_comm_world"))
rank, size = ctypes.c_int(), ctypes.c_int()
mpi.MPI_Comm_rank(world, ctypes.byref(rank)), mpi.MPI_Comm_size(world, ctypes.byref(size))
assert str(size.value) == os.environ["LEGATE_RANKS"], size
assert str(rank.value) == os.environ["LEGATE_GLOBAL_RANK"], rank
assert mpi.MPI_Barrier(world) == 0
print("size", size.value, flush=True)
with open(os.path.join(os.environ["LEGATE_TEST_FOLDER"], f"pid{rank.value}"), "w") as file:
    print(os.getpid(), file=file)
if len(sys.argv) > 1:
    time.sleep(150)
mpi.MPI_Finalize()
"""


def finished(process, seconds=120):
    output, errors = process.communicate(timeout=seconds)
    return process.returncode, output, errors


def until_written(folder, *names, seconds=120):
    end = time.monotonic() + seconds
    while not all((folder / name).exists() and (folder / name).read_text() for name in names):
        assert time.monotonic() < end, f"{names} were not written"
        time.sleep(0.02)


def processes_with(mark):
    """Ids of living processes whose environment holds `mark`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            pass  # It ended, or it is another user's.
    return found
