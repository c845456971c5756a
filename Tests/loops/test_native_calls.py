"""What bodies of loops may say natively: each runs so, with the bits that single calls give."""

import pytest
from outcomes import plain

HEAD = "import cunumeric as np\n"
START = (
    "    v, w, g = np.linspace(-1.0, 2.0, 7), np.arange(7.0) * 0.3, np.arange(12.0).reshape(3, 4) / 7\n"
    "    i, h, b = np.arange(7, dtype=np.int32), np.arange(-3, 4, dtype=np.int8), np.arange(7) % 3 == 0\n"
    "    f, s, t, n = np.ones(5, dtype=np.float32) / 3, 0.5, 0.0, 0\n"
)
BODIES = {
    "norm": "w = w + np.linalg.norm(v) * k\nt = np.linalg.norm(g)",
    "norm of rows, of float32, of integers": "t = np.linalg.norm(g[1:, ::2])\nn = np.linalg.norm(f * k)\ns = np.linalg.norm(i)",
    "sums of short integers": "i = i + k\ns = i.sum()\nh += 1\nt = h.sum() + np.sum(h)\nw = w + s",
    "sums of truth values": "n = (v > k * 0.1).sum()\nt = np.sum(b)\nw = w * n",
    "sums along axes": "t = (g > k * 0.1).sum(axis=0)\ns = (g > 0.5).sum(axis=1, keepdims=True)\nw[:4] += t",
    "folds of several axes": "c = g[:, :, np.newaxis] * v - 0.1 * k\ns = c.sum(axis=(1, 2))\nt = np.max(c, (-2, 0), keepdims=True)\n"
    "n = (c > 0).any(axis=(0, 1))\nf = c.mean(axis=(2, 1))\ni = np.sum(c > 0, axis=(2, 0, 1))\nh = c.min(axis=(1,))\n"
    "b = (c * f[0]).sum((0, 1))",
    "any and all of numbers": "w = w + 1\nt = w.any()\ns = np.all(v)\nn = i.any()",
    "min and max of equal floats": "t = min(s * 0.0, -s * 0.0)\ns = max(-0.0, 0.0) + min(1.0, np.nan) * k\nw[k], v[k] = t, s",
    "min and max of floats": "t = min(0.3, s * k, t)\ns = max(s, t, 0.1)\nw = w * s",
    "concatenate": "v = np.concatenate((v[1:], w[:1]))\nw = w + 1\ng = np.concatenate([g[1:], g[:1] * k])",
    "concatenate along the last axis": "g = np.concatenate((g[:, 1:], g[:, :1]), axis=-1)",
    "concatenate of types": "t = np.concatenate((i, v, b))\nw = w + t[0]",
    "append": "v = np.append(v, k * 0.5)\nt = np.append(i, s)\ni = np.append(i, [k, 2])\nn = np.append(v, w)",
    "a mask": "v[v > 0.5] = k\nw[b] = 0.25\ng[g < 0.1 * k] = -1",
    "a mask of what is written": "v[v[::-1] > 0.5] = v[0] + k\nv = v + 0.1",
    "an update behind a mask": "w[w > 1.0] -= 0.5\nv[~b] *= 2\ng[g > v[0]] += k\ni[i > 3] //= 2",
    "a mask of a view": "g[1:][g[1:] > 0.2 * k] = 0\ng = g + 0.05",
    "a mask of no element": "v[v > 100.0] = 3.0\nw[w > -1.0] += 1",
    "fill": "t = w + 1\nw.fill(k)\nw = w + t * 0.5",
    "elements of wider integers": "h[k] = i[k]\nh[0] = h.sum() % 7\ni[k] = h.sum() * 2\nh[1:3] = i[0] - k",
    "outputs by place": "np.add(v, w, v)\nt = v + 1\nnp.multiply(v, 0.5, v)\ns = t * 2",
}


def text(body):
    inside = "".join(f"        {line}\n" for line in body.splitlines())
    return f"{HEAD}def f():\n{START}    for k in range(6):\n{inside}    return v, w, g, i, h, b, f, s, t, n, k\n"


