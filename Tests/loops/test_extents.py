"""Shapes that meet in a loop: extents that are the same, that are 1, that become 1, and arrays that are shared out."""

import pytest
from outcomes import counted, plain

# Bodies of a function of `n`.
BODIES = {
    "slices of one array": "for k in range(9):\n    a[1:-1, 1:-1] = 0.25 * (a[2:, 1:-1] + a[:-2, 1:-1] + a[1:-1, 2:] + a[1:-1, :-2])\n",
    "arrays of a slice's size": "w = np.arange(n - 2) / 8.0\nfor k in range(9):\n    b[1:-1] += w * b[2:] - w * b[:-2]\n",
    "a column and a row": "c, r = a[:, :1].copy(), a[:1].copy()\nfor k in range(9):\n    a += c * r - (r + c)\n",
    "a number as an array": "c = np.ones(1)\nfor k in range(9):\n    b = b * (c + 1.0) - b\n",
    "what becomes one": "for k in range(n - 1):\n    b[k:] = b[k:] * 0.5 + b[: n - k] * a[k, k:] + 1.0\n",
    "what becomes one beside more": "for k in range(n - 1, -1, -1):\n    b = b + a[k, : k + 1].sum() + a[k % 2] + b[k:][:1]\n",
    "one that grows": "s = 0.0\nfor k in range(1, n):\n    s = s + (b[:k] + b[:1] * b[k - 1]).sum()\nb = b + s\n",
    "one beside many, from the second iteration": "for k in range(4):\n    b = b + b[: max(1, n - k * n)]\n",
    "a mask": "for k in range(9):\n    a[a > 0.5 + k] = 0.0\n    a[1:] += a[:-1]\n",
    "a fold of an expression": "s = 0.0\nfor k in range(9):\n    s = s + np.sum(np.abs(a[1:] - a[:-1]))\n    a = a * 0.9 + s / (n * n)\n",
    "types of many kinds": "i, f = (a * 8).astype(np.int32), a.astype(np.float32)\nfor k in range(9):\n    i[1:] = i[1:] + i[:-1] % 7\n    f[1:] = np.sqrt(np.abs(f[:-1] * f[1:])) + i[:-1]\na = a + f + i\n",
}


START = "    a = np.arange(n * n).reshape(n, n) / (n * n)\n    b = np.arange(n) / n\n"


def text(body, package):
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"import {package} as np\ndef f(n):\n{START}{lines}    return a, b\n"


def result(function, n):
    """The elements, or the type and the text of the error."""
    try:
        return plain(function(n))
    except Exception as error:
        return type(error), str(error)


@pytest.mark.parametrize("n", [1, 2, 3, 40, 200, 256, 300])
@pytest.mark.parametrize("name", BODIES)
def test_same_elements(name, n, native, module):
    names = {}
    exec(compile(text(BODIES[name], "numpy"), "<numpy>", "exec"), names)
    expected = result(names["f"], n)
    function = module(text(BODIES[name], "cunumeric")).f
    loops = native(function)
    for _ in range(3):
        assert result(function, n) == expected
    # Few iterations are not worth it; large operations, and folds of large expressions, are a plan's.
    assert n < 4 or n == 300 or (n >= 200 and "fold" in name) or counted(loops) > 0, [loop.reason for loop in loops]
