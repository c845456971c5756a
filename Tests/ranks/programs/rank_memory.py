"""What a rank holds of a program's arrays behind a few of its rounds: `rank_memory.py FOLDER CASE SIZES`.

Rank r writes FOLDER/memory-r.json: the bytes of all arrays that the program still has, those that the library has in
use here for them, and the most that it had in use at any time of the rounds.
"""

import gc
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "programs"))

import counted_programs as programs  # noqa: E402

import _legate  # noqa: E402
import cunumeric as np  # noqa: E402


def arrays_of(body):
    """The arrays that a case's body holds: its free variables, and what it keeps as its own."""
    held = [cell.cell_contents for cell in body.__closure__ or ()] + list(vars(body).values())
    return [value for value in held if isinstance(value, np.ndarray)]


def main(folder, case, sizes):
    # Whatever is set up once is set up before it is counted.
    programs.numbers(1000, 40).sum().item()
    _legate.wait()
    gc.collect()
    used = _legate.memory()["used"]
    body = getattr(programs, case)(**sizes)
    for _ in range(3):
        body()
        _legate.wait()
    gc.collect()
    found = {
        "arrays": sum(array.nbytes for array in arrays_of(body)),
        "used": _legate.memory()["used"] - used,
        "peak": _legate.memory()["peak"] - used,
    }
    (Path(folder) / f"memory-{_legate.rank()}.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
