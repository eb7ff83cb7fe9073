"""A Modbus RTU slave with the registers of one map; every value can be set."""

import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import DeviceError, Fixed, Named, Profile, RegisterMap, knob
from fieldcal.driverkit.modbus import answer, parse_request, refusal

START = {"temperature": "20.0", "humidity": "50.0", "pressure": "1013.2", "t_j": "20.00", "t_b": "20.00"}
START |= {"mass_flow": "12.5", "mass_total": "123.456", "density": "540.00", "volume_flow": "0.02315"}


class Slave(Named):
    frame = Fixed(8)
    faults = Named.faults | {"wrong-checksum"}
    runs, shakes = 10, 5

    def __init__(
        self, profile: Profile | None = None, clock: Callable[[], float] = time.monotonic, seed: int = 1
    ) -> None:
        self.map = RegisterMap.of(profile or {})
        self.named = {**self.map.environment, **self.map.temperature, **self.map.pressure, **self.map.volume}
        start = {name: (Decimal(START.get(name, "0")), one.scale, one.unit) for name, one in self.named.items()}
        super().__init__(start, profile, clock, seed)
        self.serial = Decimal(20260001)
        self.knobs += (knob("serial", "0", "4294967295", "1"),)
        if all(one.nothing() for one in self.named.values()):
            self.faults = self.faults | {"nan"}

    def answer(self, request: bytes) -> bytes | None:
        try:
            asked = parse_request(request)
        except DeviceError:
            return None  # a slave is silent about what it cannot read
        if asked.unit != self.map.unit_id:
            return None
        memory = self._memory(asked.function)
        wanted = range(asked.address, asked.address + asked.count)
        if not memory:
            return refusal(asked, 1)
        if any(place not in memory for place in wanted):
            return refusal(asked, 2)
        return answer(asked, b"".join(memory[place] for place in wanted))

    def spoil(self, reply: bytes) -> bytes:
        return reply[:-1] + bytes((reply[-1] ^ 0x01,))

    def _memory(self, function: int) -> dict[int, bytes]:
        """One word by wire address."""
        memory: dict[int, bytes] = {}
        registers = [(register, self.now(name)) for name, register in self.named.items()]
        if self.map.serial:
            registers.append((self.map.serial, self.serial))
        for register, value in registers:
            if register.function == function:
                data = (register.nothing() if self.fault == "nan" else b"") or register.encode(value)
                for word in range(register.count):
                    memory[register.address + word] = data[2 * word : 2 * word + 2]
        return memory
