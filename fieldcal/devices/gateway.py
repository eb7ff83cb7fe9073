"""What the rest of the program sees of instruments: roles, requests to them, and their state."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from threading import RLock
from typing import Any

import msgspec

from fieldcal.devices.bench import is_simulated
from fieldcal.devices.binding import Binding, Bound, DeviceState
from fieldcal.devices.catalog import Catalog, Described
from fieldcal.devices.errors import DriverFailed, NotBound, PortTaken, Stuck
from fieldcal.devices.messages import Open
from fieldcal.devices.remote import RemoteSession
from fieldcal.devices.serial_link import PortInfo, list_ports
from fieldcal.devices.tap import Tap
from fieldcal.devices.watch import Watch
from fieldcal.driverkit import DeviceError, Identity
from fieldcal.driverkit.manifest import SerialSettings, line_of

__all__ = ["DeviceState", "Gateway", "NotBound", "PortTaken"]
LIVE = ("live-mass", "measure-environment", "measure-temperature")
MARGIN = 4.0  # s: a process starts, a port is opened
Usb = tuple[str, str, str]


class Gateway:
    """Thread-safe. Roles with the same driver on the same port share one session, each session has a process."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog, self._lock = catalog, RLock()
        self._bound: dict[str, Bound] = {}
        self._watch = Watch(self._look, self._slept)
        self._watch.start()

    @property
    def catalog(self) -> Catalog:
        return self._catalog

    def ports(self) -> list[PortInfo]:
        return list_ports()

    def bind(
        self,
        role: str,
        driver_id: str,
        port: str,
        line: Mapping[str, str] | None = None,
        settings: Mapping[str, Any] | None = None,
        expected: Identity | None = None,
    ) -> Identity:
        """Open, identify, and keep; blocks for some seconds at most. Raises DeviceError.

        `line` overrides the driver's line settings (baud, bits, dtr, rts, handshake), `settings` its map's data. With
        `expected` another instrument is refused: OtherInstrument, which has both identities.
        """
        with self._lock:
            self.unbind(role)
            bound = self._shared(role, driver_id, port) or self._opened(role, driver_id, port, line, settings, expected)
            self._bound[role] = bound
        try:  # several may be asked who they are at the same time
            identity = _identity(bound, 4 * self._catalog.describe(driver_id).manifest.probe.timeout + MARGIN)
        except DeviceError:
            self.unbind(role)
            raise
        with self._lock:
            self._bound[role] = bound.of(identity)
        return identity

    def expect(
        self,
        role: str,
        driver_id: str,
        port: str,
        usb: Usb | None,
        line: Mapping[str, str],
        settings: Mapping[str, Any],
        expected: Identity,
    ) -> None:
        """Keep a remembered instrument, plugged in or not: it is taken up by itself as soon as it answers.

        Raises DriverFailed or UnsignedDriver.
        """
        with self._lock:
            self.unbind(role)
            bound = self._shared(role, driver_id, port)
            self._bound[role] = bound or self._opened(role, driver_id, port, line, settings, expected, usb)

    def unbind(self, role: str) -> None:
        with self._lock:
            if bound := self._bound.pop(role, None):
                self._close(bound)

    def request(self, role: str, capability: str, **args: Any) -> Future[Any]:
        """A Future of the capability's result; it fails with a DeviceError and nothing else."""
        try:
            return self._of(role).session.submit(capability, **args)
        except NotBound as error:
            failed: Future[Any] = Future()
            failed.set_exception(error)
            return failed

    def live(self, role: str) -> Future[Any]:
        """What the instrument shows at this moment: a Reading, or the readings of the environment."""
        bound = self._bound.get(role)
        capabilities = bound.session.capabilities if bound else frozenset[str]()
        capability = next((name for name in LIVE if name in capabilities), LIVE[0])
        if bound and capability == "measure-temperature" and bound.session.channels:
            return self.request(role, capability, channel=bound.session.channels[0])
        return self.request(role, capability)

    def cancel(self, role: str) -> None:
        """Stop the call that runs now; later ones open the port anew."""
        self._of(role).session.cancel()

    def state(self) -> list[DeviceState]:
        with self._lock:
            return [bound.state(is_simulated(bound.binding.port)) for bound in self._bound.values()]

    def binding(self, role: str) -> Binding:
        return self._of(role).binding

    def tap(self, role: str) -> Tap:
        return self._of(role).tap

    def transcript(self, role: str) -> bytes:
        """Every byte kept of this role's port, in the form of a transcript."""
        bound = self._of(role)
        return bound.tap.transcript(f"{bound.binding.driver_id} {bound.binding.instrument.serial}")

    def checked(self, role: str) -> bool:
        """Whether this role's protocol protects its frames with a checksum."""
        return self._of(role).checksum

    def close(self) -> None:
        self._watch.stop()
        for role in list(self._bound):
            self.unbind(role)

    def _opened(
        self,
        role: str,
        driver_id: str,
        port: str,
        line: Mapping[str, str] | None,
        settings: Mapping[str, Any] | None,
        expected: Identity | None,
        usb: Usb | None = None,
    ) -> Bound:
        known = self._catalog.describe(driver_id)
        usb = usb or next((p.identity for p in list_ports() if p.name == port), None)
        profile = known.profile | dict(settings or {})
        asked = Open(str(known.folder), profile, known.driver_hash, port, usb, _line(known, profile, line), expected)
        tap = Tap()
        session = RemoteSession(known.manifest, asked, tap)
        who = expected or Identity("", "", "")
        version, trust = known.manifest.version, known.trust
        place, own = usb or ("", "", port), dict(settings or {})
        binding = Binding(role, driver_id, known.driver_hash, port, who, version, trust, place, own)
        return Bound(binding, session, tap, known.manifest.checksum)

    def _shared(self, role: str, driver_id: str, port: str) -> Bound | None:
        """The session that serves this port already. Raises PortTaken if it is another driver's."""
        shared = next((bound for bound in self._bound.values() if bound.binding.port == port), None)
        if shared and shared.binding.driver_id != driver_id:
            raise PortTaken(f"{port} serves {shared.binding.role}")
        return shared.as_role(role) if shared else None

    def _close(self, bound: Bound) -> None:
        if not any(other.session is bound.session for other in self._bound.values()):
            bound.session.close()

    def _of(self, role: str) -> Bound:
        with self._lock:
            if role not in self._bound:
                raise NotBound(role)
            return self._bound[role]

    def _sessions(self) -> list[RemoteSession]:
        with self._lock:
            return list({id(bound.session): bound.session for bound in self._bound.values()}.values())

    def _look(self) -> None:
        for session in self._sessions():
            session.look()

    def _slept(self) -> None:
        for session in self._sessions():
            session.slept()


def _identity(bound: Bound, patience: float) -> Identity:
    try:
        return bound.session.submit("identify").result(patience)
    except TimeoutError as error:
        raise Stuck("identify") from error


def _line(known: Described, profile: Mapping[str, Any], line: Mapping[str, str] | None) -> SerialSettings:
    """Raises DriverFailed for a setting that is none."""
    try:
        own = msgspec.to_builtins(line_of(known.manifest, profile))
        given = {name: [value] if name == "baud" else value for name, value in (line or {}).items()}
        return msgspec.convert(own | given, SerialSettings, strict=False)
    except (ValueError, msgspec.ValidationError) as error:
        raise DriverFailed(f"line settings: {error}") from error
