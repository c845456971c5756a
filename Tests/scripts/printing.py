# Printing: str and repr of arrays and of 0-d results, formatting.
for value in (
    np.arange(5), np.arange(3.0), np.array([1.5, 2.25]), np.array([[1, 2], [3, 4]]), np.array([]),
    np.array(5), np.array(2.5), np.array(True), np.array([True, False]), np.array([1 + 2j, 3]),
    np.zeros((2, 0)), np.arange(24).reshape(2, 3, 4), np.array([1e10, 1e-10]),
    np.array([np.nan, np.inf]),
    np.arange(3, dtype=np.int8), np.ones(2, np.float32), np.array([0.1, 0.2], np.float16),
    np.arange(2000), np.arange(10000).reshape(100, 100), np.array([-0.0, 1 / 3]),
    np.array([1e300, 1.0]),
    np.array([123456789.123, 0.001]), np.array([1, 22, 333]), np.array([[1.5], [100.25]]),
    np.array([1, 2], np.uint64), np.array([1j], np.complex64), np.full((3, 3), 0.1),
    np.linspace(0, 1, 11),
):
    print(value)
    print(repr(value))
a = np.arange(1, 7, dtype=float)
total, mean, first, count = a.sum(), a.mean(), a[0], (a > 2).sum()
print(total, mean, first, count, a.max(), a.argmax(), a.std(), (a > 2).any(), a.dot(a))
print(f"{total} {mean:.3f} {first:8.2f} {count:d} {count:5d}")
print(f"{total:e} {mean:g} {total!s} {count:>4}|")
print("%d %.2f %s %5.1f" % (count, mean, total, first), "{} {:.1f}".format(total, mean))
print(repr(total), repr(count), repr((a > 2).any()), repr(a.astype(np.float32).sum()))
print(str(a[2]), [a[0], a[1]], (a.sum(),), {"key": a.max()})
print(round(total, 1), round(mean, 2), np.round(mean, 1))
print(np.array2string(a, precision=2), np.array_repr(a[:2]))
angled = {"float": lambda x: f"<{x:.1f}>"}
print(np.array2string(np.array([1.23456789, 2]), separator=", ", formatter=angled))
with np.printoptions(precision=3, suppress=True):
    print(np.array([1 / 3, 1e-9, 123.456789]))
np.set_printoptions(threshold=5, edgeitems=2)
print(np.arange(20), np.arange(40).reshape(8, 5))
np.set_printoptions(threshold=1000, edgeitems=3)
print(a[::-1], a[::2].reshape(3, 1), a.reshape(2, 3).T, a[a > 3])
print(np.float64(1.5), np.int8(3), np.bool_(True), repr(np.float32(0.1)),)
print(a.dtype, repr(a.dtype), a.shape)
print(np.array(["a", "bc"]), np.array([None, 1]))
print(np.format_float_positional(0.1 + 0.2), np.base_repr(10, 2), np.binary_repr(5, 8))
