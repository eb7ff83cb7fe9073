"""What can go wrong with an instrument beyond its line: its driver, its process, its identity."""

from __future__ import annotations

from collections.abc import Iterator

from fieldcal.driverkit import DeviceError, DeviceFault, Identity


class DriverFailed(DeviceError):
    """The driver's own code failed, or its folder is not what it should be."""

    code = "driver-failed"


class NotBound(DeviceError):
    code = "not-bound"


class PortTaken(DeviceError):
    """Another role uses this port with another driver."""

    code = "port-taken"


class Stuck(DeviceError):
    """The driver did not come back after a cancel; its process was ended."""

    code = "stuck"


class Slept(DeviceError):
    """The computer slept meanwhile: what was being measured is void, and the instrument is identified anew."""

    code = "slept"


class OtherInstrument(DeviceFault):
    """On this port another instrument answers than the one that is bound to the role."""

    code = "other-instrument"

    def __init__(self, expected: Identity, found: Identity) -> None:
        super().__init__(self.code, f"{found} instead of {expected}")
        self.expected, self.found = expected, found


def of_code(code: str, text: str, fault: str = "") -> DeviceError:
    """The error of this code again; one that is not known is the driver's failure."""
    for kind in _kinds(DeviceError):
        if kind.code == code and kind is not OtherInstrument:
            return DeviceFault(fault, text) if kind is DeviceFault else kind(text)
    return DriverFailed(f"{code}: {text}")


def _kinds(kind: type[DeviceError]) -> Iterator[type[DeviceError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)
