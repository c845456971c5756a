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

# At rest: reductions and products that may run at once on all workers, or be recorded.
for n in (3000, 20001, 40000, 70003, 150000):
    base = ((np.arange(n) * 7919 % 1013) - 500) / 317
    for kind in ("float32", "float64", "complex128", "int64"):
        values = (base * 1000).astype(kind) if kind == "int64" else base.astype(kind)
        other = values[::-1].copy()
        boxes = values[: n // 60 * 60].reshape(n // 60, 12, 5).copy()
        wide = values[: n // 100 * 100].reshape(-1, n // 100).copy()
        tall = values[: n // 8 * 8].reshape(n // 8, 8).copy()
        for array in (values, other, boxes, wide, tall):
            bytes(array.data)
        results = [values.sum(), np.dot(values, other), np.vdot(other, values)]
        results += [boxes.sum(axis=k) for k in (0, 1, 2, (0, 1), (1, 2), (0, 2))]
        results += [wide.sum(axis=0), wide.sum(axis=1), wide.T.sum(axis=0), wide.sum(axis=1, keepdims=True)]
        results += [wide @ values[: n // 100], values[:100] @ wide, tall.T @ values[: len(tall)], tall.T @ tall]
        results += [wide @ wide.T, tall @ tall[:8], values[::2].sum(), values[3:].sum()]
        if not kind.startswith("complex"):
            results += [values.max(), wide.min(axis=0), boxes.max(axis=(1, 2)), tall.max(axis=0)]
        for result in results:
            digest.update(np.asarray(result).tobytes())
print(digest.hexdigest())
