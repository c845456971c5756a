# Behaviour as an object: iteration, truth, Python scalars, copies, pickles, buffers, protocols.
import copy
import io
import math
import pickle

import numpy

a = np.arange(6).reshape(2, 3)
show(len(a), [row.tolist() for row in a], list(np.arange(3)), [int(x) for x in a.flat], a.tolist())
show(a.shape, a.ndim, a.size, a.itemsize, a.nbytes, str(a.dtype), a.dtype == np.int64, a.T.shape)
show(bool(np.array(3)), bool(np.array([0])), bool(a.sum()), float(np.array(2)))
show(int(np.array([7])[0]))
show(complex(np.array(1j)), np.array(3).__index__(), [10, 20, 30][np.array(1)], range(a.sum())[3])
show(3 in a, 99 in a, 2.0 in a, a.item(2), a[1, 1].item(), type(a.item(0)).__name__)
show(type(a.tolist()[0][0]).__name__)
first, second = a
show(first, second, max(np.arange(4)), sum(np.arange(4)), sorted(np.array([3, 1, 2])), min(a[0]))
pickled = pickle.loads(pickle.dumps(a))
for duplicate in (a.copy(), copy.copy(a), copy.deepcopy(a), pickled, np.array(a)):
    duplicate[0, 0] = 50
    show(duplicate, type(duplicate) is type(a))
show(a, pickle.loads(pickle.dumps(a[:, ::-2].T)), pickle.loads(pickle.dumps(a.sum())))
view = memoryview(a)
show(view.shape, view.format, view.tolist(), bytes(np.arange(3, dtype=np.uint8)))
show(a.tobytes() == bytes(a.data))
host = numpy.asarray(a)
show(type(host) is numpy.ndarray, host, host.sum(), numpy.array(a[::-1, 1:]))
show(numpy.asarray(a, dtype=float))
show(numpy.add(a, 1), numpy.sqrt(a.astype(float)).shape, numpy.concatenate([a, a]).shape)
show(numpy.sum(a, axis=0))
show(host + a, a + host, (host == a).all(), numpy.float64(2) * a, 2 * a, a * numpy.int8(2))
show(type(numpy.ones((2, 3)) + a) is type(a), type(a + numpy.ones((2, 3))) is type(a))
interface = a.__array_interface__
show(interface["shape"], interface["typestr"], interface["version"], len(interface["data"]))
show(numpy.from_dlpack(a), a.__dlpack_device__()[0] == 1)
np.save(buffer := io.BytesIO(), a)
buffer.seek(0)
show(np.load(buffer), np.array_equal(a, host), np.allclose(a, a + 1e-12))
show(np.isclose([1.0, 2], [1, 3]))
show(a.astype(float), a.astype("f4").dtype, a.astype(bool), a.view(np.uint64).dtype)
show(a.astype(int, copy=False) is a)
show(isinstance(a, np.ndarray), isinstance(np.zeros(2), np.ndarray), np.ndim(3), np.shape([[1, 2]]))
show(np.size([1, 2]))
show(np.isscalar(3), np.isscalar(a), np.iterable(a), callable(a.sum), a.flags.writeable)
show(a.flags.owndata)
show(a.fill(4), a, a.sum().dtype, (a == 4).all() == True, a is a[:], a[:] is a)
show(np.shares_memory(a, a[:1]))
x = np.arange(3.0)
y = x
y += 1
show(x, y is x, x.max() > 2, x[0] == 1, 1 if x[0] else 0, not x.any(), x.any() and x.all())
show({"a": 1}.get(int(x[0])), "abc"[int(x[1])], [0] * int(x.sum()), f"{x[0]:.1f}")
show(round(float(x[1])))
show(math.sqrt(x[2] + 1), math.floor(x[1]), x[0] + 1, 1 + x[0], x[1] * x, -x[0], abs(-x[0]))
show(x[1] ** 2, x[1] // 2, divmod(x[2], 2))
show(hash(float(x[0])) == hash(1.0), {int(v) for v in x}, dict(zip("abc", x.tolist())))
show(list(enumerate(x.tolist())), list(zip(x, x[::-1])))
show(list(np.ndindex(2, 2)), [(i, int(v)) for i, v in np.ndenumerate(np.arange(2))])
show(list(map(float, x)), [*x])
