"""Legate in notebooks: ``%load_ext legate.jupyter`` for the magics, ``legate-jupyter`` for a kernel.

``install`` writes kernel specs, ``kernel`` is the process behind a notebook, ``magics`` the commands,
``display`` what arrays look like. Nothing of Jupyter is imported before it is needed.
"""


def load_ipython_extension(shell):
    """Registers the magics and how arrays are shown; called by ``%load_ext legate.jupyter``."""
    from . import display, magics

    magics.register(shell)
    display.register(shell)
