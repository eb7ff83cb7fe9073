"""`fieldcal reevaluate`: another revision of a procedure over the stored records, which stay as they are."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from fieldcal import bootstrap
from fieldcal.cli.output import DIFFERS, OK, tell
from fieldcal.cli.place import workspace
from fieldcal.domain.compiled import Compiled, load
from fieldcal.domain.errors import BadInput
from fieldcal.services.flips import Flip, Side
from fieldcal.services.reevaluate import Finding, Period, Report, reevaluate
from fieldcal.storage import header
from fieldcal.storage.reading import Reading
from fieldcal.storage.schema import FILE
from fieldcal.storage.store import Store

DIGITS = 8  # of a number on a line; --json has all


def reevaluated(arguments: argparse.Namespace) -> int:
    place, compiled = workspace(arguments), revision(arguments.revision)
    if header.hot(place.resolve() / FILE):  # a crash left half a transaction, which only an opening may take back
        Store.open(place).close()
    found = reevaluate(partial(Reading, place), [compiled], period(arguments), workers(arguments))
    tell(as_data(compiled, found), arguments.json, lambda: list(lines(compiled, found)))
    return DIFFERS if found.findings else OK


def revision(name: str) -> Compiled:
    """A file, or the id of a procedure at hand. Raises BadProcedure, BadInput `cannot-read`."""
    path = Path(name)
    if path.suffix != ".toml" and not path.is_file():
        return bootstrap.library().get(name)
    try:
        return load(path.read_bytes(), path.name)
    except OSError as error:
        value = f"{path} ({error.strerror})"
        raise BadInput("cannot-read", field="--revision", value=value, accepted="FILE.toml, ID") from error


def period(arguments: argparse.Namespace) -> Period:
    found = Period(_day("--from", arguments.first), _day("--to", arguments.last))
    if found.first is not None and found.last is not None and found.last < found.first:
        raise BadInput("out-of-range", field="--to", value=found.last, accepted=f">= {found.first}")
    return found


def _day(name: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        raise BadInput("bad-input", field=name, value=text, accepted="2026-03-02") from None


def workers(arguments: argparse.Namespace) -> int:
    if arguments.workers < 0:
        raise BadInput("out-of-range", field="--workers", value=arguments.workers, accepted=">= 1")
    return arguments.workers or os.cpu_count() or 1


def as_data(compiled: Compiled, found: Report) -> dict[str, Any]:
    return {
        "procedure": compiled.procedure.id, "revision": compiled.procedure.revision, "sha256": compiled.sha256,
        "records": found.records, "same": found.same, "flipped": len(found.flipped),
        "verdicts": sum(one.was != one.now for one in found.flipped), "unfit": len(found.unfit),
        "outside": found.outside, "assumed": dict(sorted(found.assumed.items())),
        "findings": [msgspec.to_builtins(one) | {"fits": one.fits, "flipped": one.flipped} for one in found.findings],
    }  # fmt: skip


def lines(compiled: Compiled, found: Report) -> Iterator[str]:
    for one in found.findings:
        yield from _record(one)
    for name, count in sorted(found.assumed.items()):
        yield f"assumed: {name} by its default in {count} records"
    counted = Counter(f"{flip.item}: {flip.why}" for one in found.findings for flip in one.flips)
    yield from (f"{count:6} x {text}" for text, count in counted.most_common())
    verdicts = sum(one.was != one.now for one in found.flipped)
    told = f"{found.same} of {found.records} records stay as they are, {len(found.flipped)} flip"
    told += f" ({verdicts} as a whole)"
    p = compiled.procedure
    yield f"{p.id} revision {p.revision} ({compiled.sha256[:12]}): {told}, {len(found.unfit)} do not fit"


def _record(one: Finding) -> Iterator[str]:
    name = " ".join(filter(None, [one.run, one.number, one.day, one.instrument]))
    if one.problem:
        said = one.problem
        yield f"{name}: does not fit: {said['code']}: {said['field']}: {said['value']!r}; accepted: {said['accepted']}"
        return
    yield f"{name}: {one.was} -> {one.now}" + ("" if one.fits else " (does not fit)")
    for flip in one.flips:
        yield f"  {_flip(flip)}"


def _flip(flip: Flip) -> str:
    place = flip.item + (f" row {flip.row}" if flip.row else "") + (f" {flip.name}" if flip.name else "")
    return f"{place}: {flip.why}: {_side(flip.old)} -> {_side(flip.new)}"


def _side(side: Side | None) -> str:
    if side is None:
        return "not judged"
    limits = f" in {_short(side.low)}..{_short(side.high)}" if side.low or side.high else ""
    unit = f" {side.unit}" if side.unit and limits else ""
    return f"{side.verdict} {_short(side.value)}{limits}{unit} ({side.clause})"


def _short(text: str) -> str:
    try:
        return text if len(text) <= DIGITS + 2 else f"{Decimal(text):.{DIGITS}g}"
    except InvalidOperation:
        return text
