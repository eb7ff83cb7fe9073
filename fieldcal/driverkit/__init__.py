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
from fieldcal.driverkit.linefaults import LINE_FAULTS, Chunk
from fieldcal.driverkit.quantities import Gauge, Named, Quantities
from fieldcal.driverkit.registers import Register, RegisterMap
from fieldcal.driverkit.scale import ScaleSimulator
from fieldcal.driverkit.settled import agreed, is_nought, rest, wait_until
from fieldcal.driverkit.simulator import Knob, Simulator, knob

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
    "Gauge",
    "Identity",
    "Knob",
    "LengthPrefixed",
    "Line",
    "Link",
    "Named",
    "Noisy",
    "Profile",
    "Quantities",
    "Reading",
    "Register",
    "RegisterMap",
    "ReplyTimeout",
    "ScaleSimulator",
    "SilentGap",
    "Simulator",
    "Truncated",
    "Value",
    "Wire",
    "agreed",
    "bcd",
    "crc16",
    "failed",
    "is_nought",
    "knob",
    "number",
    "plain",
    "rejected",
    "rest",
    "seconds",
    "stream",
    "sum8",
    "wait_until",
    "xor8",
]
