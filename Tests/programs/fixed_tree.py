"""Prints the bits of reductions over many lengths and types; run with different settings, the text must not change."""

import hashlib

import cunumeric as np

digest = hashlib.sha256()
for n in (1, 7, 100, 129, 255, 513, 1000, 3000, 4097, 9999, 20001, 70003):
    base = ((np.arange(n) * 7919 % 1013) - 500) / 317
    for kind in ("float32", "float64", "complex64", "complex128", "float16"):
        values = base.astype(kind)
        if kind.startswith("complex"):
            values = values + 1j * values[::-1]
        factors = (1 + base / 1000).astype(kind)
        for result in (values.sum(), factors.prod(), (values * factors).sum(), values.mean(), values[::-1].sum()):
            digest.update(np.asarray(result).tobytes())
        if n >= 1000:
            table = values[: n // 10 * 10].reshape(n // 10, 10)
            digest.update((table * 2).sum(axis=0).tobytes())
            digest.update((table * 2).sum(axis=1).tobytes())
            digest.update(table.T.prod(axis=0).tobytes())
print(digest.hexdigest())
