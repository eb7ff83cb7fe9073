"""Two judgements of one record side by side: which verdicts differ, and by which value, limit and clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Literal

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.judge import ItemState, Judgement
from fieldcal.domain.quantity import show
from fieldcal.domain.verdict import Judged, Verdict
from fieldcal.services.transfer import under

Why = Literal["limit", "value", "limit-and-value", "rule", "new-rule", "rule-gone", "missing", "dropped", "answer"]
Key = tuple[int, str, int]  # row or -1, what is judged, the how-manieth rule over it


@dataclass(frozen=True)
class Side:
    """A comparison as one revision makes it; numbers as text in `unit`, no limit is ""."""

    verdict: str
    value: str
    low: str
    high: str
    unit: str
    rule: str
    clause: str


@dataclass(frozen=True)
class Flip:
    """`row` counts from 1 in the record, 0 for a value of the whole item or of a row that it does not have; a side is
    None where that revision judges nothing here. `missing`: the revision asks for what the record does not hold."""

    item: str
    row: int
    name: str
    why: Why
    old: Side | None
    new: Side | None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def flips(old: Compiled, new: Compiled, was: Judgement, now: Judgement) -> list[Flip]:
    out: list[Flip] = []
    for name in dict.fromkeys([*was.items, *now.items]):
        out += _item(old, new, was.items.get(name), now.items.get(name))
    return out


def _item(old: Compiled, new: Compiled, was: ItemState | None, now: ItemState | None) -> list[Flip]:
    before, after = _verdict(was), _verdict(now)
    found: list[Flip] = []
    if was is not None and now is not None and was.outcome is not None and now.outcome is not None:
        found = list(_compared(old, new, was, now))
    known = was or now
    assert known is not None
    if before is after or any(_settles(flip, after) for flip in found):
        return found
    why: Why = "answer"
    if after is Verdict.NOT_APPLICABLE:
        why = "dropped"
    elif after is Verdict.NOT_DONE:
        why = "missing"
    return [*found, Flip(known.item.id, 0, "", why, _whole(old, was), _whole(new, now))]


def _settles(flip: Flip, verdict: Verdict) -> bool:
    """The item's own verdict is explained by it."""
    return verdict in (Verdict.FAIL, Verdict.PASS, Verdict.BORDERLINE) and (
        flip.new is None or flip.new.verdict == str(verdict)
    )


def _verdict(state: ItemState | None) -> Verdict:
    return Verdict.NOT_APPLICABLE if state is None else state.verdict


def _whole(compiled: Compiled, state: ItemState | None) -> Side | None:
    if state is None:
        return None
    clause = compiled.procedure.sources[state.item.source].clause
    return Side(str(state.verdict), f"{state.done}/{state.total}", "", "", "", "", clause)


def _compared(old: Compiled, new: Compiled, was: ItemState, now: ItemState) -> Iterator[Flip]:
    back = {place: row for row, place in under(was, now).items()}
    before, after = _judged(was, None), _judged(now, back)
    for key in dict.fromkeys([*before, *after]):
        a, b = before.get(key), after.get(key)
        if (a is None and (b is None or _good(b))) or (b is None and (a is None or _good(a))):
            continue
        if a is not None and b is not None and (a.verdict is b.verdict or (_good(a) and _good(b))):
            continue
        yield Flip(was.item.id, max(0, key[0] + 1), key[1], _why(a, b), _side(old, a), _side(new, b))


def _good(judged: Judged) -> bool:
    return judged.verdict in (Verdict.PASS, Verdict.WARNING)


def _why(a: Judged | None, b: Judged | None) -> Why:
    if a is None or b is None:
        return "new-rule" if a is None else "rule-gone"
    limit, value = (a.low, a.high) != (b.low, b.high), a.value != b.value
    if limit and value:
        return "limit-and-value"
    return "limit" if limit else "value" if value else "rule"


def _judged(state: ItemState, back: Mapping[int, int] | None) -> dict[Key, Judged]:
    """By the row of the record; rows that the record does not have count down from -2."""
    assert state.outcome is not None
    out: dict[Key, Judged] = {}
    groups = [(-1, state.outcome.judged)]
    for row in state.outcome.rows:
        place = row.row.index
        groups.append((place if back is None else back.get(place, -2 - place), row.judged))
    for place, found in groups:
        for one in found:
            count = sum(key[:2] == (place, one.name) for key in out)
            out[(place, one.name, count)] = one
    return out


def _side(compiled: Compiled, judged: Judged | None) -> Side | None:
    if judged is None:
        return None
    clause = compiled.procedure.sources[judged.source].clause
    low, high = (_text(limit) if limit is not None else "" for limit in (judged.low, judged.high))
    return Side(str(judged.verdict), _text(judged.value), low, high, judged.unit, judged.rule, clause)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value))  # pyright: ignore
    return show(value) if isinstance(value, Decimal) else str(value)
