"""What can go wrong between the program and an instrument; every error has a stable code."""


class DeviceError(Exception):
    """Root of all errors of an instrument, its line or its driver."""

    code = "device-error"


class ReplyTimeout(DeviceError):
    code = "timeout"


class Truncated(DeviceError):
    """The reply began and did not end before the deadline."""

    code = "truncated"


class BadReply(DeviceError):
    """A whole frame that is not an answer to what was asked."""

    code = "bad-reply"


class BadChecksum(BadReply):
    code = "bad-checksum"


class DeviceFault(DeviceError):
    """The instrument itself refused: `fault` is its reason, such as `overload` or `busy`."""

    code = "device-fault"

    def __init__(self, fault: str, detail: str = "") -> None:
        super().__init__(detail or fault)
        self.fault = fault


class Disconnected(DeviceError):
    code = "disconnected"


class Cancelled(DeviceError):
    code = "cancelled"


class Noisy(DeviceError):
    """The line never falls silent, so no reply on it can be trusted."""

    code = "noisy"


class Blocked(DeviceError):
    """Flow control held the request back."""

    code = "write-blocked"
