"""Press print three times: baud, framing and form of an instrument that only prints, and who can read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from fieldcal.devices.catalog import Catalog, Entry
from fieldcal.devices.doctor_lines import ending, number, settings_of, sign_of, width_of
from fieldcal.devices.doctor_rates import clean, next_rate
from fieldcal.driverkit import Decoded, Decoder, DeviceError, Driver, Frame, Reading, ReplyTimeout, SilentGap, Wire
from fieldcal.driverkit.folder import read_profile
from fieldcal.driverkit.manifest import Manifest
from fieldcal.services.doctor import Diagnosis, Form, Print, Proposal

GOOD = ("reading", "readings", "fix")
ENDS = (b"\r\n", b"\r", b"\n")
STEPS = ("live_mass", "measure_environment", "position")  # what a driver reads without being told how
CALLS = 40  # of a driver that is given recorded prints
ANY_LINE = "printed_line"  # the driver that reads a line by a description of it
Settings = Mapping[str, Any]


def diagnose(prints: Sequence[Print], catalog: Catalog) -> Diagnosis:
    """What the prints heard so far tell. Opens nothing; runs decoders and drivers on the recorded bytes alone."""
    rate = next_rate(prints)
    read = [found for one in prints if one.rate == rate and (found := clean(one.data))]
    if not read:
        return Diagnosis(rate)
    bits, texts = read[-1][0], [data for _, data in read]
    known = _proposals(texts, rate, bits, catalog) or tuple(_described(texts, bits, catalog))
    return Diagnosis(rate, _form(rate, bits, texts, known), known)


def good(decode: Decoder, data: bytes, settings: Settings | None = None) -> list[Decoded]:
    """Every good frame that stands in these bytes."""
    own = settings or {}
    whole = decode(Wire(data, own))
    if whole.kind == "stream":
        return [frame for frame in whole.frames if frame.kind in GOOD]
    if whole.kind in GOOD:
        return [whole]
    return max(([_lines(decode, data, end, own) for end in ENDS]), key=len)


def shown(decoded: Decoded) -> tuple[str, str]:
    """Value and unit of a good frame as text; of a fix the place."""
    if decoded.kind == "fix":
        return ", ".join(str(decoded.details.get(name)) for name in ("lat", "lon")), ""
    if decoded.value is not None:
        return decoded.value, decoded.unit or ""
    told = [value for value in decoded.values if value.value is not None]
    return " / ".join(str(value.value) for value in told), " / ".join(value.unit or "" for value in told)


def shown_reading(driver: Driver) -> tuple[str, str]:
    """Value and unit as the instrument gives them now; empty for one that has to be told what to measure."""
    for step in STEPS:
        try:
            told: object = getattr(driver, step, dict[str, Reading])()
        except DeviceError:
            continue
        if isinstance(told, Reading):
            return str(told.value), told.unit
        if isinstance(told, dict) and told:
            values = list(cast("dict[str, Reading | str]", told).values())
            known = [(str(v.value), v.unit) if isinstance(v, Reading) else (v, "") for v in values]
            return " / ".join(value for value, _ in known), " / ".join(unit for _, unit in known).strip(" /")
    return "", ""


def _lines(decode: Decoder, data: bytes, end: bytes, settings: Settings) -> list[Decoded]:
    found = [decode(Wire(line + end, settings)) for line in data.split(end)[:-1]]
    return [one for one in found if one.kind in GOOD]


@dataclass(frozen=True)
class _Read:
    """One map of one driver, and what it made of the prints. `rest` counts bytes between its frames."""

    proposal: Proposal
    manifest: Manifest
    runs: bool
    rest: int


def _proposals(texts: list[bytes], rate: int, bits: str, catalog: Catalog) -> tuple[Proposal, ...]:
    """Best first: drivers that come to a reading themselves, leave no byte over, and are made for this rate."""

    def rank(one: _Read) -> tuple[int, ...]:
        usual = (rate in one.manifest.serial.baud) + (bits == one.manifest.serial.bits)
        return not one.runs, one.rest, not one.manifest.checksum, -usual

    found = [one for entry in catalog.entries() for one in _maps(entry, texts, bits, catalog)]
    running = {one.manifest.id for one in found if one.runs}
    kept = [one for one in found if one.runs or one.manifest.id not in running]
    return tuple(one.proposal for one in sorted(kept, key=rank))


def _maps(entry: Entry, texts: list[bytes], bits: str, catalog: Catalog) -> Iterator[_Read]:
    if entry.manifest is None:
        return
    for profile in entry.profiles or [""]:
        name = f"{entry.manifest.id}/{profile}" if profile else entry.manifest.id
        try:
            settings = read_profile(entry.folder, profile) if profile else {}
            read = _read(entry.manifest, settings, texts, catalog)
        except (DeviceError, ValueError, OSError):
            continue
        if read:
            proposal, rest = read
            proposal = replace(proposal, driver=name, bits=_framing(bits, entry.manifest))
            yield _Read(proposal, entry.manifest, _runs(catalog, name, texts), rest)


def _read(manifest: Manifest, own: Settings, texts: list[bytes], catalog: Catalog) -> tuple[Proposal, int] | None:
    """What the first protocol that reads every print makes of them, and the bytes it leaves over."""
    for protocol in manifest.frames:
        decode = catalog.decoder(protocol)
        found = [good(decode, text, own) for text in texts] if decode else []
        if decode and found and all(found):
            rest = sum(_discarded(decode(Wire(text, own))) for text in texts)
            return _proposal(manifest.id, found), rest
    return None


def _proposal(driver: str, found: list[list[Decoded]], own: Settings | None = None) -> Proposal:
    told = [shown(frames[-1]) for frames in found]
    return Proposal(driver, tuple(value for value, _ in told), told[-1][1], sum(map(len, found)), settings=own or {})


def _discarded(whole: Decoded) -> int:
    return int(whole.details.get("discarded_bytes", 0))


def _runs(catalog: Catalog, name: str, texts: Sequence[bytes]) -> bool:
    """Whether the driver, given these bytes for whatever it asks, comes to a reading."""
    for step in (*STEPS, "identify"):
        try:
            if act := getattr(catalog.load(name).driver(_Recorded(texts)), step, None):
                act()
                return True
        except Exception:  # the code of a driver that was made for another instrument
            continue
    return False


def _framing(heard: str, manifest: Manifest) -> str:
    """Eight bits sound alike with and without parity: then the driver knows best."""
    own = manifest.serial.bits
    return own if heard == "8N1" and own[0] == "8" else heard


def _described(texts: list[bytes], bits: str, catalog: Catalog) -> Iterator[Proposal]:
    """Where no driver knows the line: a description of it, if the driver that takes one reads it."""
    entry = next((e for e in catalog.entries() if e.manifest and e.manifest.id == ANY_LINE), None)
    settings = settings_of([text.decode("latin-1") for text in texts])
    if entry is None or entry.manifest is None or settings is None:
        return
    decode = next(filter(None, map(catalog.decoder, entry.manifest.frames)), None)
    found = [good(decode, text, settings) for text in texts] if decode else []
    if found and all(found):
        yield replace(_proposal(ANY_LINE, found, settings), bits=bits)


def _form(rate: int, bits: str, texts: list[bytes], proposals: Sequence[Proposal]) -> Form:
    lines = [text.decode("latin-1") for text in texts]
    numbers = [one for line in lines if (one := number(line))]
    decimals, unit = (numbers[-1].decimals, numbers[-1].unit) if numbers else (0, "")
    if proposals:
        value, unit = proposals[0].values[-1], proposals[0].unit
        decimals = len(value.partition(".")[2])
    end = ending(lines[-1])
    return Form(rate, bits, end, decimals, unit, sign_of(numbers), width_of(numbers) if numbers and end else 0)


class _Recorded:
    """A link on which the prints come again, one after the other, whatever is asked."""

    def __init__(self, texts: Sequence[bytes]) -> None:
        self._texts, self._at, self._buffer = list(texts), 0, b""

    def exchange(self, request: bytes, frame: Frame, timeout: float) -> bytes:
        return self.listen(frame, timeout)

    def tell(self, data: bytes) -> None:
        pass  # what was recorded hears nothing

    def listen(self, frame: Frame, timeout: float) -> bytes:
        while self._at < CALLS:
            if self._buffer and (hit := frame.take(self._buffer)) is not None:
                self._buffer = hit[1]
                return hit[0]
            self._buffer += self._texts[self._at % len(self._texts)]
            self._at += 1
            if isinstance(frame, SilentGap):
                whole, self._buffer = self._buffer, b""
                return whole
        raise ReplyTimeout("no more prints")
