# Promotion: result types of pairs, of Python scalars, of functions.
names = (
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 "
    "float16 float32 float64 complex64 complex128"
).split()
arrays = {name: np.array([1, 0, 1], dtype=name) for name in names}
for one in names:
    row = []
    for two in names:
        row.append(str((arrays[one] + arrays[two]).dtype))
    print(one, *row)
for one in names:
    a = arrays[one]
    kinds = [str((a + scalar).dtype) for scalar in (True, 1, 1.5, 2j, np.float32(1), np.int8(1))]
    kinds += [str((a * np.float64(2)).dtype), str((a / 2).dtype), str((a / a).dtype)]
    kinds += [str((a == a).dtype), str(a.sum().dtype), str(a.mean().dtype), str(a.prod().dtype)]
    kinds += [str(np.sqrt(a).dtype), str(np.abs(a).dtype), str(a.cumsum().dtype)]
    kinds += [str(a.max().dtype), str(a.argmax().dtype), str(np.where(a, a, 1).dtype)]
    print(one, *kinds)
for one in names[1:9]:
    a = arrays[one]
    print(one, (a // 2).dtype, (a % 2).dtype, (a**2).dtype)
    print(one, (a & 1).dtype, (a << 1).dtype, (-a).dtype, (~a).dtype)
    print(one, *[str((a // arrays[two]).dtype) for two in names[1:9]], np.exp(a).dtype)
show(np.array([250], np.uint8) + np.uint8(10), np.array([100], np.int8) * np.int8(2))
show(np.array([1, 2]) / 0, np.array([7, -7]) // np.array([2, 2]), np.array([7, -7]) % 3)
show(np.array([7.5, -7.5]) // 2, np.array([7.5, -7.5]) % 2, np.fmod([7, -7], 3))
show(np.array([True, True]) + True, np.array([True]) * 3, np.array([1], np.int8) + 1.0)
show(np.array([2**62]) * 4, np.array([2**63], np.uint64) + np.array([1], np.int64))
show(np.array(1, np.float32) + 1.0, np.array(1, np.int8) + np.array([1], np.int16))
show(np.array([0.1], np.float32) == 0.1, np.array([0.1], np.float32) == np.float64(0.1))
show(np.concatenate([np.array([1], np.int8), np.array([1.0], np.float32)]))
show(np.array([1.9, -1.9]).astype(int), np.array([300, -1]).astype(np.uint8))
show(np.array([0, 2]).astype(bool))
show(np.result_type(np.int8, np.uint8), np.promote_types("f4", "i8"))
show(np.can_cast(np.int64, np.int32))
show(np.array([1 + 2j]).real, np.abs(np.array([3 + 4j], np.complex64)), np.array([1j]) * 1j)
raises(lambda: np.array([1], np.uint8) + 300)
raises(lambda: np.array([1], np.uint8) + (-1))
x = np.array([1, 2, 3])
raises(lambda: x.__iadd__(0.5))
raises(lambda: np.array([True]) - np.array([True]))
raises(lambda: -np.array([True]))
raises(lambda: np.array([2]) ** -1)
