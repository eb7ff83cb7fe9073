"""What a driver is, what it is given (a link) and what it returns."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

import msgspec

from fieldcal.driverkit.frame import Frame

Profile = Mapping[str, Any]


def seconds(profile: Profile, key: str, default: float) -> float:
    """A time out of a data file; times may be binary floats, quantities never."""
    return float(profile.get(key, default))


class Identity(msgspec.Struct, frozen=True):
    maker: str
    model: str
    serial: str


class Reading(msgspec.Struct, frozen=True):
    """One value as the instrument gave it; `raw` is the reply it was read from, kept as evidence.

    `derived`: the reply says nothing of stability, so `stable` is the driver's own conclusion.
    """

    value: Decimal
    unit: str
    stable: bool
    raw: bytes
    quantity: str = ""
    derived: bool = False


class Link(Protocol):
    def exchange(self, request: bytes, frame: Frame, timeout: float) -> bytes:
        """Send `request`, return one whole frame within `timeout` seconds, or raise a DeviceError."""
        ...

    def listen(self, frame: Frame, timeout: float) -> bytes:
        """The next whole frame of an instrument that speaks unasked; what lay in the buffer is thrown away."""
        ...

    def tell(self, data: bytes) -> None:
        """Send what has no answer, to an instrument that speaks unasked."""
        ...


class Driver:
    """Base of all drivers: owns no port, no thread and no clock.

    `profile` is the data file that describes one type of instrument, where the driver has such files.
    `channels` are the arguments that the methods with a channel take.
    """

    capabilities: frozenset[str] = frozenset()
    channels: tuple[str, ...] = ()

    def __init__(self, link: Link, profile: Profile | None = None) -> None:
        self.link = link
        self.profile: Profile = profile or {}

    def identify(self) -> Identity:
        raise NotImplementedError
