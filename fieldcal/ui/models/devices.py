"""Devices as rows, and the bytes of a port as lines, in text or in hexadecimal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fieldcal.services.local import LOCAL
from fieldcal.ui.i18n import message, pick, t

if TYPE_CHECKING:
    from fieldcal.services.doctor import Port
    from fieldcal.ui.widgets.rows import ListRow

NAMED = {0x0D: "\\r", 0x0A: "\\n", 0x09: "\\t"}
LAST = 200  # lines kept on the page
OTHER = "other-instrument"
PORT = "port:"  # in front of the name of a port, as the id of its row


@dataclass(frozen=True)
class RoleOf:
    """What procedures want of a role."""

    capability: str
    words: dict[str, str]


class Returns:
    """Which roles were lost and came back by themselves."""

    def __init__(self) -> None:
        self._lost: set[str] = set()
        self.again: set[str] = set()

    def look(self, states: Sequence[Any]) -> None:
        for state in states:
            if not state.linked:
                self._lost.add(state.role)
                self.again.discard(state.role)
            elif state.role in self._lost:
                self._lost.discard(state.role)
                self.again.add(state.role)


def roles_of(library: Iterable[Any]) -> dict[str, RoleOf]:
    """Every role of every procedure, in their order."""
    found: dict[str, RoleOf] = {}
    for compiled in library:
        for name, wanted in compiled.procedure.roles.items():
            words = {"zh": wanted.text.zh, "en": wanted.text.en}
            found.setdefault(name, RoleOf(wanted.capability, words))
    return found


def row(state: Any, again: bool = False) -> ListRow:
    from fieldcal.ui.widgets.rows import ListRow  # the header needs the words alone

    kind = "fail" if state.error else "pass" if state.linked else "pending"
    second = " · ".join(part for part in (identity(state.identity), state.driver_id, port(state)) if part)
    return ListRow(state.role, role(state.role), second, "", kind, word(state, again))


def by_hand(name: str, wanted: RoleOf, problem: str = "") -> ListRow:
    """`problem` is the code why its remembered instrument could not be taken up."""
    from fieldcal.ui.widgets.rows import ListRow

    second, kind = (message(problem), "fail") if problem else (t("devices.by_hand_find"), "skipped")
    return ListRow(name, role(name, wanted), second, "", kind, t("devices.by_hand"))


def port_row(found: Port) -> ListRow:
    from fieldcal.ui.widgets.rows import ListRow

    second = " · ".join(part for part in (found.description, usb(found.usb)) if part)
    word = t("devices.wireless") if found.wireless else ""
    return ListRow(PORT + found.name, found.name, second, role(found.role) if found.role else word)


def role(name: str, wanted: RoleOf | None = None) -> str:
    """The word for a role; of a regulation we have no word for, the one that it gives itself."""
    key = f"devices.role_{name}"
    found = t(key) if name in ("scale", "environment", "thermometer", "measure") else key
    if found != key:
        return found
    return pick(wanted.words) if wanted else name


def word(state: Any, again: bool = False) -> str:
    if state.error == OTHER:
        return t("devices.other_word")
    if not state.linked:
        return t("devices.lost")
    linked = t("devices.again") if again else t("devices.linked")
    return f"{linked} · {t('devices.simulated')}" if state.simulated else linked


def port(state: Any) -> str:
    return t("devices.simulated") if state.simulated else state.port


def short(name: str) -> str:
    """COM5, ttyUSB0: what stands on a heading."""
    return name.rpartition("/")[2] if name.startswith("/") else name


def usb(ids: Sequence[str]) -> str:
    """VID:PID and the serial number; "" for a port without."""
    if not any(ids[:2]):
        return ""
    number = ids[2] if len(ids) > 2 else ""
    return f"USB {':'.join(ids[:2])}" + (f" {number}" if number else "")


def identity(found: Any | None) -> str:
    return "" if found is None else f"{found.maker} {found.model} {found.serial}".strip()


def trust(state: Any) -> str:
    """Where the driver comes from."""
    known = str(state.trust)
    return t(f"devices.trust_{known}") if known in ("shipped", "signed", "unsigned") else ""


def facts(state: Any, ports: Sequence[Port] = ()) -> list[tuple[str, str]]:
    described = next((port.description for port in ports if port.name == state.port), "")
    place = " · ".join(part for part in (state.port, described, usb(state.usb)) if part)
    driver = " · ".join(part for part in (state.driver_id, trust(state)) if part)
    return [
        (t("devices.role"), role(state.role)),
        (t("devices.identity"), identity(state.identity) or t("common.none")),
        (t("devices.driver"), driver),
        (t("devices.port"), place),
    ]


def people(found: Any | None) -> list[str]:
    """Maker, model and serial number, for two instruments side by side."""
    parts = (found.maker, found.model, found.serial) if found is not None else ("", "", "")
    return [part or t("common.none") for part in parts]


def reading(told: object) -> str:
    """What an instrument answered to a request by hand, as text."""
    values = list(told.values()) if isinstance(told, dict) else [told]  # pyright: ignore[reportUnknownVariableType]
    return " · ".join(_value(value) for value in values)  # pyright: ignore[reportUnknownArgumentType]


def _value(told: Any) -> str:
    return f"{told.value} {told.unit}".strip() if hasattr(told, "value") else str(told)


def fault(state: Any) -> str:
    """What is wrong, in words; "" while all is well, and for another instrument, which has a banner of its own."""
    return message(state.error) if state.error and state.error != OTHER else ""


def lines(entries: Sequence[Any], as_hex: bool) -> str:
    """One line an entry: time, direction, bytes; the newest last."""
    return "\n".join(_line(entry, as_hex) for entry in list(entries)[-LAST:])


def _line(entry: Any, as_hex: bool) -> str:
    moment = datetime.fromtimestamp(entry.wall, LOCAL).strftime("%H:%M:%S.%f")[:-3]
    way = f"→ {t('devices.sent')}" if entry.sent else f"← {t('devices.got')}"
    return f"{moment}  {way}  {entry.data.hex(' ').upper() if as_hex else plain(entry.data)}"


def plain(data: bytes) -> str:
    """Printable ASCII as it is, the ends of lines as \\r and \\n, all else as \\xHH."""
    return "".join(NAMED.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\x{byte:02X}") for byte in data)
