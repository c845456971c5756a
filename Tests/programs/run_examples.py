"""Runs several examples in one process, to save their starts.

    legate run_examples.py cunumeric FOLDER CASES.json

The file holds [name, program, arguments] for each; the results go to
FOLDER/NAME.npy, what was printed to FOLDER/NAME.txt, an exception's traceback
to FOLDER/NAME.error.
"""

import contextlib
import io
import json
import runpy
import sys
import traceback
from pathlib import Path

from launcher import EXAMPLES


def main():
    package, folder, cases = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    sys.path.insert(0, str(EXAMPLES))
    for name, program, arguments in json.loads(Path(cases).read_text()):
        output = folder / f"{name}.npy"
        sys.argv = [program, *arguments.split(), "--package", package, "--output", str(output)]
        text = io.StringIO()
        try:
            with contextlib.redirect_stdout(text):
                runpy.run_path(str(EXAMPLES / program), run_name="__main__")
        except (Exception, SystemExit):
            (folder / f"{name}.error").write_text(traceback.format_exc())
        (folder / f"{name}.txt").write_text(text.getvalue())


if __name__ == "__main__":
    main()
