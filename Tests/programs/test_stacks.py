"""Transforms and small decompositions over stacks: shared out to threads, and NumPy's bits all the same."""

import numpy
import pytest

from cunumeric import _stacks

RANDOM = numpy.random.default_rng(1)
REAL = RANDOM.random((26, 54, 50))
COMPLEX = REAL + 1j * RANDOM.random(REAL.shape)
STACKS = {
    "real": REAL,
    "complex": COMPLEX,
    "float32": REAL.astype("f4"),
    "strided": numpy.concatenate([REAL, REAL])[::-1, ::2].transpose(1, 0, 2),
    "fortran": numpy.asfortranarray(COMPLEX),
    "int64": (REAL * 10).astype(int),
}


@pytest.fixture(autouse=True)
def shares(monkeypatch):
    """Counts what is handed to the threads; at least two of them, whatever the machine has."""
    count = [0]
    pieces = _stacks._pieces

    def counted(length):
        count[0] += 1
        return pieces(length)

    monkeypatch.setattr(_stacks, "workers", lambda: 2)
    monkeypatch.setattr(_stacks, "_pieces", counted)
    return count


def same(expected, found):
    if isinstance(expected, tuple):
        assert type(expected) is type(found) and len(expected) == len(found)
        return all(map(same, expected, found))
    assert (expected.dtype, expected.shape) == (found.dtype, found.shape)
    return expected.tobytes() == found.tobytes()


@pytest.mark.parametrize("name", sorted(_stacks._LINES | _stacks._AXES.keys()))
def test_transforms(name, shares):
    function = getattr(numpy.fft, name)
    call = _stacks.shared("fft", name, function)
    ways = [{}, {"norm": "ortho"}]
    if name in _stacks._LINES:
        ways += [{"axis": 0}, {"axis": 1, "n": 40}]
    else:
        ways += [{"axes": (0, 2)}, {"axes": (1,)}, {"axes": (2, 1)}, {"s": (20, 20), "axes": (0, 1)}]
    for array in STACKS.values():
        if array.dtype.kind == "c" and name in ("rfft", "ihfft", "rfftn", "rfft2"):
            continue
        for words in ways:
            assert same(function(array, **words), call(array, **words))
    assert shares[0] >= len(STACKS)


@pytest.mark.parametrize("name", sorted(_stacks._MATRICES))
def test_matrices(name, shares):
    function = getattr(numpy.linalg, name)
    call = _stacks.shared("linalg", name, function)
    for stack in (RANDOM.random((900, 9, 9)), RANDOM.random((30, 40, 8, 8)).astype("f4")):
        if name in ("cholesky", "eigh", "eigvalsh"):
            stack = stack @ stack.swapaxes(-1, -2) + numpy.eye(stack.shape[-1], dtype=stack.dtype)
        assert same(function(stack), call(stack))
    assert shares[0] == 2


def test_small_and_wrong_arguments_are_numpys(shares):
    call = _stacks.shared("fft", "fft", numpy.fft.fft)
    assert same(numpy.fft.fft(REAL[0, 0]), call(REAL[0, 0]))
    with pytest.raises(IndexError):
        call(REAL, axis=3)
    with pytest.raises(ValueError, match="Invalid norm value"):
        call(REAL, norm="none")
    inverse = _stacks.shared("linalg", "inv", numpy.linalg.inv)
    with pytest.raises(numpy.linalg.LinAlgError, match="Singular matrix"):
        inverse(numpy.zeros((9000, 3, 3)))
    with pytest.raises(numpy.linalg.LinAlgError, match="must be square"):
        inverse(numpy.zeros((9000, 3, 4)))
