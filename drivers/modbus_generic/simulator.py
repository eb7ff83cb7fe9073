"""A Modbus RTU slave with the registers of one map; every value can be set."""

import time
from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit import LINE_FAULTS, DeviceError, Fixed, Profile, Register, RegisterMap, Simulator
from fieldcal.driverkit.modbus import answer, parse_request, refusal

START = {"temperature": "20.0", "humidity": "50.0", "pressure": "1013.2", "t_j": "20.00", "t_b": "20.00"}
START |= {"mass_flow": "12.5", "mass_total": "123.456", "density": "540.00", "volume_flow": "0.02315"}


class Slave(Simulator):
    frame = Fixed(8)
    faults = LINE_FAULTS | {"wrong-checksum", "drift", "unstable"}

    def __init__(
        self, profile: Profile | None = None, clock: Callable[[], float] = time.monotonic, seed: int = 1
    ) -> None:
        super().__init__(profile, clock, seed)
        self.map = RegisterMap.of(self.profile)
        self.values = {name: Decimal(START.get(name, "0")) for name in self._named()}
        self.serial = Decimal(20260001)
        self._start = clock()

    def set(self, name: str, value: Decimal) -> None:
        """Set `temperature`, `humidity`, `pressure` or a channel, in the unit of the map."""
        with self.lock:
            if name not in self.values:
                raise ValueError(f"the map has no {name!r}")
            self.values[name] = value

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

    def _named(self) -> dict[str, Register]:
        return {**self.map.environment, **self.map.temperature, **self.map.pressure, **self.map.volume}

    def _memory(self, function: int) -> dict[int, bytes]:
        """One word by wire address."""
        memory: dict[int, bytes] = {}
        registers = [(register, self._now(name, register)) for name, register in self._named().items()]
        if self.map.serial:
            registers.append((self.map.serial, self.serial))
        for register, value in registers:
            if register.function == function:
                data = register.encode(value)
                for word in range(register.count):
                    memory[register.address + word] = data[2 * word : 2 * word + 2]
        return memory

    def _now(self, name: str, register: Register) -> Decimal:
        if self.fault == "drift":
            return self.values[name] + register.scale * int((self.clock() - self._start) * 10)
        if self.fault == "unstable":
            return self.values[name] + register.scale * self.random.randint(-5, 5)
        return self.values[name]
