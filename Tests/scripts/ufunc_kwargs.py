# Ufuncs: out=, where=, dtype=, casting=, several outputs, methods, plain lists.
a, b = np.arange(5), np.array([5, 4, 3, 2, 1])
out = np.zeros(5, dtype=int)
show(np.add(a, b, out=out) is out, out, np.add(a, b, out), np.multiply(a, 2, out=(out,)))
show(np.add(a, b, where=[True, False, True, False, True], out=np.full(5, -1)))
show(np.sqrt(np.array([4.0, -1, 9]), where=np.array([True, False, True]), out=np.zeros(3)))
show(np.divide(a, b, out=np.full(5, 9.0), where=a > 2), np.add(a, b, dtype=np.float32))
show(np.add(a, 1.7, out=out, casting="unsafe"), np.add(a, b, dtype=complex), np.multiply(a, b, dtype="i2"))
show(np.add([1, 2], (3, 4)), np.add(1, 2), np.sin(0), np.maximum(3, [1, 5]), np.power(2, [1, 2, 3]))
raises(lambda: np.add(a, 1.5, out=out))
raises(lambda: np.add(a, b, out=np.zeros(4)), "(4,)")
raises(lambda: np.add(a, np.zeros(3)), "(5,)", "(3,)")
raises(lambda: np.add(1))
raises(lambda: np.bitwise_and(a, 1.5))
show(np.modf([1.5, -2.25]), np.frexp([8.0, 0.3]), np.divmod([7, -7], 3), np.ldexp([1.0, 2], [3, 2]))
x = np.array([0.25, 0.5, 1.0, 2.0])
for name in "exp log sqrt sin cos tan arctan sinh cosh tanh log2 log10 log1p expm1 cbrt exp2".split():
    show(getattr(np, name)(x), digits=10)
for name in "floor ceil rint trunc sign negative absolute square reciprocal fabs".split():
    show(getattr(np, name)(np.array([-1.5, -0.5, 0.5, 2.5])))
for name in "equal not_equal less less_equal greater greater_equal".split():
    show(getattr(np, name)(a, b), getattr(np, name)(a, 2))
for name in "logical_and logical_or logical_xor maximum minimum fmax fmin".split():
    show(getattr(np, name)(a, b))
for name in "bitwise_and bitwise_or bitwise_xor left_shift right_shift gcd lcm".split():
    show(getattr(np, name)(a, b))
for name in "arctan2 hypot logaddexp logaddexp2 power copysign float_power".split():
    show(getattr(np, name)(x, x[::-1]), digits=10)
show(np.invert(a), np.logical_not(a), np.isnan([1, np.nan]), np.isinf([np.inf, 1]), np.isfinite([np.nan, 1]))
show(np.signbit([-0.0, 0.0, -1]), np.nextafter(1.0, 2.0) > 1, np.spacing(1.0), np.heaviside([-1, 0, 1.0], 0.5))
show(np.clip(a, 1, 3), a.clip(2), a.clip(max=2), np.clip(x, 0.3, 1.5), np.round([0.5, 1.5, 2.567], 1))
show(np.around(2.5), np.fix([-1.5, 1.5]), np.nan_to_num([np.nan, np.inf, 1.0]), np.deg2rad(180.0))
show(np.add.outer([1, 2], [10, 20]), np.multiply.outer(a[:2], b[:3]), np.add.reduceat(a, [0, 2]))
c = np.zeros(3, dtype=int)
np.add.at(c, [0, 0, 2], 1)
show(c, np.add.nin, np.add.nout, np.add.identity, np.add.__name__, np.add.types[:2])
show(np.conj([1 + 2j]), np.angle([1j]), np.real([1 + 2j]), np.imag(3), np.isreal([1, 1j]), np.iscomplexobj(x))
show(a == None, a == "text", (a > 1) & (b > 1), ~(a > 1), -a, +a, abs(-a), a @ b, a**2, 2**a, divmod(b, 2))
