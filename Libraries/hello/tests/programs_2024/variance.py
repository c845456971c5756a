import cunumeric
import numpy as np
from legate.core import get_legate_runtime
from operations import iota, mean_and_variance, store_of

store = iota(4)
print("store", *mean_and_variance(store, 4))

array = cunumeric.arange(1, 5, dtype="float32")
print("array", *mean_and_variance(array, 4))

memory = np.array([2, 4, 4, 4, 5, 5, 7, 9], "float32")
attached = get_legate_runtime().create_store("float32", (8,))
attached.attach_external_allocation(memoryview(memory), True)
print("memory", *mean_and_variance(attached, 8))
memory[:] = 1
print("memory", *mean_and_variance(attached, 8))

allocation = iota(3).get_inline_allocation()
print("inline", allocation.consume(lambda shape, address, strides: (shape, address != 0, strides)))
