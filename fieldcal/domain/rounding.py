"""GB/T 8170-2008: rounding to an interval of 1, 2 or 5 times a power of ten, and judging against limits."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from fieldcal.domain.errors import BadInput

EXACT = Context(prec=50)


def check_interval(interval: Decimal) -> Decimal:
    """Raises BadInput `bad-interval` unless interval is {1, 2, 5} x 10^k."""
    digits = "".join(map(str, interval.as_tuple().digits)).strip("0")
    if interval <= 0 or digits not in {"1", "2", "5"}:
        raise BadInput("bad-interval", field="interval", value=interval, accepted="1, 2, 5 x 10^k")
    return interval


def _to(value: Decimal, interval: Decimal, how: str) -> Decimal:
    steps = EXACT.divide(abs(value), interval).quantize(Decimal(1), rounding=how, context=EXACT)
    rounded = EXACT.multiply(steps, interval)
    exponent = interval.normalize().as_tuple().exponent
    places = min(int(exponent), 0)
    rounded = rounded.quantize(Decimal(1).scaleb(places), context=EXACT)
    return -rounded if value < 0 and rounded != 0 else rounded


def half_even(value: Decimal, interval: Decimal) -> Decimal:
    """GB/T 8170 3.2: ties to even; once, from the unrounded value; the zeros of the interval stay."""
    return _to(value, check_interval(interval), ROUND_HALF_EVEN)


def half_up(value: Decimal, interval: Decimal) -> Decimal:
    """Price steps of a scale (R76 4.14.2 practice): ties away from zero."""
    return _to(value, check_interval(interval), ROUND_HALF_UP)


def marked(reported: Decimal, mark: str, interval: Decimal) -> Decimal:
    """Successive rounding (GB/T 8170 3.3.2): (+) the true value lies above, (-) below the reported one."""
    nudge = reported.copy_abs() * Decimal("1E-20")
    moved = reported.copy_abs() + (nudge if mark == "+" else -nudge)
    return half_even(moved.copy_sign(reported), interval)


def within(value: Decimal, low: Decimal | None, high: Decimal | None) -> bool:
    """Limits are inclusive."""
    return (low is None or value >= low) and (high is None or value <= high)
