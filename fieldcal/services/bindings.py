"""Which instrument plays which role from day to day: bound by a person, remembered in the journal, taken up again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from fieldcal.domain import events as ev
from fieldcal.driverkit import DeviceError, Identity
from fieldcal.services.workspace import Workspace

STREAM = "ports"
LINE = ("baud", "bits", "dtr", "rts", "handshake")
SYSTEM = "system"


class Binder(Protocol):
    """The part of the gateway that binds."""

    def bind(
        self,
        role: str,
        driver_id: str,
        port: str,
        line: Mapping[str, str] | None = None,
        settings: Mapping[str, Any] | None = None,
        expected: Identity | None = None,
    ) -> Identity: ...
    def expect(
        self,
        role: str,
        driver_id: str,
        port: str,
        usb: tuple[str, str, str] | None,
        line: Mapping[str, str],
        settings: Mapping[str, Any],
        expected: Identity,
    ) -> None: ...
    def unbind(self, role: str) -> None: ...
    def binding(self, role: str) -> Any: ...


class Bindings:
    """`problems`: the roles that could not be taken up at the start, with the code why."""

    def __init__(self, ws: Workspace, gateway: Binder, simulated: Callable[[str], bool]) -> None:
        self.ws, self._gateway, self._simulated = ws, gateway, simulated
        self.problems: dict[str, str] = {}
        self.actor: Callable[[], str] = lambda: SYSTEM  # who is signed in

    def remembered(self) -> list[ev.PortBound]:
        return list(self.ws.catalogue.ports.values())

    def bind(self, role: str, driver: str, port: str, settings: Mapping[str, Any], reason: str = "") -> Identity:
        """`settings` are line settings and those of the map, which differ from the driver's own.

        Another instrument than the remembered one is refused (OtherInstrument, a DeviceError) unless a reason is given.
        A port of the simulated bench serves until the program ends and is not remembered.
        """
        line = {name: str(value) for name, value in settings.items() if name in LINE}
        own = {name: value for name, value in settings.items() if name not in LINE}
        known = self.ws.catalogue.ports.get(role)
        expected = None if known is None or reason or known.driver != driver else Identity(*known.instrument)
        identity = self._gateway.bind(role, driver, port, line, own, expected)
        self.problems.pop(role, None)
        if not self._simulated(port):
            usb = list(self._gateway.binding(role).usb)
            instrument = [identity.maker, identity.model, identity.serial]
            self._put(ev.PortBound(role, driver, port, usb, line, instrument, own, reason))
        return identity

    def unbind(self, role: str) -> None:
        self._gateway.unbind(role)
        self.problems.pop(role, None)
        if role in self.ws.catalogue.ports:
            self._put(ev.PortReleased(role))

    def restore(self) -> None:
        """Expects every remembered instrument; none of them has to be plugged in."""
        for one in self.remembered():
            vid, pid, serial = one.usb
            try:
                self._gateway.expect(
                    one.role, one.driver, one.port, (vid, pid, serial) if vid else None,
                    one.line, one.settings, Identity(*one.instrument),
                )  # fmt: skip
            except DeviceError as error:
                self.problems[one.role] = error.code

    def _put(self, event: ev.Event) -> None:
        self.ws.put(STREAM, event, self.actor())
