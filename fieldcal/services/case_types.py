"""What the modules of worked cases share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from fieldcal.domain.errors import DomainError
from fieldcal.services.ports import Signer


class Unsupported(DomainError):
    """The case asks for a topic, item or test that no adapter knows; it counts as differing."""

    code = "case-unsupported"


class QrCodec(Protocol):
    """The codec of the signed code; services may not import it, so the caller hands it in."""

    @property
    def MalformedCode(self) -> type[Exception]: ...
    @property
    def Key(self) -> Any: ...
    def base45_encode(self, data: bytes) -> str: ...
    def base45_decode(self, text: str) -> bytes: ...
    def days(self, day: date) -> int: ...
    def envelope(self, payload: dict[int, Any], signer: Signer) -> bytes: ...
    def build(self, payload: dict[int, Any], signer: Signer) -> str: ...
    def build_url(self, payload: dict[int, Any], signer: Signer, prefix: str) -> str: ...
    def verify(self, text: str, keys: Sequence[Any], today: date, superseded: Collection[str] = ()) -> Any: ...


@dataclass(frozen=True)
class Near:
    """A result of random trials: equal to what is expected within `tolerance`."""

    value: Decimal
    tolerance: Decimal

    def holds(self, expected: Decimal) -> bool:
        """The expected number counts as rounded: half a unit of its last digit is added."""
        last = expected.as_tuple().exponent
        half = Decimal(5).scaleb(last - 1) if isinstance(last, int) else Decimal(0)
        return abs(self.value - expected) <= self.tolerance + half


@dataclass(frozen=True)
class Difference:
    key: str
    expected: Any
    got: Any


@dataclass
class CaseResult:
    id: str
    differences: list[Difference] = field(default_factory=list[Difference])
    not_compared: list[str] = field(default_factory=list[str])

    @property
    def match(self) -> bool:
        return not self.differences
