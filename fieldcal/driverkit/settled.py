"""What drivers share that wait for a value to stand still. Only the link has a clock, so waiting is listening."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from fieldcal.driverkit.driver import Link, Reading
from fieldcal.driverkit.errors import BadReply, DeviceFault, ReplyTimeout, Truncated
from fieldcal.driverkit.frame import Frame

PAUSE = 0.2  # s, between two requests while an instrument settles


def rest(link: Link, frame: Frame, seconds: float = PAUSE) -> None:
    """Let `seconds` go by; what comes unasked meanwhile answers nothing."""
    try:
        link.listen(frame, seconds)
    except (ReplyTimeout, Truncated, BadReply):
        return


def wait_until(
    read: Callable[[float], Reading], pause: Callable[[], None], seconds: float, good: Callable[[Reading], bool]
) -> Reading:
    """The first reading that is good, within about `seconds`; `read` is told how many are left.

    DeviceFault `unstable` if the last one was not stable, `rejected` if it was stable and still not good.
    """
    left = seconds
    while True:
        reading = read(left)
        if good(reading):
            return reading
        left -= PAUSE
        if left <= 0:
            fault = "rejected" if reading.stable else "unstable"
            raise DeviceFault(fault, f"no settled value in {seconds} s, last {reading.raw!r}")
        pause()


def is_nought(reading: Reading, digits: int) -> bool:
    """Nought, but for `digits` in the last place."""
    return int("".join(map(str, reading.value.as_tuple().digits))) <= digits


def agreed(before: Reading, now: Reading, within: Decimal) -> Reading:
    """`now`, stable if both agree `within`. A byte lost in one answer makes it shorter than the other: BadReply."""
    if len(before.raw) != len(now.raw) or before.unit != now.unit:
        raise BadReply(f"two answers differ: {before.raw!r} {now.raw!r}")
    stable = abs(now.value - before.value) <= within
    return Reading(now.value, now.unit, stable, now.raw, now.quantity, derived=True)
