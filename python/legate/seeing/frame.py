"""What the pages of a run have in common: one file that opens from disk and asks no network for anything.

In: a page's name (its parts lie in ``web``), its title, and what fills the places ``@WORD@`` of its body.
Out: the text in parts. Content goes in between the template's pieces, so that a place's name inside of
it is text like any other.
"""

import pathlib

WEB = pathlib.Path(__file__).parent / "web"


def read(name):
    """A file of ``web``."""
    return (WEB / name).read_text("utf-8")


def framed(name, title, parts, scripts=()):
    """The page ``name``: its style and body in the common frame, with its scripts joined in this order."""
    head, tail = read("frame.html").split("@BODY@")
    allowed = "; script-src 'unsafe-inline'" if scripts else ""
    yield from fill(head, {"TITLE": title, "ALLOWED": allowed, "STYLE": read(f"{name}.css")})
    script = {"SCRIPT": "\n".join(map(read, scripts))} if scripts else {}
    yield from fill(read(f"{name}.html"), parts | script)
    yield tail


def fill(template, parts):
    """The template with its ``@WORDS@`` replaced: they stand there in the order of ``parts``, each once."""
    for name, text in parts.items():
        before, template = template.split(f"@{name}@", 1)
        yield before
        yield text
    yield template
