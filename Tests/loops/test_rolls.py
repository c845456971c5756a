"""`roll` in a loop: read in pieces where it is an operand, copied where it is more."""

import pytest
from outcomes import counted, plain
from test_extents import text

# Bodies of a function of `n`.
BODIES = {
    "neighbours of a periodic grid": "for k in range(9):\n    a = a + 0.1 * (np.roll(a, 1, axis=0) + np.roll(a, -1, 0) + np.roll(a, 1, 1) + np.roll(a, -1, axis=1) - 4.0 * a)\n",
    "diagonal neighbours": "for k in range(9):\n    a = 0.5 * a + 0.25 * (np.roll(np.roll(a, 1, axis=0), 1, axis=1) + np.roll(np.roll(a, -1, 0), 2, 1))\n",
    "several axes at once": "for k in range(9):\n    a = a * 0.5 + np.roll(a, (1, -2), axis=(0, 1)) - np.roll(a, (2, 3), (0, 0)) * 0.1\n",
    "one distance along two axes": "for k in range(9):\n    a = a * 0.5 + np.roll(a, 2, axis=(0, 1))\n",
    "three distances": "for k in range(9):\n    b = np.roll(b, 1) + np.roll(b, 2) * 0.5 - np.roll(b, -3) + b\n    b /= 3.0\n",
    "rolled twice by distances that meet": "for k in range(9):\n    b = np.roll(np.roll(b, 1), -1) + np.roll(np.roll(b, 2), 3) - b\n",
    "a distance that grows": "for k in range(9):\n    b = b * 0.5 + np.roll(b, k) - np.roll(b, -2 * k)\n",
    "far distances": "for k in range(9):\n    b = b * 0.5 + np.roll(b, 1000003 * k) - np.roll(b, -7 * n)\n",
    "into itself": "for k in range(9):\n    b[:] = np.roll(b, 1)\n    a[:] = np.roll(a, 1, axis=0) - 0.5 * np.roll(a, 1, axis=1)\n",
    "in place": "for k in range(9):\n    b += np.roll(b, 1) * 0.5\n    a *= np.roll(a, 1, axis=1)\n",
    "a part of a roll": "for k in range(9):\n    b[1:] = np.roll(b, 1)[1:] * 0.5 + b[:-1]\n    a[0] = np.roll(a, -1, axis=0)[0]\n",
    "a roll of a part": "for k in range(9):\n    b[1:] = np.roll(b[1:], 1) * 0.5\n    a[:, 0] = np.roll(a[0], 1) + np.roll(a[:, 0], 1)\n",
    "a roll of an expression": "for k in range(9):\n    b = np.roll(b * 0.5 + 1.0, 1) - np.roll(b * b, -1) * 0.1\n",
    "under names": "for k in range(9):\n    left, right = np.roll(b, 1), np.roll(b, -1)\n    b = left - right + left * 0.1\n",
    "folded": "s = 0.0\nfor k in range(9):\n    s = s + np.sum(np.roll(b, 1) * b) + np.roll(b, 2).max()\n    b = b * 0.9\nb = b + s\n",
    "broadcast": "for k in range(9):\n    a = a * 0.5 + np.roll(b, 1) - np.roll(a, 1, axis=0) * np.roll(b, -1)\n",
    "beside a column": "c = b.reshape(n, 1) * 1.0\nfor k in range(9):\n    a = a * 0.5 + np.roll(c, 1, axis=0) - np.roll(c, 1, axis=1)\n",
    "masks and types": "i = (a * 8).astype(np.int32)\nfor k in range(9):\n    i = np.where(np.roll(i, 1, axis=0) > 3, np.roll(i, -1, axis=1), i + 1) % 9\na = a + i\n",
    "complex numbers": "z = a + 1j\nfor k in range(9):\n    z = z * 0.5 + np.roll(z, 1, axis=1) * 0.25j\na = z.real + z.imag\n",
    "beside what is written": "c = b * 1.0\nfor k in range(9):\n    b[0] = k\n    c = np.roll(b, 1) + c * 0.5\n    b[-1] = c[0]\n",
}


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 40, 48, 200])
@pytest.mark.parametrize("name", BODIES)
def test_same_elements(name, n, native, module):
    names = {}
    exec(compile(text(BODIES[name], "numpy"), "<numpy>", "exec"), names)
    expected = plain(names["f"](n))
    function = module(text(BODIES[name], "cunumeric")).f
    loops = native(function)
    for _ in range(3):
        assert plain(function(n)) == expected
    # An axis without points has no place to come round to: the program goes on there.
    assert counted(loops) > 0 or n == 1 and "part" in name, [loop.reason for loop in loops]
