"""What the rest of the program sees of instruments: roles, requests to them, and their state."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from threading import RLock
from typing import Any

from fieldcal.devices.bench import is_simulated
from fieldcal.devices.binding import Binding
from fieldcal.devices.catalog import Catalog
from fieldcal.devices.link import StreamLink
from fieldcal.devices.loader import Loaded
from fieldcal.devices.ports import open_link
from fieldcal.devices.serial_link import PortInfo, list_ports
from fieldcal.devices.session import DeviceSession, Stuck
from fieldcal.devices.tap import Tap
from fieldcal.driverkit import DeviceError, Identity
from fieldcal.driverkit.manifest import SerialSettings

LIVE = ("live-mass", "measure-environment", "measure-temperature")


class NotBound(DeviceError):
    code = "not-bound"


class PortTaken(DeviceError):
    """Another role uses this port with another driver."""

    code = "port-taken"


@dataclass(frozen=True)
class DeviceState:
    """`error` is the code of the last fault, empty while all is well."""

    role: str
    driver_id: str
    port: str
    linked: bool
    identity: Identity | None
    error: str = ""
    simulated: bool = False


@dataclass(frozen=True)
class _Bound:
    binding: Binding
    session: DeviceSession
    tap: Tap


class Gateway:
    """Thread-safe. Roles with the same driver on the same port share one session."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog, self._lock = catalog, RLock()
        self._bound: dict[str, _Bound] = {}

    @property
    def catalog(self) -> Catalog:
        return self._catalog

    def ports(self) -> list[PortInfo]:
        return list_ports()

    def bind(self, role: str, driver_id: str, port: str) -> Identity:
        """Open, identify, and keep; blocks for some seconds at most. Raises DeviceError."""
        with self._lock:
            self.unbind(role)
            shared = self._on(port)
            if shared and shared.binding.driver_id != driver_id:
                raise PortTaken(f"{port} serves {shared.binding.role}")
            if shared:
                self._bound[role] = _Bound(_renamed(shared.binding, role), shared.session, shared.tap)
                return shared.binding.instrument
            loaded, tap = self._catalog.load(driver_id), Tap()
            session = DeviceSession(_Opener(port, loaded.manifest.serial, tap), loaded)
            identity = _identity(session, loaded)
            binding = Binding(role, driver_id, loaded.driver_hash, port, identity)
            self._bound[role] = _Bound(binding, session, tap)
            return identity

    def unbind(self, role: str) -> None:
        with self._lock:
            bound = self._bound.pop(role, None)
            if bound and not any(other.session is bound.session for other in self._bound.values()):
                bound.session.close()

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
            return [_state(bound) for bound in self._bound.values()]

    def binding(self, role: str) -> Binding:
        return self._of(role).binding

    def tap(self, role: str) -> Tap:
        return self._of(role).tap

    def transcript(self, role: str) -> bytes:
        """Every byte kept of this role's port, in the form of a transcript."""
        bound = self._of(role)
        return bound.tap.transcript(f"{bound.binding.driver_id} {bound.binding.instrument.serial}")

    def close(self) -> None:
        for role in list(self._bound):
            self.unbind(role)

    def _of(self, role: str) -> _Bound:
        with self._lock:
            if role not in self._bound:
                raise NotBound(role)
            return self._bound[role]

    def _on(self, port: str) -> _Bound | None:
        return next((bound for bound in self._bound.values() if bound.binding.port == port), None)


def _renamed(binding: Binding, role: str) -> Binding:
    return Binding(role, binding.driver_id, binding.driver_hash, binding.port, binding.instrument)


def _identity(session: DeviceSession, loaded: Loaded) -> Identity:
    try:
        return session.submit("identify").result(4 * loaded.manifest.probe.timeout + session.GRACE)
    except TimeoutError as error:
        session.close()
        raise Stuck("identify") from error
    except DeviceError:
        session.close()
        raise


def _state(bound: _Bound) -> DeviceState:
    binding, session = bound.binding, bound.session
    return DeviceState(
        binding.role,
        binding.driver_id,
        binding.port,
        session.linked,
        session.identity,
        session.error,
        is_simulated(binding.port),
    )


class _Opener:
    """Opens the port again after an unplug, under the name its adapter has by then."""

    def __init__(self, port: str, settings: SerialSettings, tap: Tap) -> None:
        self._port, self._settings, self._tap = port, settings, tap
        self._identity = next((p.identity for p in list_ports() if p.name == port), None)

    def __call__(self) -> StreamLink:
        name = next((p.name for p in list_ports() if p.identity == self._identity), self._port)
        return open_link(name, self._settings, self._tap)
