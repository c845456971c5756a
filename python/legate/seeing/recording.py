"""Records a part of a run, from one moment to another: what ``%legate_profile`` shows of a cell.

In: nothing, or a folder that stays. Out: the traces of all ranks in it and, on rank 0, the model of that
part of the run. On several ranks all must begin and end at the same statements, and must see the folder.
"""

import os
import pickle
import tempfile


class Recording:
    """``with Recording() as recording: …``, and afterwards ``recording.run()``."""

    def __init__(self, folder=None):
        import cunumeric  # noqa: F401 - the runtime may not have been started
        import _legate

        self.runtime = _legate
        self.is_first = _legate.rank() == 0
        self.kept = folder
        self.temporary = None

    def __enter__(self):
        self.folder = self._from_first(self._make_folder)
        self._together(lambda: self.runtime.start_trace(os.path.join(self.folder, "legate")))
        return self

    def __exit__(self, kind, error, trace):
        self.stop(waits=kind is None)
        return False

    def stop(self, waits=True):
        """Ends it; ``waits`` until all that was recorded has run."""
        self.runtime.stop_trace(waits)
        self._gathered(None)

    def run(self, rename=lambda file: file, title=None):
        """The model of what was recorded; ``rename`` gives files the names that a reader knows them by."""
        from .model import Run
        from .trace import read_run

        traces = read_run(os.path.join(self.folder, "legate_0.prof"))
        for trace in traces:
            trace.places = {key: (rename(file), line) for key, (file, line) in trace.places.items()}
        made = Run(traces)
        made.program = title or made.program
        return made

    def _make_folder(self):
        if self.kept is not None:
            os.makedirs(self.kept, exist_ok=True)
            return os.path.abspath(self.kept)
        self.temporary = tempfile.TemporaryDirectory(prefix="legate-recording-")
        return self.temporary.name

    # Ranks

    def _gathered(self, value):
        if self.runtime.rank_count() == 1:
            return [value]
        return [pickle.loads(part) for part in self.runtime.all_gather(pickle.dumps(value))]

    def _from_first(self, make):
        """What ``make()`` gives on rank 0; an ``OSError`` there is raised on all."""
        made = error = None
        if self.is_first:
            try:
                made = make()
            except OSError as raised:
                error = raised
        made, error = self._gathered((made, error))[0]
        if error is not None:
            raise error
        return made

    def _together(self, begin):
        """Begins on all ranks or on none."""
        error = None
        try:
            begin()
        except RuntimeError as raised:
            error = raised
        failed = [other for other in self._gathered(error and str(error)) if other]
        if failed:
            if error is None:
                self.runtime.stop_trace(False)
            raise error or RuntimeError(failed[0])
