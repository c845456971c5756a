"""Files that are there as a whole or not at all."""

import contextlib
import os


@contextlib.contextmanager
def whole_file(path, mode="w", **options):
    """A file that appears once all of it is written: a full disk leaves the one that was there, or none."""
    draft = f"{path}.draft"
    try:
        with open(draft, mode, **options) as file:
            yield file
        os.replace(draft, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(draft)
        raise
