"""Numbers as people type them and instruments send them: Decimal, with unit and resolution."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from fieldcal.domain.errors import BadInput
from fieldcal.domain.units import convert, plain

_FULL_WIDTH = {0xFF10 + i: str(i) for i in range(10)} | {
    0xFF0E: ".", 0x3002: ".", 0xFF0C: ".", ord(","): ".", 0xFF0D: "-", 0x2212: "-", 0xFF0B: "+",
}  # fmt: skip
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", re.ASCII)
LIMIT = 24  # characters: no instrument of legal metrology shows more


def normalise(text: str) -> str:
    """Full-width digits, point, comma and minus become plain; nothing is rounded or padded."""
    return text.strip().translate(_FULL_WIDTH)


def number(text: str, field: str = "") -> Decimal:
    """Text to Decimal, zeros kept. Raises BadInput: empty, not-a-number (NaN, words), too-long."""
    plain_text = normalise(text)
    if not plain_text:
        raise BadInput("empty", field=field, accepted="a number such as 12.340")
    if len(plain_text) > LIMIT:
        raise BadInput("too-long", field=field, value=text, accepted=f"at most {LIMIT} characters")
    if not _NUMBER.fullmatch(plain_text):
        raise BadInput("not-a-number", field=field, value=text, accepted="a number such as 12.340")
    return Decimal(plain_text)


def show(value: Decimal) -> str:
    """Decimal to text, never with an exponent; negative zero is zero."""
    value = plain(value)
    return format(value.copy_abs() if value == 0 else value, "f")


def span(low: Decimal | None, high: Decimal | None, unit: str) -> str:
    """What is accepted between two limits, or above or below one: "0.5..5 g", ">= 0 g"."""
    if low is not None and high is not None:
        told = show(low) if low == high else f"{show(low)}..{show(high)}"
    else:
        told = f">= {show(low)}" if low is not None else f"<= {show(high)}" if high is not None else ""
    return f"{told} {unit}".strip()


def trim(value: Decimal) -> str:
    """As `show`, without the zeros that only arithmetic made."""
    text = show(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class Quantity:
    """A number never travels without its unit; its resolution is the place of its last digit."""

    value: Decimal
    unit: str

    @property
    def resolution(self) -> Decimal:
        exponent = self.value.as_tuple().exponent
        return Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(1)

    def to(self, unit: str, field: str = "") -> Quantity:
        return Quantity(convert(self.value, self.unit, unit, field), unit)

    def __str__(self) -> str:
        return f"{show(self.value)} {self.unit}".strip()


def quantity(text: str, unit: str, field: str = "") -> Quantity:
    return Quantity(number(text, field), unit)
