"""Standards fit the job: which test loads the weights in the van make, and which measure takes which flow.

Nothing here makes a test smaller: a load that can't be made, or not well enough, is refused with the reason.
Masses in g, volumes in L, flows in L/min. Limits come from the procedure; here are only the methods.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import BadInput
from fieldcal.domain.events import StandardPut
from fieldcal.domain.functions import ceiling
from fieldcal.domain.plate import measure
from fieldcal.domain.quantity import number, show
from fieldcal.domain.units import convert

THIRD = Decimal(3)  # OIML R76-1:2006, 3.7.1: 3 x error <= MPE, the exact fraction
PARTS = 10  # OIML R76-1:2006, A.4.4.3: ten small weights of 0.1 e
Limits = Callable[[str, Decimal], Decimal]


@dataclass(frozen=True)
class Piece:
    """Weights of one nominal value (g); `error` of each is its MPE, or what its certificate says (g)."""

    nominal: Decimal
    error: Decimal
    count: int = 1
    set: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why a test can't be made: `code`, the value that was asked for and the bound that it missed."""

    code: str
    value: Decimal
    bound: Decimal


@dataclass(frozen=True)
class Fit:
    """A load with the pieces that make it; `refused` says why it can't be tested with them."""

    load: Decimal
    mpe: Decimal
    pieces: tuple[Piece, ...] = ()
    error: Decimal = Decimal(0)
    refused: Refusal | None = None


@dataclass(frozen=True)
class Measure:
    """A standard metal measure: capacity in L, error in % of it."""

    name: str
    capacity: Decimal
    error: Decimal


@dataclass(frozen=True)
class MeasureFit:
    volume: Decimal
    measure: Measure | None = None
    refused: Refusal | None = None


def weight_limits(compiled: Compiled, table: str = "weight_mpe") -> Limits:
    """MPE (g) of a weight by class and nominal value, from the procedure's own R111 table (OIML R111-1, table 1).

    Raises BadInput `bad-choice`: a class, or a nominal value, that the table does not have. A value between two
    lines belongs to no weight, so nothing is interpolated.
    """
    found = compiled.procedure.tables[table]
    lines: Any = found.values

    def limit(name: str, nominal: Decimal) -> Decimal:
        if name not in lines:
            raise BadInput("bad-choice", field="class", value=name, accepted=", ".join(lines))
        own = {Decimal(row["to"]): Decimal(row["value"]) for row in lines[name] if "to" in row}
        if nominal not in own:
            accepted = ", ".join(f"{show(value)} g" for value in own)
            raise BadInput("bad-choice", field="nominal", value=f"{show(nominal)} g", accepted=accepted)
        return convert(own[nominal], found.unit or "g", "g")

    return limit


def weights(standards: Iterable[StandardPut], limits: Limits) -> list[Piece]:
    """The pieces of all sets, as `{"nominal": "10 kg", "count": "2", "class": "M1", "error": "120 mg"}`.

    Without `class` the set's own holds; `error` is what a certificate states instead of the MPE, its U included.
    Raises BadInput naming the set and the field.
    """
    return [_piece(one, raw, limits) for one in standards for raw in one.pieces]


def _piece(standard: StandardPut, raw: Mapping[str, str], limits: Limits) -> Piece:
    place = f"{standard.id}.pieces"
    nominal = measure(raw.get("nominal", ""), "g", f"{place}.nominal")
    count = number(raw.get("count", "1"), f"{place}.count")
    if nominal <= 0 or count < 0 or count != int(count):
        raise BadInput("out-of-range", field=place, value=f"{show(count)} x {show(nominal)} g", accepted="> 0")
    if "error" in raw:
        error = abs(measure(raw["error"], "g", f"{place}.error"))
    else:
        error = limits(raw.get("class", standard.accuracy_class), nominal)
    return Piece(nominal, error, int(count), standard.id)


def total(pieces: Iterable[Piece]) -> Decimal:
    return sum((piece.nominal * piece.count for piece in pieces), Decimal(0))


def errors(pieces: Iterable[Piece]) -> Decimal:
    """The worst case: all errors of a stack have the same sign, so they add (facts: sum of the MPEs)."""
    return sum((piece.error * piece.count for piece in pieces), Decimal(0))


def make(load: Decimal, pieces: Sequence[Piece]) -> tuple[Piece, ...] | None:
    """The pieces that make `load` exactly, with the least summed error, then the fewest; None if there are none."""
    stock = sorted((p for p in pieces if p.count), key=lambda p: (p.nominal, -p.error), reverse=True)
    room = [total(stock[i:]) for i in range(len(stock) + 1)]
    best = _best(load, 0, stock, room, {})
    if best is None:
        return None
    return tuple(replace(piece, count=used) for piece, used in zip(stock, best[2], strict=False) if used)


Best = tuple[Decimal, int, tuple[int, ...]] | None


