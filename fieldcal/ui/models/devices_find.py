"""What the doctor found, in words: hits and proposals as rows, an offer as facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fieldcal.services.doctor import Diagnosis, Hit, Listening, PortPack, Proposal, Search, pack_of_hit
from fieldcal.services.doctor import pack_of_proposal as packed
from fieldcal.ui.i18n import message, t
from fieldcal.ui.models.devices import RoleOf, identity, plain
from fieldcal.ui.widgets.rows import ListRow

ENDS = {"\r\n": "CR LF", "\n\r": "LF CR", "\r": "CR", "\n": "LF"}
PACK = "pack:"  # in front of the name of a pack, as the id of its row


@dataclass(frozen=True)
class Offer:
    """One thing that can be bound, with what there is to say of it."""

    pack: PortPack
    facts: tuple[tuple[str, str], ...]


def hit_row(at: int, hit: Hit) -> ListRow:
    second = " · ".join(part for part in (identity(hit.identity), _line(hit.baud, hit.bits), _how(hit)) if part)
    return ListRow(str(at), hit.driver, second, _value(hit.value, hit.unit), "pass")


def of_hit(hit: Hit) -> Offer:
    known = identity(hit.identity)
    facts = (
        (t("devices.driver"), hit.driver),
        (t("devices.line"), _line(hit.baud, hit.bits)),
        (t("devices.identity"), known or _how(hit)),
        (t("devices.first_value"), _value(hit.value, hit.unit) or t("common.none")),
    )
    return Offer(pack_of_hit(hit, _file_name(known, hit.driver)), facts)


def proposal_row(at: int, one: Proposal) -> ListRow:
    own = t("devices.own_settings") if one.settings else ""
    return ListRow(str(at), one.driver, own, " / ".join(_value(value, one.unit) for value in one.values), "pass")


def of_proposal(one: Proposal, heard: Listening) -> Offer:
    assert heard.diagnosis.form is not None
    form = heard.diagnosis.form
    facts = (
        (t("devices.driver"), one.driver + (f" · {t('devices.own_settings')}" if one.settings else "")),
        (t("devices.line"), _line(form.baud, one.bits)),
        (t("devices.form"), form_words(heard.diagnosis)),
        (t("devices.values"), " / ".join(_value(value, one.unit) for value in one.values)),
    )
    return Offer(packed(one, form, heard.prints, _file_name("", one.driver)), facts)


def of_pack(pack: PortPack) -> Offer:
    facts = (
        (t("devices.pack"), pack.name),
        (t("devices.driver"), pack.driver),
        (t("devices.line"), " · ".join(pack.line.values()) or t("common.none")),
        (t("devices.found_how"), t(f"devices.found_{pack.found}")),
    )
    return Offer(pack, facts)


def pack_row(pack: PortPack) -> ListRow:
    second = " · ".join(part for part in (pack.driver, " ".join(pack.line.values())) if part)
    return ListRow(PACK + pack.name, pack.name, second)


def form_words(told: Diagnosis) -> str:
    """Ending, decimals, unit, sign and width of the prints."""
    if told.form is None:
        return ""
    form = told.form
    width = t("devices.width", count=form.width) if form.width else t("devices.tokens")
    parts = (
        ENDS.get(form.ending, ""),
        t("devices.decimals", count=form.decimals),
        form.unit,
        t(f"devices.sign_{form.sign}"),
        width,
    )
    return " · ".join(part for part in parts if part)


def search_words(search: Search) -> str:
    if search.error:
        return message(search.error)
    if not search.done:
        return t("devices.tried", count=len(search.tried))
    return t("devices.fits", count=len(search.hits)) if search.hits else t("devices.nobody")


def print_words(heard: Listening, total: int) -> str:
    if heard.error:
        return message(heard.error)
    if heard.done:
        return t("devices.heard_all") if heard.diagnosis.proposals else t("devices.heard_unknown")
    if not heard.open:
        return t("devices.not_open")
    return t("devices.press_now", number=min(len(heard.prints), total - 1) + 1, total=total)


def prints(heard: Listening) -> str:
    """Each print with the rate we listened at."""
    return "\n".join(
        f"{at}  {one.rate}  {plain(one.data) or t('devices.no_bytes')}" for at, one in enumerate(heard.prints, 1)
    )


def fitting(roles: Mapping[str, RoleOf], capabilities: Sequence[str]) -> list[str]:
    """Roles that want what it can do; all of them where none does."""
    fit = [name for name, wanted in roles.items() if wanted.capability in capabilities]
    return fit or list(roles)


def _line(baud: int, bits: str) -> str:
    return f"{baud} · {bits}"


def _how(hit: Hit) -> str:
    return t("devices.speaks", count=hit.frames) if hit.frames else ""


def _value(value: str, unit: str) -> str:
    return f"{value} {unit}".strip()


def _file_name(known: str, driver: str) -> str:
    """What a file may be called on every system."""
    kept = "".join(sign if sign not in '\\/:*?"<>|' else "-" for sign in known or driver)
    return kept.strip(" .")[:60] or "instrument"
