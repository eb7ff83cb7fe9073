"""A scale that prints a line and answers nothing; a map describes the line, and three prints are enough to make one."""

import re
from collections.abc import Mapping
from typing import Any

from fieldcal.driverkit import (
    BadReply,
    Decoded,
    DeviceFault,
    Driver,
    Identity,
    Line,
    Link,
    Profile,
    Reading,
    Wire,
    plain,
    rejected,
)

PROMPT = 9.0  # s, in which somebody presses the key
NOW = 2.0  # s
LIMIT = 200  # characters of a line
NUMBER = re.compile(r" *([+-]?) *([0-9]+)(?:[.,]([0-9]+))?")
# the documented defaults; a data file in maps says otherwise
DEFAULTS: Profile = {
    "maker": "",
    "model": "printed line",
    "before": "",
    "field": 10,
    "after": " g",
    "decimals": 1,
    "unit": "g",
    "ending": "\r\n",
    "equal": 2,
}


def decode_line(wire: Wire) -> Decoded:
    """One line with its end, cut at what stands around the number in all of them."""
    settings = {**DEFAULTS, **wire.settings}
    end = str(settings["ending"]).encode("latin-1")
    if not end or not wire.data.endswith(end):
        return rejected("truncated")
    text = wire.data[: -len(end)].decode("latin-1")
    before, after = str(settings["before"]), str(settings["after"])
    if not (text.isascii() and text.isprintable() and text.startswith(before) and text.endswith(after)):
        return rejected("bad_format")
    return _field(text[len(before) : len(text) - len(after)], settings)


def _field(text: str, settings: Mapping[str, Any]) -> Decoded:
    width = int(str(settings["field"]))
    if width and len(text) != width:
        return rejected("bad_length")
    hit = NUMBER.fullmatch(text)
    if not hit or len(hit[3] or "") != int(str(settings["decimals"])):
        return rejected("bad_format")
    value = plain(f"{hit[1]}{hit[2]}.{hit[3]}" if hit[3] else f"{hit[1]}{hit[2]}")
    return Decoded("reading", "unknown", value, str(settings["unit"]) or None, details={"quantity": "weight"})


class Printed(Driver):
    """A line tells nothing of stability: `equal` lines in a row show it."""

    capabilities = frozenset({"identify", "measure-mass", "live-mass"})

    def __init__(self, link: Link, profile: Profile | None = None) -> None:
        super().__init__(link, profile)
        self.settings: Profile = {**DEFAULTS, **self.profile}
        try:
            self.equal, self.end = int(str(self.settings["equal"])), str(self.settings["ending"]).encode("latin-1")
            self.frame = Line(self.end, LIMIT)
            self.width, self.places = int(str(self.settings["field"])), int(str(self.settings["decimals"]))
        except ValueError as error:
            raise DeviceFault("bad-map", str(error)) from error
        if self.equal < 1 or not self.end or min(self.width, self.places) < 0:
            raise DeviceFault("bad-map", "equal: 1 at least; ending: one character at least; field, decimals: from 0")

    def identify(self) -> Identity:
        """It has no name on the line: one print, within nine seconds, shows that it is there."""
        self._print(PROMPT)
        return Identity(str(self.settings["maker"]), str(self.settings["model"]), "")

    def measure_mass(self, *, settle: float) -> Reading:
        """The weight of `equal` equal prints in a row; DeviceFault `unstable` if they go on differing."""
        seen = [self._print(settle)]
        raw, left = seen[0].raw, settle
        while len(seen) < self.equal:
            left -= settle / (4 * self.equal)
            if left <= 0:
                raise DeviceFault("unstable", f"no {self.equal} equal prints in {settle} s, last {raw!r}")
            found = self._print(left)
            raw += self.end + found.raw
            seen = [*seen, found] if found.value == seen[-1].value else [found]
        return Reading(seen[-1].value, seen[-1].unit, True, raw, "mass", derived=True)

    def live_mass(self) -> Reading:
        return self._print(NOW)

    def _print(self, timeout: float) -> Reading:
        """A line as long as it likes must come twice: one that lost a digit looks like any other."""
        raw = self.link.listen(self.frame, timeout)
        if not self.width and self.link.listen(self.frame, timeout) != raw:
            raise BadReply(f"two lines differ: {raw!r}")
        told = decode_line(Wire(raw + self.end, self.settings))
        value = told.number()
        if not told.unit:
            raise BadReply(f"no unit in the map: {raw!r}")
        return Reading(value, told.unit, False, raw, "mass", derived=True)
