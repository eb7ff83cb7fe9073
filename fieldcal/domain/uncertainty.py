"""Uncertainty after JJF 1059.1 (GUM): standard uncertainties, their combination, expanded U, and what U allows.

Everything is Decimal; a square root is taken once, at the end. Infinite degrees of freedom are None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from typing import Literal

from fieldcal.domain.errors import BadInput
from fieldcal.domain.expression import ARITHMETIC
from fieldcal.domain.functions import deviation, spread
from fieldcal.domain.rounding import check_interval, half_even
from fieldcal.domain.student import student_t
from fieldcal.domain.verdict import Verdict, compare

Distribution = Literal["normal", "rect", "triangular", "u_shaped", "step"]
Policy = Literal["UP", "HALF_EVEN"]
# Square of the divisor of a half-width; of a display step for `step`.
SQUARED: dict[Distribution, int] = {"normal": 1, "rect": 3, "triangular": 6, "u_shaped": 2, "step": 12}
RANGE_COEFFICIENTS = {
    n: Decimal(c) for n, c in enumerate(["1.13", "1.69", "2.06", "2.33", "2.53", "2.70", "2.85", "2.97", "3.08"], 2)
}  # fmt: skip
UNDETERMINED = "undetermined"
ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class Part:
    """One line of a budget. `sensitivity` has the unit of the result over the unit of `u`."""

    symbol: str
    u: Decimal
    sensitivity: Decimal = ONE
    freedom: Decimal | None = None

    @property
    def signed(self) -> Decimal:
        return self.sensitivity * self.u

    @property
    def contribution(self) -> Decimal:
        return abs(self.signed)


@dataclass(frozen=True)
class Combined:
    u: Decimal
    freedom: Decimal | None

    @property
    def whole_freedom(self) -> int | None:
        """Truncated: never more freedom than there is."""
        return None if self.freedom is None else int(self.freedom.to_integral_value(ROUND_FLOOR))


def standard(value: Decimal, distribution: Distribution, divisor: Decimal = ONE) -> Decimal:
    """Type B: from a half-width, from a display step for `step`, or from k times u over `divisor` k for `normal`."""
    with localcontext(ARITHMETIC):
        return value / divisor / Decimal(SQUARED[distribution]).sqrt()


def bessel(readings: Sequence[Decimal]) -> Decimal:
    """Type A: standard deviation of one reading. Raises ValueError for fewer than two."""
    with localcontext(ARITHMETIC):
        return deviation(*readings)


def by_range(readings: Sequence[Decimal], coefficient: Decimal | None = None) -> Decimal:
    """Type A of few readings: range over C (JJF 1059.1). Raises BadInput `out-of-range` beyond 2..10."""
    if coefficient is None and len(readings) not in RANGE_COEFFICIENTS:
        raise BadInput("out-of-range", field="readings", value=len(readings), accepted="2..10")
    with localcontext(ARITHMETIC):
        return spread(*readings) / (coefficient or RANGE_COEFFICIENTS[len(readings)])


def of_mean(s: Decimal, count: int) -> Decimal:
    with localcontext(ARITHMETIC):
        return s / Decimal(count).sqrt()


def combine(parts: Sequence[Part], correlation: Mapping[tuple[str, str], Decimal] = {}) -> Combined:
    """u_c^2 = sum (c u)^2 + 2 sum r c u c u; degrees of freedom after Welch and Satterthwaite, which know no r."""
    with localcontext(ARITHMETIC):
        variance = sum((part.signed**2 for part in parts), ZERO)
        for i, a in enumerate(parts):
            for b in parts[i + 1 :]:
                r = correlation.get((a.symbol, b.symbol), correlation.get((b.symbol, a.symbol), ZERO))
                variance += 2 * r * a.signed * b.signed
        u = variance.sqrt()
        limited = sum((part.signed**4 / part.freedom for part in parts if part.freedom is not None), ZERO)
        return Combined(u, u**4 / limited if limited else None)


def second_order(
    hessian: Sequence[Sequence[Decimal]], covariance: Sequence[Sequence[Decimal]]
) -> tuple[Decimal, Decimal]:
    """What terms of second order add to mean and variance of normal inputs: tr(HV)/2 and tr(HVHV)/2 (GUM 5.1.2)."""
    with localcontext(ARITHMETIC):
        once = _product(hessian, covariance)
        twice = _product(once, once)
        return _trace(once) / 2, _trace(twice) / 2


def _product(a: Sequence[Sequence[Decimal]], b: Sequence[Sequence[Decimal]]) -> list[list[Decimal]]:
    return [[sum((x * b[k][j] for k, x in enumerate(row)), ZERO) for j in range(len(b[0]))] for row in a]


def _trace(square: Sequence[Sequence[Decimal]]) -> Decimal:
    return sum((row[i] for i, row in enumerate(square)), ZERO)


def coverage(probability: Decimal, combined: Combined) -> Decimal:
    """k of the probability for the degrees of freedom; the normal factor where they are infinite."""
    return student_t(probability, combined.whole_freedom)


def interval_of(expanded: Decimal) -> Decimal:
    """Place of the last digit to print: two digits where the first is 1 or 2, else one (JJF 1059.1 5.3.8.1)."""
    if expanded <= 0:
        raise BadInput("out-of-range", field="U", value=expanded, accepted="> 0")
    kept = 1 if expanded.normalize().as_tuple().digits[0] <= 2 else 0
    return ONE.scaleb(expanded.adjusted() - kept)


def rounded(expanded: Decimal, interval: Decimal | None = None, policy: Policy = "UP") -> Decimal:
    """U as printed. UP takes the next higher unit of the last digit and leaves exact multiples alone."""
    step = check_interval(interval or interval_of(expanded))
    if policy == "HALF_EVEN":
        return half_even(expanded, step)
    with localcontext(ARITHMETIC):
        return half_even((expanded / step).to_integral_value(ROUND_CEILING) * step, step)


def aligned(value: Decimal, interval: Decimal) -> Decimal:
    """The result ends at the same place as its U (JJF 1059.1)."""
    return half_even(value, interval)


def one_third(expanded: Decimal, limit: Decimal) -> bool:
    """U at most a third of the largest error allowed: then a plain comparison decides (JJF 1094)."""
    return 3 * expanded <= abs(limit)


def decide(error: Decimal, limit: Decimal, expanded: Decimal) -> str:
    """pass, fail or undetermined after JJF 1094; bounds are inclusive on both sides."""
    if one_third(expanded, limit):
        return plainly(error, limit)
    if abs(error) <= limit - expanded:
        return Verdict.PASS.value
    return Verdict.FAIL.value if abs(error) >= limit + expanded else UNDETERMINED


def plainly(error: Decimal, limit: Decimal) -> str:
    """How a regulation judges that presumes the one-third condition."""
    return compare(error, -limit, limit, "full", None)[0].value
