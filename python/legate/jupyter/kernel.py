"""The process behind a notebook: IPython's kernel, with arrays that show themselves and Legate's magics.

``legate [flags] -m legate.jupyter.kernel -f FILE``. On several ranks rank 0 is the kernel; the others run
every cell that it runs, and show nothing.
"""

import os
import sys

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp

from legate import __version__

together = None


class LegateKernel(IPythonKernel):
    """IPython's kernel under Legate."""

    implementation = "legate"
    implementation_version = __version__
    banner = f"Legate {__version__}: cunumeric is NumPy on all cores"

    def __init__(self, **settings):
        print("Initializing Legate kernel for single- or multi-node.", file=sys.__stdout__, flush=True)
        super().__init__(**settings)
        from legate import jupyter

        jupyter.load_ipython_extension(self.shell)
        if together is not None:
            self._share_cells()

    def _share_cells(self):
        """Every cell is told to the other ranks before it runs here."""
        run = self.shell.run_cell_async

        async def run_everywhere(cell, *words, **options):
            if together.running:  # A cell inside a cell (%%legate): the others run the outer one.
                return await run(cell, *words, **options)
            together.share(lambda: cell)
            try:
                return await run(cell, *words, **options)
            finally:
                together.running = False

        self.shell.run_cell_async = run_everywhere

    def pre_handler_hook(self):
        """Before a message is handled: a Ctrl-C stops this rank, and through it the others."""
        if together is None:
            return super().pre_handler_hook()
        self.saved_sigint_handler = together.listen()

    def do_shutdown(self, restart):
        if together is not None:
            together.end()
        return super().do_shutdown(restart)


def _follow():
    """A rank other than 0: runs what rank 0 runs, until that ends."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance(user_module=sys.modules["__main__"])
    shell.history_manager.enabled = False
    from legate import jupyter

    jupyter.load_ipython_extension(shell)
    while True:
        try:
            cell = together.share(None)
        except EOFError:
            return
        shell.run_cell(cell)


def main():
    global together
    if os.environ.get("LEGATE_RANKS", "1") not in ("", "1"):
        from legate import _together

        together = _together.ranks()
        if together.rank > 0:
            return _follow()
    IPKernelApp.launch_instance(kernel_class=LegateKernel)


if __name__ == "__main__":
    main()
