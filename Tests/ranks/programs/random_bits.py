"""Runs random programs as one rank of several or alone, and keeps a hash of each one's arrays.

    mpirun -n 2 python random_bits.py FOLDER FIRST-SEED COUNT

Rank r writes FOLDER/bits-r.json: the hash of each seed's program.
"""

import argparse
import json
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "programs"))

import numpy  # noqa: E402
from random_programs import hash_of  # noqa: E402

import _legate  # noqa: E402
import cunumeric as np  # noqa: E402


def main():
    folder, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    warnings.simplefilter("ignore")
    numpy.seterr(all="ignore")
    options = argparse.Namespace(layout=False, wide=True, big=0.15, statements=22)
    hashes = {seed: hash_of(seed, options, np) for seed in range(first, first + count)}
    (folder / f"bits-{_legate.rank()}.json").write_text(json.dumps(hashes))


if __name__ == "__main__":
    main()
