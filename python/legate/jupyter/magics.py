"""The commands of a notebook: ``%legate_info``, ``%legate`` and ``%%legate``, ``%legate_progress``.

``%legate_profile`` has a file of its own, ``timeline``.

    %legate_info                     how this kernel was configured
    %legate --cpus 4 --sysmem 2000   from now on
    %%legate --cpus 4                for this cell
    %legate_progress on | off        a bar under cells that take a while
"""

import argparse
import json
import os

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class

from . import specs


def register(shell):
    """Makes the commands known to a shell; again is no harm."""
    from .timeline import TimelineMagics

    shell.register_magics(LegateMagics, TimelineMagics)


class CellFailed(Exception):
    """A cell inside a command failed and has shown why: nothing is to be shown again."""

    def _render_traceback_(self):
        return []


class Parser(argparse.ArgumentParser):
    """Says what is wrong as IPython does."""

    def error(self, message):
        raise UsageError(f"{self.prog}: {message}")


def positive(text):
    """A whole number from 1 up."""
    value = int(text) if text.isdecimal() else 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"the value '{text}' is invalid; allowed: a whole number from 1 up")
    return value


def _resource_parser():
    parser = Parser(prog="%legate", add_help=False, allow_abbrev=False)
    parser.add_argument("--cpus", type=positive)
    parser.add_argument("--sysmem", type=positive)
    return parser


@magics_class
class LegateMagics(Magics):
    """What ``%load_ext legate.jupyter`` brings."""

    progress = None

    @line_magic
    def legate_info(self, line):
        """Shows how the kernel of this notebook was configured."""
        name = os.environ.get(specs.NAME_VARIABLE)
        if name is None:
            raise RuntimeError("Cannot determine currently running kernel")
        print(specs.info(name, _settings(name)))

    @line_cell_magic
    def legate(self, line, cell=None):
        """Changes workers or memory: ``--cpus N``, ``--sysmem MB``; in a cell's first line for that cell."""
        try:
            wanted = _resource_parser().parse_args(line.split())
        except argparse.ArgumentError as error:
            raise UsageError(f"%legate: {error}") from None
        if wanted.cpus is None and wanted.sysmem is None:
            raise UsageError("%legate: nothing to change; allowed: --cpus N, --sysmem MB")
        import cunumeric  # noqa: F401 - the runtime may not have been started
        import _legate

        before = _legate.workers(), _legate.memory()["ceiling"] >> 20
        _legate.use(wanted.cpus, wanted.sysmem)
        if cell is None:
            print(f"legate: {_legate.workers()} workers, {_legate.memory()['ceiling'] >> 20} MB of array memory")
            return
        try:
            result = self.shell.run_cell(cell)
        finally:
            _legate.use(*before)
        if not result.success:
            raise CellFailed

    @line_magic
    def legate_progress(self, line):
        """Switches the bar under long cells on or off."""
        choice = line.strip() or "on"
        if choice not in ("on", "off"):
            raise UsageError(f"%legate_progress: '{choice}' is invalid; allowed: on, off")
        if os.environ.get("LEGATE_RANKS", "1") not in ("", "1"):
            raise UsageError("%legate_progress: for notebooks on one rank only")
        from .progress import Progress

        if LegateMagics.progress is None:
            LegateMagics.progress = Progress(self.shell)
        LegateMagics.progress.switch(choice == "on")


def _settings(name):
    """What the spec of this name says about its kernel."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec(name.lower())
        return json.loads(json.dumps(spec.metadata["legate"]))
    except (NoSuchKernel, KeyError):
        raise RuntimeError(f"the kernel spec '{name}' cannot be found, or is none of Legate's") from None
