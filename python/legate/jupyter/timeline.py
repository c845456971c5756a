"""``%legate_profile``: records a cell or a statement and shows its profile under it.

    %%legate_profile                      the cell below
    %legate_profile x = np.dot(a, b)      one statement
    --save DIR                            keep the page and the files, and show a link
    --height N                            of the page in the notebook, in pixels
    --summary                             only the text

In a notebook the page itself is shown, in a frame that can reach nothing but itself; in a terminal the
summary. A page that would make the notebook heavy is written beside it and linked.
"""

import argparse
import html
import os
import pathlib

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class

from .magics import CellFailed, Parser, positive

#: Pages of more characters are linked, not shown.
INLINE_LIMIT = 4_000_000
WITH_VALUE = ("--save", "--height")


def parser():
    made = Parser(prog="%legate_profile", add_help=False, allow_abbrev=False)
    made.add_argument("--save", metavar="DIR")
    made.add_argument("--height", type=positive, default=520)
    made.add_argument("--summary", action="store_true")
    return made


def options(line):
    """The options at the front of a line, and the rest of it as it stands."""
    words, rest = [], line.strip()
    while rest.startswith("--"):
        word, _, rest = rest.partition(" ")
        words.append(word)
        rest = rest.lstrip()
        if word in WITH_VALUE and rest:
            value, _, rest = rest.partition(" ")
            words.append(value)
            rest = rest.lstrip()
    try:
        return parser().parse_args(words), rest
    except argparse.ArgumentError as error:
        raise UsageError(f"%legate_profile: {error}") from None


@magics_class
class TimelineMagics(Magics):
    """The timeline of a cell."""

    @line_cell_magic
    def legate_profile(self, line, cell=None):
        """Records a cell or a statement and shows where its time went."""
        wanted, statement = options(line)
        if cell is not None and statement:
            raise UsageError(f"%%legate_profile: '{statement}' is no option; allowed: --save DIR, --height N, --summary")
        code = statement if cell is None else cell
        if not code.strip():
            raise UsageError("%legate_profile: nothing to record; allowed: a statement, or %%legate_profile above a cell")
        from legate.seeing.recording import Recording

        if cell is not None and not code.startswith("%%"):
            # The line of the command counts, so that lines have the numbers that the reader sees.
            code = "#\n" + code
        cells = dict(self._cells)
        recording = Recording(wanted.save)
        recording.__enter__()
        success = False
        try:
            success = self.shell.run_cell(code).success
        finally:
            recording.stop(waits=success)
            if recording.is_first:
                self._show(recording, wanted, cells)
        if not success:
            raise CellFailed

    @property
    def _cells(self):
        """The number of the cell behind each file's name that IPython has made up."""
        return getattr(self.shell.compile, "_filename_map", {})

    def _show(self, recording, wanted, cells):
        """Shows what was recorded. ``cells`` are those there were before: the newest one is that of the command."""
        from IPython.display import display
        from legate.seeing.losses import summary

        number = max(cells.values(), default=self.shell.execution_count)
        names = {file: f"In [{cells.get(file, number)}]" for file in self._cells}
        run = recording.run(rename=lambda file: names.get(file, file), title=f"In [{number}]")
        data = {"text/plain": summary(run)}
        if not wanted.summary:
            data["text/html"] = self._framed(run, wanted, data["text/plain"], number)
        display(data, raw=True)

    def _framed(self, run, wanted, text, number):
        """The page in a frame, or a link to it above its summary."""
        from legate.seeing import page

        whole = "".join(page.parts(run))
        if wanted.save is None and len(whole) <= INLINE_LIMIT:
            return (
                f'<iframe srcdoc="{html.escape(whole)}" sandbox="allow-scripts" title="Legate profile" '
                f'style="width:100%;height:{wanted.height}px;border:1px solid #8884;border-radius:6px"></iframe>'
            )
        from legate.profile import write_page

        folder = pathlib.Path(wanted.save or f"legate_prof_{number}")
        path = write_page(run, folder)
        link = html.escape(os.path.relpath(path).replace(os.sep, "/"), quote=True)
        return f'<a href="{link}" target="_blank">{link}</a><pre>{html.escape(text)}</pre>'
