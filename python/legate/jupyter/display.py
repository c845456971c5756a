"""What arrays look like in a notebook: NumPy's text, and for large ones an HTML summary beside it.

The summary shows shape, type, size and the corners that NumPy's short form shows; nothing is computed
for it but what the text needs, too.
"""

import html
import os

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


def register(shell):
    """Registers the summary with a shell's formatters."""
    import _legate

    shell.display_formatter.formatters["text/html"].for_type(_legate.ndarray, summary)


def size_text(count):
    """A number of bytes as a person would say it."""
    size, unit = float(count), 0
    while size >= 1024 and unit + 1 < len(_UNITS):
        size, unit = size / 1024, unit + 1
    return f"{count} bytes" if unit == 0 else f"{size:.1f} {_UNITS[unit]}"


def summary(array):
    """HTML for an array that NumPy shows in its short form; nothing for smaller ones."""
    import numpy

    if array.size <= numpy.get_printoptions()["threshold"]:
        return None
    rows = [("shape", " × ".join(map(str, array.shape))), ("type", str(array.dtype))]
    rows.append(("size", f"{array.size:,} elements, {size_text(array.nbytes)}"))
    ranks = os.environ.get("LEGATE_RANKS", "1")
    if ranks not in ("", "1"):
        rows.append(("ranks", ranks))
    cells = "".join(f"<tr><th style='text-align:left'>{k}</th><td style='text-align:left'>{v}</td></tr>" for k, v in rows)
    return f"<div><table>{cells}</table><pre>{html.escape(str(array))}</pre></div>"
