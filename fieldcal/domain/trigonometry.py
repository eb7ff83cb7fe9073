"""Cosine of an angle in Decimal: the standard library has none, and no float may stand in for it."""

from __future__ import annotations

from decimal import Context, Decimal, localcontext

PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459")
WORKING = Context(prec=50)
SMALLEST = Decimal("1E-45")


def cosine(degrees: Decimal) -> Decimal:
    """cos of an angle in degrees, right to 30 digits and more; 60° is 0.5 and 90° is 0 exactly."""
    with localcontext(WORKING):
        turn = abs(degrees) % 360
        if turn > 180:
            turn = 360 - turn
        if turn > 90:
            return -_first_quadrant(180 - turn)
        return _first_quadrant(turn)


def _first_quadrant(degrees: Decimal) -> Decimal:
    angle = degrees * PI / 180
    term = total = Decimal(1)
    place = 0
    while abs(term) > SMALLEST:
        place += 2
        term = -term * angle * angle / (place * (place - 1))
        total += term
    return total.quantize(Decimal("1E-35")).normalize()
