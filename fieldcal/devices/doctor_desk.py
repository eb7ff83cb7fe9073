"""The doctor at work: searches and listenings in processes of their own, packs in a folder, the binding at last."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fieldcal.devices.apart import FindingApart, HearingApart, seek
from fieldcal.devices.catalog import Catalog
from fieldcal.devices.doctor import diagnose
from fieldcal.devices.errors import OtherInstrument
from fieldcal.devices.loader import DriverFailed
from fieldcal.devices.serial_link import PortInfo, list_ports
from fieldcal.devices.tcp_link import address, is_url
from fieldcal.domain.errors import BadInput
from fieldcal.driverkit import BadReply, DeviceFault, Disconnected, Identity
from fieldcal.services.doctor import Finding, Hearing, Port, PortPack
from fieldcal.services.port_pack import BIGGEST, SUFFIX, from_text, to_text

EXAMPLES = "COM4, /dev/ttyUSB0, socket://192.168.0.7:4001, rfc2217://192.168.0.7:4001"
PORT = re.compile(r"COM[0-9]{1,3}|/[^\s]{1,200}")
WIRELESS = ("bluetooth", "bthenum", "rfcomm", "蓝牙")

Bind = Callable[[str, str, str, Mapping[str, str], str], Identity]  # role, driver, port, settings, reason
Remembered = Callable[[], Sequence[Any]]  # PortBound events that hold


class DoctorDesk:
    """Opens no port before it is asked to."""

    def __init__(
        self,
        catalog: Catalog,
        folder: Path,
        bind: Bind,
        unbind: Callable[[str], None],
        remembered: Remembered = tuple,
        ports: Callable[[], Sequence[PortInfo]] = list_ports,
        problems: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        """`folder` is the workspace; packs lie in its `ports`. `problems`: role -> code why it was not taken up."""
        self._catalog, self._packs, self._bind, self._unbind = catalog, folder / "ports", bind, unbind
        self._remembered, self._ports, self.problems = remembered, ports, problems
        self._typed: list[str] = []

    def ports(self) -> list[Port]:
        """Remembered ones first, wireless ones last."""
        known = {_usb(one.usb) or one.port: one.role for one in self._remembered()}
        listed = self._ports()
        names = {info.name for info in listed}
        typed = [PortInfo(name) for name in self._typed if name not in names]
        found = [_port(info, known) for info in [*listed, *typed]]
        return sorted(found, key=lambda port: (port.wireless, not port.role, port.name))

    def add(self, name: str) -> Port:
        """A port that is not listed: one of a serial server, or of the simulated bench. Raises BadInput `bad-port`."""
        name = name.strip()
        try:
            if is_url(name):
                address(name)
            elif not PORT.fullmatch(name):
                raise Disconnected(name)
        except Disconnected:
            raise BadInput("bad-port", field="port", value=name, accepted=EXAMPLES) from None
        if name not in self._typed:
            self._typed.append(name)
        return Port(name)

    def find(self, port: str) -> Finding:
        return FindingApart(seek("find", port, self._catalog))

    def listen(self, port: str) -> Hearing:
        return HearingApart(seek("listen", port, self._catalog), diagnose((), self._catalog))

    def bind(self, role: str, pack: PortPack, port: str, reason: str = "") -> Identity:
        """Blocks for some seconds. Raises DeviceError; OtherInstrument unless a reason is given."""
        own = {key: str(value) for key, value in pack.settings.items()}
        settings = {**pack.line, **own}
        try:
            return self._bind(role, pack.driver, port, settings, reason)
        except OtherInstrument:
            raise
        except (BadReply, DeviceFault):  # half a question of the search may have stood in front of the first one
            return self._bind(role, pack.driver, port, settings, reason)

    def rebind(self, role: str, driver: str, port: str, reason: str) -> Identity:
        """The instrument that answers on this port is the right one from now on. Raises DeviceError."""
        line = next((one.line for one in self._remembered() if one.role == role), {})
        return self._bind(role, driver, port, line, reason)

    def capabilities(self, driver: str) -> list[str]:
        """What it can do; nothing for a driver that is not here."""
        try:
            return self._catalog.describe(driver).manifest.capabilities
        except DriverFailed:
            return []

    def unbind(self, role: str) -> None:
        self._unbind(role)

    def write(self, pack: PortPack, path: Path) -> None:
        """Raises OSError."""
        path.write_text(to_text(pack), "utf-8", newline="\n")

    def take(self, path: Path) -> PortPack:
        """Adds the pack to those the page offers. Raises BadInput for a file that is none or a driver not at hand."""
        pack = self._checked(_read(path))
        self._packs.mkdir(parents=True, exist_ok=True)
        self.write(pack, self._packs / f"{pack.name}{SUFFIX}")
        return pack

    def packs(self) -> list[PortPack]:
        """Those that can be used now, by name."""
        found: list[PortPack] = []
        for path in sorted(self._packs.glob(f"*{SUFFIX}")):
            try:
                found.append(self._checked(_read(path)))
            except BadInput:
                continue  # its driver has gone, or somebody wrote into it
        return found

    def _checked(self, pack: PortPack) -> PortPack:
        try:
            self._catalog.describe(pack.driver)
        except DriverFailed:
            known = ", ".join(entry.folder.name for entry in self._catalog.entries())
            raise BadInput("bad-port-pack", field="driver", value=pack.driver, accepted=known) from None
        return pack


def _usb(usb: Sequence[str]) -> tuple[str, ...]:
    return tuple(usb) if any(usb) else ()


def _port(info: PortInfo, known: Mapping[Any, str]) -> Port:
    usb = info.identity if info.vid else ()
    text = f"{info.name} {info.description} {getattr(info, 'hwid', '')}".lower()
    role = known.get(tuple(usb), "") if usb else known.get(info.name, "")
    return Port(info.name, info.description, tuple(usb), any(word in text for word in WIRELESS), role)


def _read(path: Path) -> PortPack:
    try:
        with path.open(encoding="utf-8") as file:
            return from_text(file.read(BIGGEST + 1))
    except UnicodeDecodeError:
        raise BadInput("bad-port-pack", field="file", value=path.name, accepted="UTF-8") from None
