"""The simulated bench in words: instruments as rows, offers that are found, knobs and faults by name."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from fieldcal.services.practice_bench import Offer, Shown, Standing
from fieldcal.ui.i18n import catalog, language, pick, slug, t

if TYPE_CHECKING:
    from fieldcal.ui.widgets.rows import ListRow

MINUS = "\u2212"
POINTS = ("middle", "back_left", "back_right", "front_right", "front_left")


def named(kind: str, name: str) -> str:
    """The word for a knob, a fault or what it does; a driver that somebody dropped in says its own name."""
    return catalog(language()).texts.get(f"bench.{kind}.{name}", "" if kind == "does" else name.replace("_", " "))


def title(offer: Offer) -> str:
    return pick(offer.name)


def second(offer: Offer) -> str:
    return " · ".join(part for part in (offer.id, offer.type) if part)


def unit(text: str) -> str:
    """Units are the same in every language, but for words."""
    return catalog(language()).texts.get(f"bench.unit.{slug(text)}", text)


def figure(one: Shown) -> str:
    return named("fault", one.beyond) if one.beyond else one.value.replace("-", MINUS)


def state(one: Standing) -> tuple[str, str]:
    """Kind of shape and word: what is on an instrument that a program would notice."""
    if not one.plugged:
        return "skipped", t("bench.unplugged")
    if one.fault:
        return "warn", named("fault", one.fault)
    return "pass", t("bench.running")


def row(one: Standing) -> ListRow:
    from fieldcal.ui.widgets.rows import ListRow

    kind, word = state(one)
    return ListRow(one.name, title(one.offer), f"{word} · {one.name}", "", kind)


def offer_row(offer: Offer) -> ListRow:
    from fieldcal.ui.widgets.rows import ListRow

    return ListRow(offer.id, title(offer), second(offer))


def found(offers: Sequence[Offer], text: str) -> list[Offer]:
    """Those in which every word of the text occurs, in either language."""
    words = text.lower().split()
    return [one for one in offers if all(word in _searched(one) for word in words)]


def _searched(offer: Offer) -> str:
    return " ".join([offer.id, offer.type, *offer.name.values()]).lower()


def load_word(word: str, load: Decimal, unit: str) -> str:
    return t(f"bench.load_{word}", load=f"{load:f} {unit}")
