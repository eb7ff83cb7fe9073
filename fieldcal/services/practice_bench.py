"""What the window of the simulated bench needs; the command line composes it out of drivers and ports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from fieldcal.driverkit import Knob

LOAD, CORNER, CHEAT = "load", "corner", "cheat"  # knobs of a scale that are more than a slider
PHYSICS = frozenset({"drift", CORNER, "corner_error", "noise", CHEAT, "settle"})  # how it errs, not what it measures
BUILT = frozenset({"capacity", "d"})  # what a scale is built for: set once, never slid


@dataclass(frozen=True)
class Offer:
    """One instrument that can be started: `id` as `drivers list` names it, with /map behind; `name` by language."""

    id: str
    name: Mapping[str, str]
    map: str = ""
    type: str = ""  # maker and model the map is made for


@dataclass(frozen=True)
class Standing:
    """One instrument on the bench. `port` is what a program opens, also while the cable is out; asked at another
    rate than that of `line`, it gives rubbish; `line` is empty where there are no rates."""

    name: str
    offer: Offer
    port: str
    line: str
    plugged: bool
    fault: str


@dataclass(frozen=True)
class Shown:
    """One figure on the instrument's own display; `quantity` is the name of a knob, or "indication" for a weight.
    `beyond` is "overload" or "underload" where no figure is shown."""

    quantity: str
    value: str
    unit: str
    stable: bool = True
    beyond: str = ""


@dataclass(frozen=True)
class Passed:
    """Bytes on the line; `sent` means towards the instrument, `wall` is in seconds since 1970 UTC."""

    sent: bool
    data: bytes
    wall: float


class PracticeBench(Protocol):
    """`name` is that of an instrument on the bench. Every call may raise BadInput for a name that is not there."""

    def offers(self) -> list[Offer]: ...

    def instruments(self) -> list[Standing]:
        """In the order they were started."""
        ...

    def start(self, driver: str) -> str:
        """Puts one more on the bench, plugged in; its name there. Raises DeviceError when the driver cannot be used."""
        ...

    def stop(self, name: str) -> None: ...
    def unplug(self, name: str) -> None: ...
    def replug(self, name: str) -> None: ...
    def knobs(self, name: str) -> tuple[Knob, ...]: ...
    def at(self, name: str, knob: str) -> Decimal: ...

    def turn(self, name: str, knob: str, value: Decimal) -> None:
        """Raises BadInput for a knob it has not, or a value outside its range."""
        ...

    def loads(self, name: str) -> list[tuple[str, Decimal]]:
        """Loads worth a button, in the unit of the load knob: zero, twenty (intervals), half and max of the range;
        nothing for what is no scale."""
        ...

    def faults(self, name: str) -> list[str]: ...

    def switch(self, name: str, fault: str) -> None:
        """One fault on, whichever was on before off; all off with an empty text. Raises BadInput."""
        ...

    def shows(self, name: str) -> list[Shown]: ...

    def passed(self, name: str) -> list[Passed]:
        """What went over the line lately, the newest last."""
        ...

    def close(self) -> None: ...
