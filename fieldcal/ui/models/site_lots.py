"""The lots of a site in a line each: how many, how many of the sample have their paper, the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldcal.domain.lot import name_of
from fieldcal.services.lots import Lots
from fieldcal.ui.i18n import t

if TYPE_CHECKING:
    from fieldcal.services.app import Services

SHOWN = 3  # the newest ones


@dataclass(frozen=True)
class LotLine:
    name: str
    state: str  # open, drawn, accepted, rejected
    total: int
    sample: int
    ready: int
    kind: str
    instruments: tuple[str, ...]


def load(services: Services, site: str) -> tuple[LotLine, ...]:
    lots = Lots(services.certificates)
    views = [view for view in lots.all() if view.lot.site == site and view.state != "abandoned"]
    found: list[LotLine] = []
    for view in reversed(views):
        members = lots.members(view)
        ready = sum(member.result is not None for member in members)
        state = view.judged.verdict if view.judged else view.state
        sample = tuple(member.instrument for member in members)
        lot = view.lot
        found.append(LotLine(name_of(view.stream), state, len(lot.serials), lot.sample, ready, lot.kind, sample))
    return tuple(found)


def text(lines: tuple[LotLine, ...]) -> str:
    """In the language of the screen; "" where there is no lot."""
    return "\n".join(
        t(f"site.lot_{line.state}", name=line.name, total=line.total, sample=line.sample, ready=line.ready)
        for line in lines[:SHOWN]
    )


def kind_of(lines: tuple[LotLine, ...], instrument: str) -> str:
    """The kind of verification that an unfinished lot wants of an instrument of its sample, else ""."""
    return next((line.kind for line in lines if line.state == "drawn" and instrument in line.instruments), "")
