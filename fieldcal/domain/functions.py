"""Methods that expressions may call. Code holds methods; limits stand in the procedure files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Any

from fieldcal.domain.rounding import half_even, half_up
from fieldcal.domain.trigonometry import cosine

Numbers = Sequence[Decimal]


def _flat(args: tuple[Any, ...]) -> list[Decimal]:
    out: list[Decimal] = []
    for arg in args:
        out.extend(arg if isinstance(arg, list) else [arg])  # pyright: ignore
    if not out:
        raise ValueError("no values")
    return out


def mean(*args: Any) -> Decimal:
    values = _flat(args)
    return sum(values, Decimal(0)) / len(values)


def total(*args: Any) -> Decimal:
    return sum(_flat(args), Decimal(0))


def moment(day: Decimal, clock: Decimal) -> Decimal:
    """Seconds up to a date typed as yyyymmdd and a time typed as hhmmss. Raises ValueError where there is none."""
    if day != int(day) or clock < 0:
        raise ValueError(f"no moment {day} {clock}")
    year, month, date_ = int(day) // 10000, int(day) // 100 % 100, int(day) % 100
    hours, minutes, seconds = int(clock) // 10000, int(clock) // 100 % 100, clock % 100
    if hours > 23 or minutes > 59 or seconds >= 60:
        raise ValueError(f"no time {clock}")
    whole = date(year, month, date_).toordinal() * 86400 + hours * 3600 + minutes * 60
    return whole + seconds


def spread(*args: Any) -> Decimal:
    """Range: largest minus smallest."""
    values = _flat(args)
    return max(values) - min(values)


def largest(*args: Any) -> Decimal:
    """The value with the largest magnitude, sign kept."""
    return max(_flat(args), key=abs)


def deviation(*args: Any) -> Decimal:
    """Sample standard deviation (n-1)."""
    values = _flat(args)
    if len(values) < 2:
        raise ValueError("needs two values")
    middle = mean(values)
    return (sum(((v - middle) ** 2 for v in values), Decimal(0)) / (len(values) - 1)).sqrt()


def pick(load: Decimal, bounds: Numbers, values: Numbers) -> Decimal:
    """The value of the first partial range whose upper bound is not below `load` (bounds inclusive)."""
    for bound, value in zip(bounds, values, strict=True):
        if load <= bound:
            return value
    return values[-1]


def nth(values: Numbers, index: Decimal) -> Decimal:
    """1-based."""
    if index != int(index) or not 1 <= index <= len(values):
        raise ValueError(f"no element {index}")
    return values[int(index) - 1]


def place(load: Decimal, bounds: Numbers) -> Decimal:
    """1-based number of the partial range that `pick` chooses."""
    return Decimal(next((i for i, bound in enumerate(bounds, 1) if load <= bound), len(bounds)))


def steps(count: Decimal) -> list[Decimal]:
    """1, 2, … count."""
    return [Decimal(i) for i in range(1, int(count) + 1)]


def listed(value: Any) -> list[Decimal]:
    return value if isinstance(value, list) else [value]  # pyright: ignore


def partial(bounds: Numbers, intervals: Numbers) -> list[Decimal]:
    """Upper bound of each partial range but the last, in intervals of the next one (R76 3.3)."""
    return [bound / following for bound, following in zip(bounds, intervals[1:], strict=False)]


def inside(values: Numbers, bounds: Numbers) -> list[Decimal]:
    """Those values that lie in their own partial range: (bound before, bound]."""
    below = [Decimal(0), *bounds[:-1]]
    return [v for v, low, high in zip(values, below, bounds, strict=True) if low < v <= high]


def changeovers(bounds: Numbers, steps: Numbers, count: Decimal) -> list[Decimal]:
    """Loads `count` intervals before and after each inner bound of a divided range."""
    out: list[Decimal] = []
    for index in range(len(bounds) - 1):
        out += [bounds[index] - count * steps[index], bounds[index] + count * steps[index + 1]]
    return out


def first(values: Any) -> Decimal:
    """Of one number itself: a budget holds a column as the mean of its runs."""
    return _flat((values,))[0]


def last(values: Any) -> Decimal:
    return _flat((values,))[-1]


def root(value: Decimal) -> Decimal:
    """The number's own method, so that one that carries its slope (dual.py) has a root too."""
    return value.sqrt()


def ceiling(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_CEILING)


def on_grid(value: Decimal, step: Decimal) -> bool:
    return (value / step) % 1 == 0


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": lambda x: [abs(v) for v in x] if isinstance(x, list) else abs(x),  # pyright: ignore
    "min": lambda *a: min(_flat(a)),
    "max": lambda *a: max(_flat(a)),
    "count": lambda *a: Decimal(sum(len(x) if isinstance(x, list) else 1 for x in a)),  # pyright: ignore
    "first": first,
    "last": last,
    "sqrt": root,
    "ceiling": ceiling,
    "cosine": cosine,
    "mean": mean,
    "total": total,
    "moment": moment,
    "range": spread,
    "largest": largest,
    "deviation": deviation,
    "pick": pick,
    "nth": nth,
    "place": place,
    "steps": steps,
    "listed": listed,
    "partial": partial,
    "inside": inside,
    "changeovers": changeovers,
    "on_grid": on_grid,
    "half_even": half_even,
    "half_up": half_up,
}
