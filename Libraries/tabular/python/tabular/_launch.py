"""Launches of the library's tasks, with arrays of ``cunumeric`` in and out."""

from legate.core import ADD, MAX, MIN, as_store, get_legate_runtime, load_library, min_extents

library = load_library("tabular", __file__)
_runtime = get_legate_runtime()
_KINDS = {"count": ADD, "add": ADD, "binned": ADD, "weighed": ADD, "lowest": MIN, "highest": MAX}
_SMALL = 16_384


def array(value):
    """The array of whatever is one, without a copy where it is a store."""
    return as_store(value).array


def launch(task, inputs=(), outputs=(), scalars=()):
    """Records a launch."""
    call = _runtime.create_auto_task(library, task)
    for value in inputs:
        call.add_input(value)
    for value in outputs:
        call.add_output(value)
    for value in scalars:
        call.add_scalar_arg(value)
    call.execute()


def unbound(task, inputs, *types):
    """Outputs whose lengths the task decides: one array, or several."""
    stores = [_runtime.create_store(kind, ndim=1) for kind in types]
    launch(task, inputs, stores)
    return stores[0].array if len(stores) == 1 else tuple(store.array for store in stores)


def reduced(task, inputs, count, kind, start=0, scalars=()):
    """``count`` elements to which all rows contribute."""
    result = _runtime.create_store(kind, (count,))
    result.fill(start)
    call = _runtime.create_auto_task(library, task)
    rows = [call.add_input(value) for value in inputs][0]
    call.add_reduction(result, _KINDS[task])
    for value in scalars:
        call.add_scalar_arg(value)
    if count > _SMALL:
        # Every tile has an accumulator of its own: together they are no larger than the rows.
        call.add_constraint(min_extents(rows, (count,)))
    call.execute()
    return result.array
