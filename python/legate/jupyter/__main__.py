"""``python -m legate.jupyter``: the command ``legate-jupyter``."""

from .install import main

main()
