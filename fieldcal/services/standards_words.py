"""Loads, pieces and reasons as short text: figures and units alone, so both languages share them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import NotAllowed
from fieldcal.domain.procedure import Text
from fieldcal.domain.quantity import trim
from fieldcal.domain.rounding import half_even
from fieldcal.services.standards_check import Checked, Filled, Laid
from fieldcal.services.standards_fit import THIRD, Piece, Refusal

UNITS = (("t", Decimal(1000000)), ("kg", Decimal(1000)), ("g", Decimal(1)), ("mg", Decimal("0.001")))
DIGITS = 4
VOLUMES = ("no-measure", "measure-too-small")
AT_LEAST = ("too-few-standards", "too-little-material", "loads-miss-max", "measure-too-small")
BOUNDLESS = ("load-not-makeable", "block-not-makeable", "small-weights-missing", "no-measure")

Facts = tuple[str, str, str, str, str, str, Refusal | None]  # of a Line, without its items


@dataclass(frozen=True)
class Line:
    """One load or flow of the job: for which items, what to lay on or fill, its error against the third of the MPE.

    `asked` differs from `load` where the procedure names a load with "about"; `material` is the substitute below.
    """

    items: tuple[Text, ...]
    asked: str
    load: str
    material: str
    lay: str
    error: str
    third: str
    refused: Refusal | None = None


def lines(compiled: Compiled, found: Checked) -> list[Line]:
    """Loads from the smallest up, the same load of several items once; then flows."""
    title = {item.id: item.title for item in compiled.procedure.items}
    home = found.used[0] if found.used else ""
    out: dict[Facts, list[Text]] = {}
    for one in sorted(found.loads, key=lambda one: (one.planned.load, one.planned.mpe)):
        out.setdefault(of_load(one, home), []).append(title[one.planned.item])
    for one in found.fills:
        out.setdefault(of_fill(one), []).append(title[one.planned.item])
    return [Line(tuple(items), *facts) for facts, items in out.items()]


def of_load(one: Laid, home: str) -> Facts:
    lay, below = stack(one.fit.pieces, home), mass(one.material) if one.material else ""
    error, third = mass(one.fit.error) if lay else "", mass(one.planned.mpe / THIRD)
    return mass(one.planned.load), mass(one.load), below, lay, error, third, one.fit.refused


def of_fill(one: Filled) -> Facts:
    planned, taken = one.planned, one.fit.measure
    asked = flow(planned.flow) if planned.flow else volume(planned.volume)
    lay = f"{volume(taken.capacity)} ({taken.name})" if taken else ""
    error = percent(taken.error) if taken else ""
    return asked, asked, "", lay, error, percent(planned.mpe / THIRD), one.fit.refused


def mass(grams: Decimal) -> str:
    """In the largest of t, kg, g that it reaches, else in mg: "7.5 kg", "500 mg"."""
    unit, size = next(((unit, size) for unit, size in UNITS if abs(grams) >= size), UNITS[-1 if grams else 2])
    return f"{trim(_short(grams / size))} {unit}"


def flow(value: Decimal) -> str:
    return f"{trim(value)} L/min"


def volume(litres: Decimal) -> str:
    return f"{trim(litres)} L"


def stack(pieces: Iterable[Piece], home: str) -> str:
    """ "2×20 kg + 5 kg"; a piece of another set than `home` carries that set's name."""
    return " + ".join(_piece(piece, piece.set if piece.set not in ("", home) else "") for piece in pieces)


def _piece(piece: Piece, named: str) -> str:
    count = f"{piece.count}×" if piece.count > 1 else ""
    return count + mass(piece.nominal) + (f" ({named})" if named else "")


def reason(refused: Refusal) -> tuple[str, str]:
    """What is at hand and what it missed, as text with units; "" where the code says it all."""
    show = volume if refused.code in VOLUMES else percent if refused.code == "measure-too-coarse" else mass
    if refused.code == "load-not-makeable":
        return mass(refused.bound), ""
    bound = "" if refused.code in BOUNDLESS else show(refused.bound)
    if refused.code == "too-few-weights":
        return "", f"<= {bound}"
    return show(refused.value), bound and f"{'>=' if refused.code in AT_LEAST else '<='} {bound}"


def percent(value: Decimal) -> str:
    return f"{trim(_short(value))} %"


def place(found: Checked, item: str, load: Decimal) -> str:
    """A load of weights, a flow, or the fixed volume of a fill that no flow is asked of."""
    for fill in found.fills:
        if fill.planned.item == item:
            return flow(load) if fill.planned.flow else volume(load)
    return mass(load)


def stopped(found: Checked) -> list[NotAllowed]:
    """All that stops a run before it starts, the same thing once: code, load or flow, what is at hand, the bound."""
    out: dict[str, NotAllowed] = {}
    for item, load, refused in found.refused():
        value, accepted = reason(refused)
        error = NotAllowed(refused.code, field=place(found, item, load), value=value, accepted=accepted)
        out.setdefault(str(error), error)
    return list(out.values())


def _short(value: Decimal) -> Decimal:
    """Four digits of what only division made long; a nominal value has fewer."""
    return half_even(value, Decimal(1).scaleb(value.adjusted() - DIGITS + 1)) if value else value
