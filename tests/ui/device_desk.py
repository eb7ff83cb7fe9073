"""A workspace whose Devices page has a doctor, and instruments on real lines that nobody has bound yet."""

from __future__ import annotations

from pathlib import Path

from fieldcal.devices.bench import Bench
from fieldcal.devices.doctor_desk import DoctorDesk
from fieldcal.devices.serial_link import PortInfo
from fieldcal.domain.events import PortBound
from fieldcal.services.bindings import Bindings


class Lines:
    """Ports with instruments on them, listed as adapters are."""

    def __init__(self) -> None:
        self.bench, self.infos, self.bound = Bench(), [], []

    def attach(self, name, simulator, rate=0, description="USB Serial Port", usb=("0403", "6001", "A50285BI")):
        port = self.bench.attach(name, simulator, rate)
        self.infos.append(PortInfo(port, description, *usb))
        return port

    def list(self, name, description):
        self.infos.append(PortInfo(name, description))

    def remember(self, role, port):
        info = next(info for info in self.infos if info.name == port)
        self.bound.append(PortBound(role, "", port, list(info.identity), {}, []))

    def close(self):
        self.bench.close()


def give_doctor(services, lines: Lines, folder: Path) -> DoctorDesk:
    """As the program has one, but the lines count as real ports: they are listed, and what is bound is remembered."""
    bindings = Bindings(services.ws, services.devices, lambda _port: False)
    services.doctor = DoctorDesk(
        services.devices.catalog,
        folder,
        bindings.bind,
        bindings.unbind,
        lambda: [*lines.bound, *bindings.remembered()],
        lambda: list(lines.infos),
    )
    return services.doctor
