"""Why a live reading isn't taken yet, and what to do about it, in words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from fieldcal.domain.quantity import show, trim
from fieldcal.services import present
from fieldcal.services.stable import Why
from fieldcal.ui.i18n import t
from fieldcal.ui.models import run_show, run_zero

if TYPE_CHECKING:
    from fieldcal.services.capture import Live
    from fieldcal.ui.models.run_wire import RunWire

BROKEN = ("jumped", "unit")  # what began the wait; how long it has held since is told with it
ASKED = ("stale", "zero-tracking", "wrong-unit")  # the technician has to do something


def line(live: Live, why: Why | None) -> str:
    """One line under the reading: what it waits for, else what proves it."""
    if why is None or why.code in ASKED[:2]:
        spread = f"{show(live.spread)} {live.unit}"
        words = t("run.samples", count=live.samples, spread=spread)
        return f"{words} · {t('run.derived')}" if live.proof.derived else words
    held = t("run.wait.held", seconds=f"{live.elapsed:.1f}", hold=f"{live.hold:.1f}")
    if why.code == "held":
        return held
    words = t(f"run.wait.{why.code}", value=_signed(why.value, why.unit), unit=why.unit)
    return f"{words} · {held}" if why.code in BROKEN else words


def hint(model: RunWire) -> tuple[str, str]:
    """(what is the matter, what to do), both "" where nothing is; a question goes before advice."""
    why, column = model.why(), model.measured()
    if why is not None and why.code in ASKED and column is not None:
        wanted = run_show.shown_unit(model.compiled, column.unit, column.show, _names(model))
        added = f"{trim(why.value)} {why.unit}".strip()
        title = t(f"run.ask.{why.code}", added=added, unit=why.unit, wanted=wanted)
        return title, t(f"run.ask.{why.code}-do")
    found = run_zero.escape(model.compiled, model.draft())
    if found is None:
        return "", ""
    tracks, load, unit = found
    key = "run.ask.tracks" if tracks == "yes" else "run.ask.may-track"
    return t(key, load=f"{present.pretty(trim(load))} {unit}"), t("run.ask.tracks-do")


def _names(model: RunWire) -> dict[str, object]:
    made = model.draft()
    return dict(made.outcome.values) if made else {}


def _signed(value: Decimal, unit: str) -> str:
    return f"{run_show.signed(present.pretty(show(value)))} {unit}".strip()
