"""The replay of a record: every value in its order with its frames, and what the driver makes of them again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from fieldcal.domain.judge import Judgement
from fieldcal.domain.quantity import number
from fieldcal.services import present
from fieldcal.services.replay import Replay, replay
from fieldcal.services.review import Taken, taken
from fieldcal.ui.i18n import t
from fieldcal.ui.models import run_show

if TYPE_CHECKING:
    from fieldcal.domain.events import ReadingTaken
    from fieldcal.services.app import Services


@dataclass(frozen=True)
class Mark:
    """Whether the stored bytes gave the value again; `kind` pass or fail, or "" for what no instrument said."""

    kind: str = ""
    word: str = ""


@dataclass(frozen=True)
class Frame:
    """One value as it came; `number` is None for a choice, `after` the seconds since the value before."""

    at: str
    what: str
    value: str
    unit: str
    raw: str
    proof: str
    number: Decimal | None
    struck: str
    frames: tuple[str, ...] = ()
    after: float = 0.0
    mark: Mark = Mark()


@dataclass(frozen=True)
class Played:
    """`word` sums the replay up, "" where nothing came over a wire; `note` names what has changed since."""

    frames: list[Frame]
    kind: str = ""
    word: str = ""
    note: str = ""


def load(services: Services, run: str) -> Played:
    """The values as they are on disk, not yet compared."""
    wire = any(one.reading.source == "wire" for one in taken(services.runs, run))
    frames = _all(services, run, Replay((), ()))
    return Played(frames, "pending", t("review.replaying")) if wire and services.replayer else Played(frames)


def replayed(services: Services, run: str) -> Played:
    """The same after the drivers have read the bytes again: run it away from the window's thread."""
    again = replay(services.runs, services.replayer, run) if services.replayer else Replay((), ())
    frames = _all(services, run, again)
    if not again.total:
        return Played(frames)
    kind = "pass" if again.same == again.total else "fail"
    note = t("review.other_driver", drivers=", ".join(again.changed)) if again.changed else ""
    return Played(frames, kind, t("review.replayed", same=again.same, total=again.total), note)


def _all(services: Services, run: str, again: Replay) -> list[Frame]:
    judged, found = services.runs.judgement(run), taken(services.runs, run)
    marks = {one.place: _mark(one.same, one.outcome.code, one.outcome.text) for one in again.values}
    gaps = _gaps(found)
    return [_frame(judged, one, next(gaps), marks.get(at, Mark())) for at, one in enumerate(found)]


def _mark(same: bool, code: str, text: str) -> Mark:
    if same:
        return Mark("pass", t("review.same"))
    return Mark("fail", t("review.gives", value=present.pretty(text)) if code == "differs" else _reason(code))


def _reason(code: str) -> str:
    known = {"missing", "blob-damaged", "blob-missing", "driver-failed"}
    return t(f"review.replay_{code if code in known else 'failed'}", code=code)


def _gaps(found: Sequence[Taken]) -> Iterator[float]:
    before: datetime | None = None
    for one in found:
        at = datetime.fromisoformat(one.at)
        yield (at - before).total_seconds() if before else 0.0
        before = at


def _frame(judged: Judgement, one: Taken, after: float, mark: Mark) -> Frame:
    reading = one.reading
    item = judged.items[reading.item].item
    column = next(c for c in item.columns if c.id == reading.column)
    at = run_show.clock(one.at, True)
    what = f"{run_show.say(item.title)} {reading.row + 1} · {run_show.say(column.text)}"
    if column.kind == "choice":
        text = next((run_show.say(c.text) for c in column.choices if c.id == reading.text), reading.text)
        return Frame(at, what, text, "", "", proof(reading), None, one.struck, after=after)
    return Frame(
        at, what, present.pretty(reading.text), reading.unit, raw_text(reading.raw), proof(reading),
        number(reading.text), one.struck, _frames(reading), after, mark,
    )  # fmt: skip


def proof(reading: ReadingTaken) -> str:
    """Where a value came from, and why it counted as stable."""
    source = t(f"review.source_{reading.source}")
    if reading.source != "wire" or not reading.elapsed:
        return source
    held, spread = reading.elapsed, reading.spread
    if reading.proof is not None:
        held, spread = reading.proof.window, reading.proof.spread
    shown = f"{present.pretty(spread)} {reading.unit}".strip()
    parts = [t("review.held", source=source, seconds=held, spread=shown)]
    if reading.proof is not None:
        parts.append(t("review.proof_samples", count=reading.proof.samples))
        parts += [t("run.derived")] if reading.proof.derived else []
    return " · ".join(parts)


def _frames(reading: ReadingTaken) -> tuple[str, ...]:
    """The frames of the window as text, oldest first; equal ones in a row stand once with their number."""
    frames = reading.proof.frames if reading.proof else [reading.raw] if reading.raw else []
    runs = [(raw_text(frame), len(list(same))) for frame, same in groupby(frames)]
    return tuple(f"{text}  ×{count}" if count > 1 else text for text, count in runs)


def raw_text(raw: str) -> str:
    """A frame as its characters where all of it can be read, else as the hex it is kept in."""
    try:
        text = bytes.fromhex(raw).decode("ascii")
    except ValueError:
        return raw
    return text.strip("\r\n") if text.strip("\r\n").isprintable() else raw
