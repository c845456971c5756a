"""Task creation, scalar arguments, alignment, reductions, manual launches, the data interface: all in the style of 2024."""

import struct

import legate.core.types as types
import numpy as np
from legate.core import Rect, Store, get_legate_runtime

from library import HelloOpCode, user_context


def print_hello(message):
    task = user_context.create_manual_task(HelloOpCode.HELLO_WORLD, launch_domain=Rect([1]))
    task.add_scalar_arg(message, types.string)
    task.execute()


def print_hellos(message, n):
    task = user_context.create_manual_task(HelloOpCode.HELLO_WORLD, launch_domain=Rect(lo=[0], hi=[n]))
    task.add_scalar_arg(message, types.string)
    task.execute()


def store_of(value):
    if isinstance(value, Store):
        return value
    data = value.__legate_data_interface__["data"]
    field = next(iter(data))
    mask, store = data[field].stores()
    assert mask is None
    return store


def to_scalar(store):
    buffer = store.storage.get_buffer(np.float32().itemsize)
    return float(np.frombuffer(buffer, dtype=np.float32, count=1)[0])


def zero():
    buffer = struct.pack("f", 0.0)
    future = get_legate_runtime().create_future(buffer, len(buffer))
    return user_context.create_store(types.float32, shape=(1,), data=future, optimize_scalar=True)


def iota(size):
    output = user_context.create_store(types.float32, shape=(size,), optimize_scalar=True)
    task = user_context.create_auto_task(HelloOpCode.IOTA)
    task.add_output(output)
    task.execute()
    return output


def total(value):
    output = zero()
    task = user_context.create_auto_task(HelloOpCode.SUM)
    task.add_input(store_of(value))
    task.add_reduction(output, types.ReductionOp.ADD)
    task.execute()
    return output


def square(value):
    store = store_of(value)
    output = user_context.create_store(store.type, shape=store.shape, optimize_scalar=True)
    task = user_context.create_auto_task(HelloOpCode.SQUARE)
    task.add_input(store)
    task.add_output(output)
    task.add_alignment(store, output)
    task.execute()
    return output


def mean_and_variance(value, n):
    mean = to_scalar(total(value)) / n
    return mean, to_scalar(total(square(value))) / n - mean * mean
