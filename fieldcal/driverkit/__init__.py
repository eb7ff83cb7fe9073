"""The driver API: what a driver, its simulator and its tests may use, and nothing else."""

from fieldcal.driverkit.capability import CAPABILITIES
from fieldcal.driverkit.codec import bcd, crc16, number, sum8, xor8
from fieldcal.driverkit.decoded import Decoded, Decoder, Value, Wire, failed, plain, rejected, stream
from fieldcal.driverkit.driver import Driver, Identity, Link, Profile, Reading, seconds
from fieldcal.driverkit.errors import (
    BadChecksum,
    BadReply,
    Blocked,
    Cancelled,
    DeviceError,
    DeviceFault,
    Disconnected,
    Noisy,
    ReplyTimeout,
    Truncated,
)
from fieldcal.driverkit.frame import Between, Fixed, Frame, LengthPrefixed, Line, SilentGap
from fieldcal.driverkit.registers import Register, RegisterMap
from fieldcal.driverkit.simulator import LINE_FAULTS, Chunk, Knob, Simulator, knob

__all__ = [
    "CAPABILITIES",
    "LINE_FAULTS",
    "BadChecksum",
    "BadReply",
    "Between",
    "Blocked",
    "Cancelled",
    "Chunk",
    "Decoded",
    "Decoder",
    "DeviceError",
    "DeviceFault",
    "Disconnected",
    "Driver",
    "Fixed",
    "Frame",
    "Identity",
    "Knob",
    "LengthPrefixed",
    "Line",
    "Link",
    "Noisy",
    "Profile",
    "Reading",
    "Register",
    "RegisterMap",
    "ReplyTimeout",
    "SilentGap",
    "Simulator",
    "Truncated",
    "Value",
    "Wire",
    "bcd",
    "crc16",
    "failed",
    "knob",
    "number",
    "plain",
    "rejected",
    "seconds",
    "stream",
    "sum8",
    "xor8",
]
