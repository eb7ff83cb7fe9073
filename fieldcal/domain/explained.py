"""Where a number comes from, in words and figures of one language: what the screen shows and the paper prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Place:
    """Which number: `row` is -1 for a result of the whole item, `point` its place where there is one a point; `rule`
    is the place of its rule among those that the item judges by, -1 for a number that nothing is compared with."""

    item: str
    row: int
    name: str
    point: int = -1
    rule: int = -1


@dataclass(frozen=True)
class Ingredient:
    """A number that a formula took: its symbol, what it is, the exact value, and where it stands."""

    symbol: str
    words: str
    value: str
    source: str = ""


@dataclass(frozen=True)
class Step:
    """One formula. `numbers` shows it with its numbers, long ones cut with "…"; `exact` cuts none of them."""

    name: str
    words: str
    formula: str
    numbers: str
    exact: str
    value: Any
    shown: str
    unit: str
    because: tuple[str, ...] = ()
    clause: str = ""
    basis: str = ""
    ingredients: tuple[Ingredient, ...] = ()


@dataclass(frozen=True)
class Line:
    """A caption with its sentence."""

    caption: str
    text: str


@dataclass(frozen=True)
class Share:
    """A part of an uncertainty budget as it is read: `how` its half-width or step came about, `percent` its share of
    u_c squared. `standard`: the measurement standard brings it."""

    symbol: str
    words: str
    how: str
    u: str
    sensitivity: str
    contribution: str
    percent: str
    clause: str
    standard: bool = False


@dataclass(frozen=True)
class Asked:
    """A value that a budget takes and that a person may state, in `unit`; `text` what somebody stated. `needed`: nobody
    can presume it. `now`: what the budget takes, "" while there is no value."""

    name: str
    words: str
    unit: str
    text: str
    needed: bool
    now: str = ""


@dataclass(frozen=True)
class Budgeted:
    """`given` are the values that the budget takes, as far as it has them: presumed, stated by a standard or by a
    person; `asked` are all that a person may state, what nobody can presume first. `enough` is the check U <= MPE/3,
    None where there is no limit; `lines` say the same with its numbers. `trials` is empty until somebody drew them."""

    result: str
    parts: tuple[Share, ...]
    lines: tuple[Line, ...]
    given: tuple[Step, ...] = ()
    enough: bool | None = None
    trials: tuple[Line, ...] = ()
    id: str = ""
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True)
class Explained:
    """`rule` is without the numbers of this place. `steps` lead from the number down to the readings, `limits` the same
    way. `verdict`, `word` and `rule` are "" where nothing is judged."""

    place: Place
    title: str
    value: str
    limit: str
    verdict: str
    word: str
    rule: str
    lines: tuple[Line, ...]
    steps: tuple[Step, ...]
    limits: tuple[Step, ...] = ()
    budget: Budgeted | None = None
