"""What printed lines look like: ending, number, decimals, unit, sign and width."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fieldcal.services.doctor import Sign

ENDS = ("\r\n", "\n\r", "\r", "\n")
UNITS = "kg|mg|g|t|ct|lb|oz|kPa|MPa|hPa|mbar|bar|psi|Pa|°C|%RH|%|mV|V|mA|A|kWh|m3|mL|L"
NUMBER = re.compile(rf"(?<![0-9.])(?P<field> *(?P<sign>[+-]?)(?P<gap> *)(?P<digits>[0-9]+(?:[.,][0-9]+)?))"
                    rf"(?P<unit> *(?:{UNITS})(?![A-Za-z0-9]))?")  # fmt: skip


@dataclass(frozen=True)
class Number:
    """One line, cut at the number it shows."""

    line: str
    before: str
    field: str  # the number with its sign and the blanks before it
    after: str
    sign: str
    gap: str  # between the sign and the digits
    digits: str
    unit: str

    @property
    def decimals(self) -> int:
        return len(re.split("[.,]", self.digits)[1]) if re.search("[.,]", self.digits) else 0

    @property
    def value(self) -> str:
        return f"{'-' if self.sign == '-' else ''}{self.digits.replace(',', '.')}"


def ending(text: str) -> str:
    """The ends of lines that stand most often; "" where there are none."""
    return max(ENDS, key=lambda end: (text.count(end), len(end))) if any(end in text for end in ENDS) else ""


def number(text: str) -> Number | None:
    """The number that a print is about: one with a unit before one with decimals, the last of equal ones."""
    end = ending(text)
    found = [_cut(line, hit) for line in (text.split(end) if end else [text]) for hit in NUMBER.finditer(line)]
    return max(enumerate(found), key=lambda one: (bool(one[1].unit), one[1].decimals > 0, one[0]))[1] if found else None


def sign_of(numbers: Sequence[Number]) -> Sign:
    if any(one.sign and one.gap for one in numbers) or any(one.sign == "+" for one in numbers):
        return "column"
    return "attached" if any(one.sign for one in numbers) else "none"


def width_of(numbers: Sequence[Number]) -> int:
    """0 where the lines are not all as long, or nothing fills up the number, so that it may grow."""
    widths = {len(one.line) for one in numbers}
    filled = any(one.field[0] in " +-" or one.digits.startswith("00") for one in numbers)
    return widths.pop() if len(widths) == 1 and filled else 0


def settings_of(texts: Sequence[str]) -> dict[str, str | int] | None:
    """A map of the driver for any printed line; None where the text around the number changes."""
    found = [number(text) for text in texts]
    numbers = [one for one in found if one is not None]
    if not numbers or len(numbers) < len(texts) or len({(n.before, n.after, n.decimals) for n in numbers}) > 1:
        return None
    first, wide = numbers[0], width_of(numbers)
    return {
        "ending": ending(texts[0]) or "\r\n",
        "before": first.before,
        "field": len(first.field) if wide else 0,
        "after": first.after,
        "decimals": first.decimals,
        "unit": first.unit,
    }


def _cut(line: str, hit: re.Match[str]) -> Number:
    start, end = hit.span("field")
    unit = (hit["unit"] or "").strip()
    return Number(line, line[:start], hit["field"], line[end:], hit["sign"], hit["gap"], hit["digits"], unit)
