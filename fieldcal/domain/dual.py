"""Exact derivatives: a Decimal that carries its slope through whatever an expression does with it.

No step width has to be chosen, as differences would need one, and the branch that the expression took for the value
is the branch that is differentiated. What has no slope (rounding, tables by place) refuses to take one.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, eq=False)
class Dual:
    """`value`, and d(value)/d(the quantity in question)."""

    value: Decimal
    slope: Decimal

    def __add__(self, other: Decimal | Dual) -> Dual:
        value, slope = parts(other)
        return Dual(self.value + value, self.slope + slope)

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __sub__(self, other: Decimal | Dual) -> Dual:
        value, slope = parts(other)
        return Dual(self.value - value, self.slope - slope)

    def __rsub__(self, other: Decimal) -> Dual:
        return -self + other

    def __mul__(self, other: Decimal | Dual) -> Dual:
        value, slope = parts(other)
        return Dual(self.value * value, self.slope * value + self.value * slope)

    __rmul__ = __mul__

    def __truediv__(self, other: Decimal | Dual | int) -> Dual:
        value, slope = parts(other)
        return Dual(self.value / value, (self.slope * value - self.value * slope) / (value * value))

    def __rtruediv__(self, other: Decimal) -> Dual:
        return Dual(other, ZERO) / self

    def __pow__(self, power: Decimal | int) -> Dual:
        """The power itself may not be uncertain."""
        return Dual(self.value**power, power * self.value ** (power - 1) * self.slope)

    def __abs__(self) -> Dual:
        return -self if self.value < 0 else self

    def sqrt(self) -> Dual:
        root = self.value.sqrt()
        return Dual(root, self.slope / (2 * root))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Decimal | Dual) and self.value == parts(other)[0]

    __hash__ = None  # pyright: ignore

    def __lt__(self, other: Decimal | Dual) -> bool:
        return self.value < parts(other)[0]

    def __le__(self, other: Decimal | Dual) -> bool:
        return self.value <= parts(other)[0]

    def __gt__(self, other: Decimal | Dual) -> bool:
        return self.value > parts(other)[0]

    def __ge__(self, other: Decimal | Dual) -> bool:
        return self.value >= parts(other)[0]


def parts(number: Decimal | Dual | int) -> tuple[Decimal, Decimal]:
    """Value and slope; a plain number has none."""
    return (number.value, number.slope) if isinstance(number, Dual) else (Decimal(number), ZERO)
