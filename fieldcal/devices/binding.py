"""Which instrument plays which role on which port, as it is remembered, written into a run, and seen now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fieldcal.devices.remote import RemoteSession
from fieldcal.devices.seal import Trust
from fieldcal.devices.tap import Tap
from fieldcal.driverkit import Identity


@dataclass(frozen=True)
class Binding:
    """`usb` is vid, pid and serial number (or socket) of the adapter, or empty texts and the port's name."""

    role: str
    driver_id: str
    driver_hash: str
    port: str
    instrument: Identity
    version: str = ""
    trust: Trust = "unsigned"
    usb: tuple[str, str, str] = ("", "", "")
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class DeviceState:
    """`error` is the code of the last fault, empty while all is well; `found` is who answers in the place of the
    bound instrument."""

    role: str
    driver_id: str
    port: str
    linked: bool
    identity: Identity | None
    error: str = ""
    simulated: bool = False
    found: Identity | None = None
    trust: Trust = "unsigned"
    usb: tuple[str, str, str] = ("", "", "")


@dataclass(frozen=True)
class Bound:
    """A role with the session that serves it."""

    binding: Binding
    session: RemoteSession
    tap: Tap
    checksum: bool

    def of(self, identity: Identity) -> Bound:
        return replace(self, binding=replace(self.binding, instrument=identity))

    def as_role(self, role: str) -> Bound:
        return replace(self, binding=replace(self.binding, role=role))

    def state(self, simulated: bool) -> DeviceState:
        binding, session = self.binding, self.session
        return DeviceState(
            binding.role,
            binding.driver_id,
            binding.port,
            session.linked,
            session.identity,
            session.error,
            simulated,
            session.found,
            binding.trust,
            binding.usb,
        )
