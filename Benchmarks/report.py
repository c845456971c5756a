"""Rows of measurements and the table they are printed in."""

import json
from dataclasses import asdict, dataclass


@dataclass
class Row:
    """One line of the table: what was measured, its limit (none: for comparison only), and whether it holds."""

    section: str
    what: str
    ours: str
    numpy: str
    ratio: float
    target: str
    holds: bool
    note: str = ""


def time_text(seconds):
    for unit, factor in (("s", 1), ("ms", 1e3), ("us", 1e6)):
        if abs(seconds) * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def bytes_text(count):
    return f"{count / 2**20:.1f} MB"


def cost(section, what, ours, numpy, most):
    """Time as a multiple of NumPy's; at most `most`."""
    ratio = ours / numpy
    holds = ratio <= most
    return Row(section, what, time_text(ours), time_text(numpy), ratio, f"<= {most}x time", holds)


def speed(section, what, ours, numpy, least):
    """How many times faster than NumPy; at least `least`."""
    ratio = numpy / ours
    holds = ratio >= least
    return Row(section, what, time_text(ours), time_text(numpy), ratio, f">= {least}x speed", holds)


def memory(section, what, ours, numpy, most):
    """Peak memory as a multiple of NumPy's; at most `most`."""
    ratio = ours / numpy
    texts = bytes_text(ours), bytes_text(numpy)
    return Row(section, what, *texts, ratio, f"<= {most}x memory", ratio <= most)


def limit(section, what, ours, most, text):
    """A number with a fixed limit; `text` writes both."""
    return Row(section, what, text(ours), "", None, f"< {text(most)}", ours < most)


def failure(section, what, reason):
    """Something that could not be measured counts as short of its target."""
    return Row(section, what, reason.strip().splitlines()[-1][:60], "", None, "runs", False)


class Table:
    """Prints rows as they come, with aligned columns."""

    WIDTHS = (10, 34, 12, 12, 7, 17, 6)

    def __init__(self):
        self.rows = []
        self._print("section", "what", "ours", "numpy", "ratio", "target", "")
        print("-" * (sum(self.WIDTHS) + 2 * len(self.WIDTHS)))

    def _print(self, *cells):
        left = [f"{cell:<{width}}" for cell, width in zip(cells[:2], self.WIDTHS)]
        right = [f"{cell:>{width}}" for cell, width in zip(cells[2:], self.WIDTHS[2:])]
        print("  ".join([*left, *right, *cells[len(self.WIDTHS) :]]).rstrip(), flush=True)

    def add(self, row):
        self.rows.append(row)
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        verdict = ("pass" if row.holds else "SHORT") if row.target else ""
        self._print(row.section, row.what, row.ours, row.numpy, ratio, row.target, verdict, row.note)

    def finish(self, path=None, records=None):
        targets = [row.holds for row in self.rows if row.target]
        print(f"{sum(targets)} of {len(targets)} targets held")
        if path:
            with open(path, "w") as file:
                json.dump({**(records or {}), "rows": [asdict(row) for row in self.rows]}, file, indent=1)
