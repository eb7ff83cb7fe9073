"""The words of a health check: its value when good, what is wrong and what to do when not."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from fieldcal.services.local import LOCAL
from fieldcal.ui.i18n import t

if TYPE_CHECKING:
    from fieldcal.services.app import Health


def value(item: Health) -> str:
    if item.id == "clock":
        return datetime.fromisoformat(item.value).astimezone(LOCAL).strftime("%m-%d %H:%M")
    if item.value == "AC":
        return t("today.value_mains")
    return t(f"today.value_{item.id}", value=item.value)


def fault(item: Health) -> str:
    return t(f"today.bad_{item.id}", value=item.value)


def remedy(item: Health) -> str:
    return t(f"today.do_{item.id}", detail=item.detail)
