"""IPython as the console, where this Python has it. On several ranks all run what is typed at rank 0."""

import sys


def run(names, together, banner):
    """Runs IPython until the end of input."""
    from IPython.terminal.interactiveshell import TerminalInteractiveShell
    from traitlets.config import Config

    config = Config()
    is_first = together is None or together.rank == 0
    config.TerminalInteractiveShell.banner1 = banner + "\n"
    config.TerminalInteractiveShell.enable_tip = False
    if together is not None:
        config.TerminalInteractiveShell.confirm_exit = False
    if not is_first:
        config.TerminalInteractiveShell.simple_prompt = True
        config.HistoryManager.enabled = False
    shell = TerminalInteractiveShell.instance(config=config, user_module=sys.modules["__main__"])
    from legate import jupyter

    jupyter.load_ipython_extension(shell)
    if together is not None:
        read = shell.prompt_for_code
        shell.prompt_for_code = lambda: together.share(read)
    if is_first:
        shell.show_banner()
    shell.mainloop()
