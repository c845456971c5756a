"""Sums over axes, products, counts, trees and tiles; the bodies are Python functions here."""

import legate.core.types as types
import numpy as np
from legate.core import ADD, InputStore, OutputStore, Rect, ReductionStore, TaskContext, get_legate_runtime, task

runtime = get_legate_runtime()
context = runtime.create_library("reduction")


def body(function):
    task(library=context)(function).complete_registration()


@body
def multiply(a: InputStore, b: InputStore, c: OutputStore):
    c[...] = a * b


@body
def sum_over_axis(a: InputStore, s: ReductionStore[ADD]):
    s[:, 0] += a.sum(axis=1)


@body
def matmul(a: InputStore, b: InputStore, c: ReductionStore[ADD]):
    c[:, 0, :] += np.einsum("ikn,ikn->in", a, b)


@body
def bincount(x: InputStore, counts: ReductionStore[ADD]):
    counts += np.bincount(x, minlength=len(counts)).astype(counts.dtype)


@body
def unique(x: InputStore, found: OutputStore):
    return np.unique(x)


@body
def numbered(tile: TaskContext, y: OutputStore):
    y[...] = 10 * tile.task_index[0] + tile.task_index[1]


def store(values):
    values = np.asarray(values)
    result = context.create_store(values.dtype, values.shape)
    result.attach_external_allocation(memoryview(np.ascontiguousarray(values)).cast("B"), False)
    return result


a, b = store(np.arange(12.0).reshape(3, 4)), store(np.arange(8.0).reshape(4, 2))

c = context.create_store(types.float64, (3, 4))
launch = context.create_auto_task("multiply")
x, y, z = launch.add_input(a), launch.add_input(a), launch.add_output(c)
launch.add_constraint(x == y)
launch.add_constraint(y == z)
launch.execute()
print("multiply", c.to_numpy().tolist())

s = context.create_store(types.float64, (3,))
context.issue_fill(s, context.create_store(types.float64, (), data=0.0))
launch = context.create_auto_task("sum_over_axis")
launch.add_input(a)
promoted = s.promote(1, 4)
launch.add_reduction(promoted, types.ReductionOp.ADD)
launch.add_alignment(a, promoted)
launch.execute()
print("sum_over_axis", s.to_numpy().tolist())

product = context.create_store(types.float64, (3, 2))
product.fill(0)
launch = context.create_auto_task("matmul")
stores = a.promote(2, 2), b.promote(0, 3), product.promote(1, 4)
launch.add_input(stores[0])
launch.add_input(stores[1])
launch.add_reduction(stores[2], types.ReductionOp.ADD)
launch.add_alignment(stores[0], stores[1])
launch.add_alignment(stores[0], stores[2])
launch.execute()
print("matmul", product.to_numpy().tolist())

counts = context.create_store(types.uint64, (5,))
counts.fill(0)
numbers = store([1, 3, 3, 4, 1, 3])
launch = context.create_auto_task("bincount")
launch.add_input(numbers)
launch.add_reduction(counts, types.ReductionOp.ADD)
launch.add_broadcast(counts)
launch.execute()
print("bincount", counts.to_numpy().tolist())

found = context.create_store(types.int64, ndim=1)
launch = context.create_auto_task("unique")
launch.add_input(numbers)
launch.add_output(found)
launch.execute()
print("unique", found.to_numpy().tolist(), found.shape)

grid = context.create_store(types.int64, (4, 6))
launch = context.create_manual_task("numbered", Rect([2, 3]))
launch.add_output(grid.partition_by_tiling((2, 2)))
launch.execute()
print("numbered", grid.to_numpy().tolist())

copy = context.create_copy()
target = context.create_store(types.int64, (3,))
copy.add_input(numbers)
copy.add_source_indirect(store([5, 0, 3]))
copy.add_output(target)
copy.execute()
print("gather", target.to_numpy().tolist())
