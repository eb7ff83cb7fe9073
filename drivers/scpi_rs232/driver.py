"""Instruments that speak SCPI over a serial line; a map names their channels, queries and units."""

import re
from decimal import Decimal
from typing import Any

from fieldcal.driverkit import Driver, Identity, Line, Link, Profile, Reading, seconds
from fieldcal.driverkit.decoded import Decoded, Wire, failed, plain, rejected
from fieldcal.driverkit.errors import BadReply, DeviceFault, ReplyTimeout
from fieldcal.driverkit.settled import agreed

PROMPT = 2.0  # s, for what is answered without measuring
PAUSE = 0.2  # s, after a command that has no answer
NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,2})?")
ERROR = re.compile(r'([+-]?[0-9]{1,5}),"([ !#-~]*)"')
IDENTITY = re.compile(r"[ -+\--~]+(?:,[ -+\--~]*){3}")
SHELL = re.compile(r"[0-9]*>")
INFINITE, NO_NUMBER = Decimal("9.9E37"), Decimal("9.91E37")  # SCPI-99: they stand where a value would


def decode_line(wire: Wire) -> Decoded:
    """One answer or one command. `query` says what was asked, `unit` what a bare number is in."""
    if not wire.data.isascii():
        return rejected("bad_format")
    text = wire.data.decode("ascii")
    if wire.settings.get("mode") == "terminal":
        return _inner(text, wire)
    if not text.endswith("\n"):
        return rejected("truncated")
    text = text[:-1].removesuffix("\r")
    if wire.from_host:
        return (
            Decoded("request", "request", details={"command": text}) if text.isprintable() else rejected("bad_format")
        )
    return _answer(text, wire)


def _inner(text: str, wire: Wire) -> Decoded:
    """In terminal mode the command comes back before the answer and a prompt like `3>` behind it."""
    *lines, rest = [SHELL.sub("", line, count=1).strip(" ") for line in text.replace("\r\n", "\n").split("\n")]
    known = (wire.settings.get("query", ""), wire.settings.get("echo", ""), wire.request.decode("latin-1").strip())
    echoes = {str(text) for text in known}
    answers = [line for line in lines if line and line not in echoes]
    if rest or not answers:
        return rejected("truncated")
    return _answer(answers[0], wire) if len(answers) == 1 else rejected("bad_format")


def _answer(text: str, wire: Wire) -> Decoded:
    if str(wire.settings.get("query", "")).upper() == "*IDN?":
        return Decoded("identity", details={"text": text}) if IDENTITY.fullmatch(text) else rejected("bad_format")
    if hit := ERROR.fullmatch(text):
        code = int(hit[1])
        return Decoded("error_queue", "device_error" if code else "ok", details={"code": code, "text": hit[2]})
    value = plain(text) if NUMBER.fullmatch(text) else None
    if value is None:
        return rejected("bad_format")
    if abs(Decimal(value)) >= INFINITE:
        return _no_value(Decimal(value))
    unit = wire.settings.get("unit")
    return Decoded("reading", value=value, unit=None if unit is None else str(unit))


def _no_value(value: Decimal) -> Decoded:
    if value == NO_NUMBER:
        return failed("not_a_number", code="NAN")
    return failed("overload", code="INF") if value > 0 else failed("negative_overload", code="NINF")


class Instrument(Driver):
    """Measures twice: a byte lost in one answer makes it shorter than the other."""

    capabilities = frozenset({"identify", "measure-electrical", "measure-temperature"})

    def __init__(self, link: Link, profile: Profile | None = None) -> None:
        super().__init__(link, profile)
        self.electrical: dict[str, Any] = self.profile.get("electrical", {})
        self.temperature: dict[str, Any] = self.profile.get("temperature", {})
        self.channels = (*self.electrical, *self.temperature)
        absent = {"measure-electrical"} if not self.electrical else set[str]()
        absent |= {"measure-temperature"} if not self.temperature else set()
        self.capabilities = type(self).capabilities - absent
        self._remote = False

    def identify(self) -> Identity:
        got = decode_line(Wire(self._ask("*IDN?", PROMPT) + b"\n", {"query": "*IDN?"}))
        text = str(got.details.get("text", ""))
        if got.kind != "identity" or not re.match(str(self.profile.get("identity", "")), text):
            raise BadReply(f"not the instrument of this map: {got!r}")
        maker, model, serial, _ = (field.strip() for field in text.split(","))
        return Identity(maker, model, "" if serial == "0" else serial)  # 0: it does not know its number

    def measure_electrical(self, channel: str) -> Reading:
        return self._measure(self.electrical, channel)

    def measure_temperature(self, channel: str) -> Reading:
        return self._measure(self.temperature, channel)

    def _measure(self, table: dict[str, Any], channel: str) -> Reading:
        """Stable when two measurements, one after the other, agree within `stable_within` of the channel."""
        if channel not in table:
            raise DeviceFault("no-such-channel", channel)
        entry = table[channel]
        try:
            self._start()
            before, now = self._value(channel, entry), self._value(channel, entry)
        except ReplyTimeout as error:
            self._remote = False  # it may have been switched off meanwhile
            raise self._reason() or error from error
        return agreed(before, now, Decimal(str(entry.get("stable_within", "0"))))

    def _value(self, channel: str, entry: dict[str, Any]) -> Reading:
        raw = self._ask(str(entry["query"]), seconds(self.profile, "timeout", PROMPT))
        got = decode_line(Wire(raw + b"\n", {"unit": entry["unit"]}))
        if got.kind not in ("reading", "error", "reject"):
            raise BadReply(f"no number: {raw!r}")
        return Reading(got.number(), str(entry["unit"]), False, raw, channel)

    def _start(self) -> None:
        if self._remote:
            return
        for command in self.profile.get("start", []):
            try:
                reply = self._ask(str(command), PAUSE)
            except ReplyTimeout:  # as it should be: a command has no answer
                continue
            raise BadReply(f"{command!r} is answered by {reply!r}")
        self._remote = True

    def _reason(self) -> DeviceFault | None:
        """What the error queue says, None when it says nothing."""
        if not (query := self.profile.get("errors")):
            return None
        try:
            got = decode_line(Wire(self._ask(str(query), PROMPT) + b"\n", {}))
        except ReplyTimeout:
            return None
        told = f"{got.details.get('code')}: {got.details.get('text')}"
        return DeviceFault("device_error", told) if got.kind == "error_queue" and got.details["code"] else None

    def _ask(self, command: str, timeout: float) -> bytes:
        ending = str(self.profile.get("ending", "\r\n")).encode("ascii")
        return self.link.exchange(command.encode("ascii") + b"\n", frame=Line(ending), timeout=timeout)
