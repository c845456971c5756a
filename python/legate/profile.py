"""``legate profile FILE``: what a run's trace shows, as a page, as text, as graphs.

FILE is ``<logdir>/legate_0.prof``, which ``legate --profile program.py`` leaves beside the page, or the
file of any other rank. The command is also what the driver calls after a run.
"""

import argparse
import os
import pathlib
import sys
import webbrowser

from legate.seeing.trace import TraceError, read_run


def parser():
    made = argparse.ArgumentParser(prog="legate profile", description=__doc__.split("\n")[0], allow_abbrev=False)
    made.add_argument("file", metavar="FILE", help="a file that --profile has written, or its folder")
    made.add_argument("--summary", action="store_true", help="print where the time went, and write nothing")
    made.add_argument("--dataflow", action="store_true", help="draw stores and launches: dataflow_legate.pdf")
    made.add_argument("--event", action="store_true", help="draw tasks, copies and messages: event_graph_legate.pdf")
    made.add_argument("--explain", action="store_true", help="write explain.html: what became of each call")
    made.add_argument("--logdir", metavar="DIR", help="where the page goes (default: beside FILE)")
    made.add_argument("--open", action="store_true", help="show the page in a browser")
    for hidden in ("--after-run", "--page"):
        made.add_argument(hidden, action="store_true", help=argparse.SUPPRESS)
    return made


def say(text):
    print(f"legate: {text}", file=sys.stderr, flush=True)


def shown(path):
    """A path as one line of text, whatever is in it."""
    return "".join(c if c.isprintable() else "?" for c in str(path))


def main(arguments=None):
    args = parser().parse_args(arguments)
    file = args.file
    if os.path.isdir(file):
        file = os.path.join(file, "legate_0.prof")
    folder = pathlib.Path(args.logdir or os.path.dirname(file) or ".")
    try:
        from legate.seeing.model import Run

        run = Run(read_run(file))
        if args.summary:
            from legate.seeing.losses import summary

            print(summary(run))
            return 0
        write_all(args, run, folder)
    except TraceError as error:
        say(f"no profile: {error}")
        return 1
    except OSError as error:
        say(f"the page cannot be written: {shown(error.filename or folder)}: {error.strerror}")
        return 1
    return 0


def write_page(run, folder):
    """Writes the page, and the trace for Perfetto beside it; returns the page's path. Raises ``OSError``."""
    from legate.seeing import page, perfetto

    target = folder / "legate_prof"
    target.mkdir(parents=True, exist_ok=True)
    page.write(run, target / "index.html")
    perfetto.write(run, target / "legate.perfetto-trace")
    return target / "index.html"


def write_all(args, run, folder):
    wants_page = args.page if args.after_run else not (args.dataflow or args.event or args.explain)
    if wants_page:
        path = write_page(run, folder)
        say(f"the profile is in {shown(path)}")
        for text in run.damage:
            say(f"note: {text}")
        if args.open:
            webbrowser.open(path.resolve().as_uri())
    if args.dataflow:
        from legate.seeing import graphs

        graphs.draw(graphs.dataflow(run), folder / "dataflow_legate", say)
    if args.event:
        from legate.seeing import graphs

        graphs.draw(graphs.events(run), folder / "event_graph_legate", say)
    if args.explain:
        from legate.seeing import explained

        explained.write(run, folder / "explain.html")
        say(f"the page is {shown(folder / 'explain.html')}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(1)
