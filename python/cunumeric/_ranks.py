"""What the ranks of one program tell each other outside of arrays: values, errors, whose turn it is.

Every rank makes the same calls in the same order. Nothing here is used with one rank.
"""

import pickle

import _legate

rank = _legate.rank()
count = _legate.rank_count()


def gather(value):
    """Every rank's value, in the order of ranks."""
    return [pickle.loads(part) for part in _legate.all_gather(pickle.dumps(value))]


def from_root(make):
    """What ``make()`` gives on rank 0; where it fails there, it fails everywhere."""
    return gather(agree(lambda: make() if rank == 0 else None))[0]


def agree(action):
    """Runs an action on every rank; where it fails on one, all raise the error of the first that failed."""
    result = error = None
    try:
        result = action()
    except Exception as raised:
        error = raised
    found = next((e for e in gather(_portable(error)) if e is not None), None)
    if found is None:
        return result
    try:
        raise found
    finally:
        # An error that its own frame holds would keep alive what the call was given.
        error = found = None


def on_root(action):
    """Runs an action on rank 0 only; the others wait for it and raise what it raised."""
    return agree(lambda: action() if rank == 0 else None)


def _portable(error):
    """The error as another process can have it."""
    if error is None:
        return None
    try:
        if type(pickle.loads(pickle.dumps(error))) is type(error):
            return error
    except Exception:
        pass
    return RuntimeError(f"{type(error).__name__}: {error}")
