"""What the tests of the front share: loop programs run in plain Python, looks happen when a test asks."""

import sys

import _legate
import pytest
import reference
from cunumeric._loops import _look, _rewrite


@pytest.fixture
def compiled(monkeypatch):
    """The loops compiled during the test, in order."""
    loops = []

    def compile_loop(program):
        loops.append(reference.Loop(program))
        return loops[-1]

    monkeypatch.setattr(_legate, "compile_loop", compile_loop, raising=False)
    monkeypatch.setattr(_look, "REMEMBERED", 0)  # Looks of the library's own find nothing to do.
    return loops


@pytest.fixture
def rewritten(compiled):
    """Rewrites a function as the look at a frame with these variables would; gives what stood in the way."""

    def rewrite(function, **names):
        new, _, _, reasons = _rewrite.rewritten(function.__code__, function.__globals__, names)
        if new is not None:
            function.__code__ = new
        return reasons

    return rewrite


@pytest.fixture
def native(monkeypatch):
    """Rewrites a function with native loops; gives the loops."""
    monkeypatch.setattr(_look, "REMEMBERED", 0)

    def rewrite(function, **names):
        new, entries, _, _ = _rewrite.rewritten(function.__code__, function.__globals__, names)
        if new is not None:
            function.__code__ = new
        return [entry.loop for entry in entries]

    return rewrite


@pytest.fixture
def looking(compiled, monkeypatch):
    """A look that a program calls itself, with nothing remembered from before; the library itself does not look."""
    _legate.set_loop_hook(None)
    monkeypatch.setattr(_look, "REMEMBERED", 2000)
    monkeypatch.setattr(_look, "_seen", {})
    monkeypatch.setattr(_look, "_done", {})
    yield _look.look
    _legate.set_loop_hook(_look.look)


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Makes modules of text, importable and with a file."""
    made = []

    def make(text, name=None):
        name = name or f"subject_{len(made)}_{tmp_path.name}"
        (tmp_path / f"{name}.py").write_text(text)
        monkeypatch.syspath_prepend(str(tmp_path))
        made.append(name)
        return __import__(name)

    yield make
    for name in made:
        sys.modules.pop(name, None)