def _best(
    load: Decimal, at: int, stock: Sequence[Piece], room: Sequence[Decimal], known: dict[tuple[int, Decimal], Best]
) -> Best:
    """Summed error, number of pieces and count per piece for the rest of `load` from piece `at` on."""
    if load == 0:
        return Decimal(0), 0, ()
    if load < 0 or load > room[at]:
        return None
    if (at, load) in known:
        return known[at, load]
    piece, found = stock[at], None
    for used in range(min(piece.count, int(load // piece.nominal)), -1, -1):
        rest = load - used * piece.nominal
        if rest > room[at + 1]:
            break
        inner = _best(rest, at + 1, stock, room, known)
        if inner is not None:
            tried = (inner[0] + used * piece.error, inner[1] + used, (used, *inner[2]))
            found = tried if found is None else min(found, tried)
    known[at, load] = found
    return found


def fit(load: Decimal, mpe: Decimal, pieces: Sequence[Piece]) -> Fit:
    """One test load (g) against the MPE (g) there: made exactly, and 3 x summed error <= MPE (OIML R76-1, 3.7.1).

    Refused with `too-few-weights`, `load-not-makeable` or `weights-too-coarse`.
    """
    if load > total(pieces):
        return Fit(load, mpe, refused=Refusal("too-few-weights", load, total(pieces)))
    made = make(load, pieces)
    if made is None:
        return Fit(load, mpe, refused=Refusal("load-not-makeable", load, below(load, pieces)))
    sum_ = errors(made)
    refused = Refusal("weights-too-coarse", sum_, mpe / THIRD) if THIRD * sum_ > mpe else None
    return Fit(load, mpe, made, sum_, refused)


def fits(loads: Iterable[Decimal], mpe_at: Callable[[Decimal], Decimal], pieces: Sequence[Piece]) -> list[Fit]:
    """Every load of the test, made or refused: none is left out and none is moved."""
    return [fit(load, mpe_at(load), pieces) for load in loads]


def refusals(found: Iterable[Fit]) -> list[Fit]:
    """What stands in the way of the whole test; empty: it can be done."""
    return [one for one in found if one.refused is not None]


def below(load: Decimal, pieces: Sequence[Piece]) -> Decimal:
    """Largest load not above `load` that a person finds by laying the largest pieces first; told, never used."""
    rest = load
    for piece in sorted(pieces, key=lambda p: p.nominal, reverse=True):
        rest -= min(piece.count, int(rest // piece.nominal)) * piece.nominal
    return load - rest


def left(pieces: Sequence[Piece], used: Iterable[Piece]) -> list[Piece]:
    """What stays in the van while `used` stands on the scale."""
    taken: dict[tuple[Decimal, Decimal, str], int] = {}
    for piece in used:
        key = (piece.nominal, piece.error, piece.set)
        taken[key] = taken.get(key, 0) + piece.count
    out: list[Piece] = []
    for piece in pieces:
        gone = min(piece.count, taken.get((piece.nominal, piece.error, piece.set), 0))
        taken[piece.nominal, piece.error, piece.set] = taken.get((piece.nominal, piece.error, piece.set), 0) - gone
        out.append(replace(piece, count=piece.count - gone))
    return [piece for piece in out if piece.count]


def small(e: Decimal, pieces: Sequence[Piece]) -> Refusal | None:
    """Whether 0.1 e to 1 e can be laid on in steps of 0.1 e to find the changeover (OIML R76-1, A.4.4.3)."""
    for part in range(1, PARTS + 1):
        load = part * e / PARTS
        if make(load, pieces) is None:
            return Refusal("small-weights-missing", load, total(pieces))
    return None


def measures(standards: Iterable[StandardPut]) -> list[Measure]:
    """The measures of the van, as pieces `{"nominal": "100 L", "error": "0.025"}` (% of the capacity)."""
    out: list[Measure] = []
    for one in standards:
        for raw in one.pieces:
            capacity = measure(raw.get("nominal", ""), "L", f"{one.id}.pieces.nominal")
            error = number(raw.get("error", one.values.get("error", "")), f"{one.id}.pieces.error")
            out.append(Measure(one.id, capacity, abs(error)))
    return out


def measure_for(volume: Decimal, stock: Iterable[Measure], mpe: Decimal) -> MeasureFit:
    """The smallest measure that holds `volume` (L) and is exact enough: 3 x error <= `mpe` (%), as JJG 443 asks of it.

    Refused with `no-measure`, `measure-too-small` or `measure-too-coarse`.
    """
    all_ = sorted(stock, key=lambda m: (m.capacity, m.error))
    if not all_:
        return MeasureFit(volume, refused=Refusal("no-measure", volume, Decimal(0)))
    large = [m for m in all_ if m.capacity >= volume]
    if not large:
        return MeasureFit(volume, refused=Refusal("measure-too-small", all_[-1].capacity, ceiling(volume)))
    exact = [m for m in large if THIRD * m.error <= mpe]
    if not exact:
        least = min(m.error for m in large)
        return MeasureFit(volume, refused=Refusal("measure-too-coarse", least, mpe / THIRD))
    return MeasureFit(volume, exact[0])
