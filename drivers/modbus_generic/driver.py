"""Thermo-hygrometers and thermometers on Modbus RTU, described by a register map."""

from decimal import Decimal

from fieldcal.driverkit import (
    BadReply,
    DeviceFault,
    Driver,
    Identity,
    Link,
    Profile,
    Reading,
    Register,
    RegisterMap,
)

TIMEOUT = 1.0  # s, for one request; transmitters answer within 0.2 s


class Sensor(Driver):
    capabilities = frozenset({"identify", "measure-environment", "measure-temperature"})

    def __init__(self, link: Link, profile: Profile | None = None) -> None:
        super().__init__(link, profile)
        self.map = RegisterMap.of(self.profile)
        self.channels = tuple(self.map.temperature)
        absent = {"measure-environment"} if not self.map.environment else set()
        absent |= {"measure-temperature"} if not self.channels else set()
        self.capabilities = type(self).capabilities - absent

    def identify(self) -> Identity:
        """The serial number is read where the map has one; a map without gives an empty text."""
        serial = str(self._read(self.map.serial)[0]) if self.map.serial else ""
        return Identity(self.map.maker, self.map.model, serial)

    def measure_environment(self) -> dict[str, Reading]:
        if not self.map.environment:
            raise DeviceFault("not-capable")
        return {name: self._reading(name, register) for name, register in self.map.environment.items()}

    def measure_temperature(self, channel: str) -> Reading:
        if channel not in self.map.temperature:
            raise DeviceFault("no-such-channel", channel)
        return self._reading(channel, self.map.temperature[channel])

    def _reading(self, name: str, register: Register) -> Reading:
        value, raw = self._read(register)
        return Reading(value, register.unit, stable=True, raw=raw, quantity=name)

    def _read(self, register: Register) -> tuple[Decimal, bytes]:
        request = register.read(self.map.unit_id)
        sent = request.request()
        reply = self.link.exchange(sent, frame=request, timeout=TIMEOUT)
        if sent.startswith(reply):
            raise BadReply("the line echoes")
        return register.decode(request.payload(reply)), reply
