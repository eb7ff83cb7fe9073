"""What the pages and the command line know of an unknown instrument on a port: shapes, and who can find out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from fieldcal.driverkit import Identity

PRINTS = 3  # presses of the print key
Sign = Literal[
    "none", "attached", "column"
]  # no sign seen, one directly before the digits, one with a place of its own


@dataclass(frozen=True)
class Port:
    """A port as it is listed; nothing was opened for that. `usb` is vid, pid and serial number, empty without one."""

    name: str
    description: str = ""
    usb: tuple[str, ...] = ()
    wireless: bool = False  # Bluetooth: listed last, never asked
    role: str = ""  # what it served last


@dataclass(frozen=True)
class Hit:
    """A driver that fits. `frames` counts good ones that came unasked; `value` is the first of them as text."""

    driver: str
    baud: int
    bits: str
    identity: Identity | None = None
    frames: int = 0
    value: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Search:
    """How far the questions on one port are: drivers tried in order, those that fit, and `error` if the port failed."""

    tried: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    done: bool = False
    error: str = ""
    share: float = 0.0  # of the time it may take


@dataclass(frozen=True)
class Print:
    """One print and the rate at which we listened to it."""

    rate: int
    data: bytes


@dataclass(frozen=True)
class Form:
    """What clean prints have in common. `width` is in characters without the ending, 0 where it changes."""

    baud: int
    bits: str
    ending: str
    decimals: int
    unit: str
    sign: Sign
    width: int


@dataclass(frozen=True)
class Proposal:
    """A driver with one of its maps, or with `settings` of our own, and what it reads out of every clean print."""

    driver: str
    values: tuple[str, ...]
    unit: str
    frames: int = 0  # good ones in all prints
    bits: str = "8N1"  # of the driver where the prints allow it
    settings: Mapping[str, str | int] = field(default_factory=dict[str, str | int])


@dataclass(frozen=True)
class Diagnosis:
    """`form` is None while all prints are garbage; `rate` is where to listen next."""

    rate: int
    form: Form | None = None
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True)
class Listening:
    """A port on which we wait for prints; `open` once a print would be heard."""

    prints: tuple[Print, ...]
    diagnosis: Diagnosis
    error: str = ""
    open: bool = False

    @property
    def done(self) -> bool:
        return len(self.prints) >= PRINTS and self.diagnosis.form is not None


@dataclass(frozen=True)
class PortPack:
    """What one van found out, for the others: data only. `line` are the line settings, `found` says how."""

    name: str
    driver: str
    line: Mapping[str, str]
    found: Literal["answered", "spoke", "printed"]
    settings: Mapping[str, str | int] = field(default_factory=dict[str, str | int])
    prints: tuple[Print, ...] = ()


def pack_of_hit(hit: Hit, name: str) -> PortPack:
    line = {"baud": str(hit.baud), "bits": hit.bits}
    return PortPack(name, hit.driver, line, "spoke" if hit.frames else "answered")


def pack_of_proposal(one: Proposal, form: Form, prints: Sequence[Print], name: str) -> PortPack:
    line = {"baud": str(form.baud), "bits": one.bits}
    return PortPack(name, one.driver, line, "printed", one.settings, tuple(prints))


class Finding(Protocol):
    """A search that runs; safe to look at and to stop from any thread."""

    def look(self) -> Search: ...
    def stop(self) -> None: ...


class Hearing(Protocol):
    """We listen; `nothing` says that the key was pressed and no byte came."""

    def look(self) -> Listening: ...
    def nothing(self) -> None: ...
    def stop(self) -> None: ...


class Doctor(Protocol):
    """No port is opened before `find`, `listen` or `bind` is called. `rebind`: the line stays as it was, the
    instrument that answers now is the right one."""

    def ports(self) -> Sequence[Port]: ...
    def add(self, name: str) -> Port: ...
    def problems(self) -> Mapping[str, str]: ...
    def find(self, port: str) -> Finding: ...
    def listen(self, port: str) -> Hearing: ...
    def capabilities(self, driver: str) -> Sequence[str]: ...
    def bind(self, role: str, pack: PortPack, port: str, reason: str = "") -> Identity: ...
    def rebind(self, role: str, driver: str, port: str, reason: str) -> Identity: ...
    def unbind(self, role: str) -> None: ...
    def write(self, pack: PortPack, path: Path) -> None: ...
    def take(self, path: Path) -> PortPack: ...
    def packs(self) -> Sequence[PortPack]: ...
