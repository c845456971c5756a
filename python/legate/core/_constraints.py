"""Conditions on how a task's operands are cut.

Operands are named by the variables that ``add_input`` and its kin return, by stores, or, in declarations, by argument names.
"""

import enum


class ImageComputationHint(enum.Enum):
    """How closely a tile of an image follows its indices. All but ``NO_HINT`` look at them, so the launch waits for them."""

    NO_HINT = 0
    MIN_MAX = 1
    FIRST_LAST = 2


class Variable:
    """An operand of a launch, as constraints name it."""

    __slots__ = ("role", "position")

    def __init__(self, role, position):
        self.role = role
        self.position = position

    def __eq__(self, other):
        """``p == q``: aligned."""
        return align(self, other) if isinstance(other, Variable) else NotImplemented

    def __le__(self, other):
        """``p <= q``: a tile of q holds that of p."""
        return contain(self, other)

    __hash__ = object.__hash__

    def __repr__(self):
        return f"{self.role} {self.position}"


class Constraint:
    """A condition, with operands yet to be numbered."""

    __slots__ = ("form", "operands", "values")

    def __init__(self, form, operands, *values):
        self.form = form
        self.operands = operands
        self.values = values

    def resolved(self, name):
        """The core's form, with operands as ``name`` gives them."""
        names = [name(operand) for operand in self.operands]
        if self.form == "scale":
            return ("scale", self.values[0], *names)
        return (self.form, *names, *self.values)

    def __bool__(self):
        return True


def align(*operands):
    """Operands of equal shapes get equal tiles."""
    if len(operands) < 2:
        raise ValueError("align needs at least two operands")
    return Constraint("align", operands)


def broadcast(operand, axes=None):
    """Every tile sees all of the operand, or all indices of the named axes."""
    if isinstance(axes, int):
        axes = (axes,)
    return Constraint("broadcast", (operand,), None if axes is None else tuple(axes))


def scale(factors, small, big):
    """A tile of ``big`` is the tile of ``small`` with its bounds times ``factors``."""
    return Constraint("scale", (small, big), tuple(factors))


def bloat(source, bloated, low_offsets, high_offsets):
    """A tile of ``bloated`` is the tile of ``source`` and so many indices more before and behind it."""
    return Constraint("bloat", (source, bloated), tuple(low_offsets), tuple(high_offsets))


def image(source, target, hint=ImageComputationHint.NO_HINT):
    """The elements of ``source`` are indices of ``target``: a tile of ``target`` holds those of the tile of ``source``."""
    hints = {"NO_HINT": "whole", "MIN_MAX": "minMax", "FIRST_LAST": "firstLast"}
    return Constraint("image", (source, target), hints[ImageComputationHint(hint).name])


def contain(source, target):
    """A tile of ``target`` holds at least what that of ``source`` does."""
    return Constraint("contain", (source, target))


def min_extents(operand, extents):
    """No tile of the operand is smaller, unless the operand is."""
    return Constraint("minimum_extents", (operand,), tuple(extents))


def weights(operand, extents):
    """The operand's tiles along its first axis have these extents."""
    return Constraint("weights", (operand,), tuple(extents))
