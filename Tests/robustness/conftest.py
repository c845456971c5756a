"""Lets the tests of this folder import `launcher` from the programs' folder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "programs"))
