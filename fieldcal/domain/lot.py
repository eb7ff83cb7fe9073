"""Lots: serial numbers as pasted, the sample drawn from them, the verdict by the plan (docs/lots.md)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from fieldcal.domain import events as ev
from fieldcal.domain.errors import BadInput, NotAllowed
from fieldcal.domain.procedure import LotPlan

METHOD, PREFIX = "sha256-rank/1", "lot:"
MOST = 100_000  # serial numbers in one lot
LONGEST = 80  # characters of one, or of a range
_BETWEEN = re.compile(r"[\n\r\t,;、]+")
_RANGE = re.compile(r"(.*?)([0-9]+)\s*(?:\.\.|~)\s*(.*?)([0-9]+)")


def serials(text: str) -> list[str]:
    """Serial numbers one per line or between commas, semicolons or tabs; `WM0001..WM0250` and `0001~0250` are ranges,
    whose numbers keep their width. Full-width characters become plain ones.

    Raises BadInput bad-serial-range, too-long, too-many-serials, twice, empty.
    """
    found: list[str] = []
    for part in _BETWEEN.split(unicodedata.normalize("NFKC", text)):
        if word := part.strip():
            found += _numbers(word)
            _few(len(found))
    if not found:
        raise BadInput("empty", field="serials")
    if twice := [serial for serial, count in Counter(found).items() if count > 1]:
        raise BadInput("twice", field="serials", value=", ".join(twice[:5]))
    return found


def _numbers(word: str) -> Iterable[str]:
    if len(word) > LONGEST:
        raise BadInput("too-long", field="serials", value=f"{word[:20]}…", accepted=f"<= {LONGEST}")
    hit = _RANGE.fullmatch(word)
    if hit is None:
        if ".." in word or "~" in word:
            raise BadInput("bad-serial-range", field="serials", value=word, accepted="A001..A250")
        return [word]
    prefix, first, again, last = hit.groups()
    if again not in ("", prefix) or len(first) != len(last) or int(first) > int(last):
        raise BadInput("bad-serial-range", field="serials", value=word, accepted="A001..A250")
    _few(int(last) - int(first) + 1)
    return (f"{prefix}{number:0{len(first)}d}" for number in range(int(first), int(last) + 1))


def ranges(lot: Iterable[str]) -> list[str]:
    """In order and short, three neighbours or more as a range; `serials` reads the same numbers back."""
    out: list[str] = []
    run: list[str] = []
    for serial in sorted(lot, key=_place):
        if run and not _follows(run[-1], serial):
            out += _short(run)
            run = []
        run.append(serial)
    return [*out, *_short(run)]


def _place(serial: str) -> tuple[str, int, int, str]:
    head, digits = _parts(serial)
    return head, len(digits), int(digits or 0), serial


def _parts(serial: str) -> tuple[str, str]:
    head = serial.rstrip("0123456789")
    return head, serial[len(head) :]


def _follows(before: str, serial: str) -> bool:
    (head, digits), (again, later) = _parts(before), _parts(serial)
    return bool(digits) and (head, len(digits)) == (again, len(later)) and int(later) == int(digits) + 1


def _short(run: list[str]) -> list[str]:
    word = f"{run[0]}..{run[-1]}" if len(run) > 2 else ""
    return [word] if 0 < len(word) <= LONGEST else run


def _few(count: int) -> None:
    if count > MOST:
        raise BadInput("too-many-serials", field="serials", value=count, accepted=f"<= {MOST}")


def ranked(seed: str, lot: Iterable[str]) -> list[str]:
    """The lot in the order of SHA-256 over seed, line feed and serial number; its beginning is the sample.

    The order of the list does not matter, and every serial number is as likely as any other to come first.
    """
    return sorted(lot, key=lambda serial: (hashlib.sha256(f"{seed}\n{serial}".encode()).digest(), serial))


@dataclass
class LotView:
    """One lot as its events tell it. `sample`: serial numbers that count now; `order`: whole lot by the seed."""

    stream: str
    version: int = 0
    opened: ev.LotOpened | None = None
    opened_by: str = ""
    opened_at: str = ""
    drawn: ev.SampleDrawn | None = None
    drawn_by: str = ""
    drawn_at: str = ""
    order: list[str] = field(default_factory=list[str])
    sample: list[str] = field(default_factory=list[str])
    replaced: list[ev.SampleReplaced] = field(default_factory=list[ev.SampleReplaced])
    abandoned: str = ""  # the reason
    judged: ev.LotJudged | None = None
    judged_by: str = ""
    judged_at: str = ""
    paper: ev.LotPaper | None = None

    @property
    def lot(self) -> ev.LotOpened:
        assert self.opened is not None
        return self.opened

    @property
    def plan(self) -> LotPlan:
        return LotPlan(self.lot.sample, self.lot.accept, self.lot.reject)

    @property
    def state(self) -> Literal["open", "drawn", "judged", "abandoned"]:
        if self.abandoned:
            return "abandoned"
        return "judged" if self.judged else "drawn" if self.drawn else "open"

    def apply(self, event: ev.Event, actor: str, at: str) -> None:
        match event:
            case ev.LotOpened():
                self.opened, self.opened_by, self.opened_at = event, actor, at
            case ev.SampleDrawn():
                self.drawn, self.drawn_by, self.drawn_at = event, actor, at
                self.order, self.sample = ranked(event.seed, self.lot.serials), list(event.serials)
            case ev.SampleReplaced():
                self.replaced.append(event)
                self.sample[self.sample.index(event.serial)] = event.successor
            case ev.LotAbandoned():
                self.abandoned = event.reason
            case ev.LotJudged():
                self.judged, self.judged_by, self.judged_at = event, actor, at
            case ev.LotPaper():
                self.paper = event
            case _:
                pass

    def successor(self) -> str:
        """Who comes next in the order of the seed. Raises NotAllowed `lot-exhausted`."""
        used = self.lot.sample + len(self.replaced)
        if used >= len(self.order):
            raise NotAllowed("lot-exhausted", field=self.stream, value=len(self.order))
        return self.order[used]

    def reproduced(self) -> bool:
        """Seed and lot give the recorded sample again, and every successor was the next in order."""
        if self.drawn is None:
            return True
        took = [*self.drawn.serials, *(one.successor for one in self.replaced)]
        return self.drawn.method == METHOD and took == self.order[: len(took)] and len(took) >= self.lot.sample


def fold(stream: str, events: Sequence[tuple[ev.Event, str, str]]) -> LotView:
    """(event, actor, at) in journal order."""
    view = LotView(stream)
    for event, actor, at in events:
        view.apply(event, actor, at)
        view.version += 1
    return view


def name_of(stream: str) -> str:
    """As people say it: without the prefix of its stream."""
    return stream.removeprefix(PREFIX)


def instrument_of(lot: str, serial: str) -> str:
    """Identity of an instrument that came into the books as part of a sample."""
    return f"{lot}/{serial}"


def with_serial(plate: dict[str, Any], serial: str) -> dict[str, Any]:
    return {**plate, "serial": serial}
