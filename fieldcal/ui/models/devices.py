"""Devices as rows, and the bytes of a port as lines, in text or in hexadecimal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fieldcal.services.local import LOCAL
from fieldcal.ui.i18n import message, t

if TYPE_CHECKING:
    from fieldcal.ui.widgets.rows import ListRow

NAMED = {0x0D: "\\r", 0x0A: "\\n", 0x09: "\\t"}
LAST = 200  # lines kept on the page


def row(state: Any) -> ListRow:
    from fieldcal.ui.widgets.rows import ListRow  # the header needs the words alone

    kind = "fail" if state.error else "pass" if state.linked else "pending"
    second = " · ".join(part for part in (identity(state), state.driver_id, port(state)) if part)
    return ListRow(state.role, role(state.role), second, "", kind, word(state))


def role(name: str) -> str:
    """The word for a role, or the role itself for one of a regulation we have no word for."""
    key = f"devices.role_{name}"
    found = t(key) if name in ("scale", "environment", "thermometer", "measure") else key
    return name if found == key else found


def word(state: Any) -> str:
    linked = t("devices.linked") if state.linked else t("devices.unlinked")
    return f"{linked} · {t('devices.simulated')}" if state.simulated else linked


def port(state: Any) -> str:
    return t("devices.simulated") if state.simulated else state.port


def identity(state: Any) -> str:
    found = state.identity
    return "" if found is None else f"{found.maker} {found.model} {found.serial}".strip()


def facts(state: Any) -> list[tuple[str, str]]:
    return [
        (t("devices.role"), role(state.role)),
        (t("devices.identity"), identity(state) or t("common.none")),
        (t("devices.driver"), state.driver_id),
        (t("devices.port"), state.port),
    ]


def fault(state: Any) -> str:
    """What is wrong, in words; "" while all is well."""
    return message(state.error) if state.error else ""


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