def bits(values):
    import numpy

    return [(plain(value), numpy.asarray(value).tobytes(), type(value)) for value in values]


@pytest.mark.parametrize("what", BODIES)
def test_runs_natively(what, module, native):
    subject = module(text(BODIES[what]))
    expected = bits(subject.f())
    (loop,) = native(subject.f)
    for _ in range(2):
        assert bits(subject.f()) == expected
    assert loop.runs >= 2, loop.reason


REFUSED = {
    "axes that are no neighbours": "c = np.arange(60.0).reshape(3, 4, 5) + k\nw[:4] = c.sum(axis=(0, 2))",
    "an axis that is named twice": "w = w + g.sum(axis=(0, 0))",
    "several axes of places": "w = w + g.argmax(axis=(0, 1))",
    "several values behind a mask": "v[b] = w[b]",
    "an update by a whole array behind a mask": "v[v > 9] += w",
    "a mask of another shape": "g[g[0] > 9] = 1",
    "a sum that a short integer does not hold": "h[k] = h.sum() * 40 + 200",
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_done_natively(what, module, native):
    """It is Python's, with Python's results and errors."""
    subject = module(text(REFUSED[what]))

    def outcome():
        try:
            return bits(subject.f())
        except Exception as error:
            return str(error)

    expected = outcome()
    (loop,) = native(subject.f)
    assert outcome() == expected and loop.runs == 0


@pytest.mark.parametrize("length", [1, 5, 6, 8])
def test_a_mask_of_another_length(length, module, native):
    subject = module(f"{HEAD}def f(m):\n    v = np.arange(6.0)\n    for k in range(5):\n        v[m] = k\n    return v\n")
    (loop,) = native(subject.f, m=subject.np.zeros(6, dtype=bool))
    mask = subject.np.arange(length) % 2 == 0
    if length == 6:
        assert subject.f(mask).tolist() == [4, 1, 4, 3, 4, 5] and loop.runs == 1
    else:
        with pytest.raises(IndexError):
            subject.f(mask)
        assert loop.runs == 0


TAKEN_BACK = {
    "arrays written into": "v[1:] = v[:-1] + k\nw += v\ng[:, 1] = k\ng[1, ::2] -= 1",
    "parts of several arrays": "w += 1\nv[1:6] = w[1:6] + k\ng[2] = k\ng[0, 1:3] += 1\ng[1] *= 2\nv[5:] = 1\nv[:2] = -k\nw[0] = k",
    "elements": "for j in range(6):\n    v[j] = v[j + 1] * 0.5 + k\n    g[j % 3, j % 4] += 1",
    "arrays that are bound anew": "v, w = w + 1, v\nt = v\nt += k",
    "arrays of which there are views": "t = v[::2]\nt *= 0.5\nw = v[1:]\nw[:3] += k\nw = w[::-1].copy()\nw = np.concatenate((w, w[:1]))",
    "what the loop made": "w = np.zeros(7)\nw[k] = 1\nv = v + w\nv[0] = k\nn = n + 1",
    "masks and fill": "v[v > 1] -= 0.5\nw.fill(k)\nnp.add(g, 1, out=g)",
    "many temporaries": "".join(f"a{m} = v * {m} + k\nw = w + a{m}[{m}]\n" for m in range(7)) + "v = a6 - a5",
}
ENDS = ("if v.sum() + g.sum() > 0 and k >= {last}:\n    break", "if k > {last} - 1 and not w.sum() < -1e9:\n    n = int(str(k))")


@pytest.mark.parametrize("end", range(2))
@pytest.mark.parametrize("what", TAKEN_BACK)
def test_an_iteration_that_elements_take_back(what, end, module, native):
    """It is put back as it was, and done by Python once more, wherever it is in the loop."""
    for last in (1, 3, 5):
        body = f"{TAKEN_BACK[what]}\n{ENDS[end].format(last=last)}\ng = g * 1.5 if k > 2 else g * 0.5"
        body = body.replace("g = g * 1.5 if k > 2 else g * 0.5", "g *= 0.75")
        subject = module(text(body), f"taken_back_{end}_{last}")
        expected = bits(subject.f())
        (loop, *_) = native(subject.f)
        assert bits(subject.f()) == expected, last
        assert loop.runs >= 1, loop.reason


# Types of an array and of what is stored in it -> numbers that it holds, and one that it does not.
NARROWED = {
    ("int8", "int64"): ([127, -128, 0, 5, -1], [128, -129, 256, 300, -(2**63), 2**32]),
    ("int8", "int16"): ([127, -128], [128, -129, 255]),
    ("int32", "int64"): ([2**31 - 1, -(2**31)], [2**31, -(2**31) - 1, 2**32]),
    ("uint8", "int64"): ([255, 0, 128], [-1, 256, -256, 2**32]),
    ("uint8", "int8"): ([127, 0], [-1, -128]),
    ("uint64", "int8"): ([127, 0], [-1]),
    ("uint64", "int64"): ([2**63 - 1, 0], [-1, -(2**63)]),
    ("int8", "uint8"): ([127, 0], [128, 255]),
    ("int64", "uint64"): ([2**63 - 1, 0], [2**63, 2**64 - 1]),
    ("int16", "uint32"): ([2**15 - 1, 0], [2**15, 2**16, 2**32 - 1]),
    ("uint16", "uint32"): ([2**16 - 1, 0], [2**16, 2**32 - 1]),
}


@pytest.mark.parametrize("types", NARROWED, ids="<-".join)
def test_elements_of_wider_integers(types, module, native):
    """What fits is stored natively; the iteration that stores what does not is Python's: signed types refuse it, others cut it."""
    narrow, wide = types
    held, others = NARROWED[types]
    subject = module(
        f"{HEAD}def f(numbers, left):\n"
        f"    h, v = np.zeros(8, dtype='{narrow}'), np.array(numbers, dtype='{wide}')\n"
        "    left.append(h)\n"
        "    w = np.zeros(3)\n"
        "    left.append(w)\n"
        "    for k in range(8):\n"
        "        w += k\n"
        "        h[k] = v[k]\n"
        "    return h\n"
    )
    fitting = (held * 8)[:8]

    def outcome(numbers):
        left = []
        try:
            return bits([subject.f(numbers, left), left[1]])
        except OverflowError as error:
            return str(error), error.__traceback__.tb_next.tb_lineno, bits(left)

    cases = [fitting, *([*fitting[:5], other, *fitting[6:]] for other in others)]
    expected = [outcome(numbers) for numbers in cases]
    (loop,) = native(subject.f)
    assert [outcome(numbers) for numbers in cases] == expected
    assert loop.runs == len(cases), loop.reason
    assert all((len(case) == 3) == (narrow[0] == "i") for case in expected[1:]), expected


def test_an_element_of_a_wider_integer_in_the_first_iteration(module, native):
    subject = module(text("h[k] = i[k] + 200"))
    with pytest.raises(OverflowError):
        subject.f()
    (loop,) = native(subject.f)
    with pytest.raises(OverflowError):
        subject.f()
    assert loop.runs == 0


WIDE = HEAD + """def f(n):
    a, b = np.arange(n) % 3 == 0, np.arange(n) % 5 == 1
    for k in range(5):
        a[1:] |= a[:-1] & b[1:]
        b = b ^ a
    return a, b
"""
FOLDED = HEAD + """def f(n):
    a = np.arange(n) % 3 == 0
    m = np.arange(6)
    for k in range(5):
        m = m + np.sum(a & (m[k] < 1))
    return m
"""
ASKED = FOLDED.replace("np.sum", "np.any")


@pytest.mark.parametrize("text, most", [(WIDE, 1 << 19), (FOLDED, 1 << 15), (ASKED, 1 << 18)])
def test_narrow_elements_count_by_their_bytes(text, most, module, native):
    """As many truth values belong to a loop as take the bytes of the most doubles; those that are summed are wider."""
    subject = module(text)
    for n in (most, most + 1):
        expected = bits(subject.f(n))
        (loop,) = native(subject.f)
        assert bits(subject.f(n)) == expected
        assert (loop.runs > 0) == (n == most), loop.reason
