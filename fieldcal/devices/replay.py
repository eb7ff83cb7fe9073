"""A stored transcript through the driver again: the same bytes must give the same value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from fieldcal.devices.loader import Loaded, guarded
from fieldcal.driverkit import Chunk, DeviceError, Driver, Frame, Reading
from fieldcal.driverkit.capability import method_name
from fieldcal.driverkit.transcript import Exchange, WrongRequest, read_transcript, take_chunks
from fieldcal.services.ports import Outcome, Wanted

NEAR = 4  # exchanges of one call


class NearLink:
    """Answers from the exchange at `place`, and what else the call asks from the one nearest to it."""

    def __init__(self, exchanges: Sequence[Exchange], place: int, raw: bytes) -> None:
        self._exchanges, self._place, self._raw = exchanges, place, raw
        self.used = False

    def exchange(self, request: bytes, frame: Frame, timeout: float) -> bytes:
        places = [i for i, one in enumerate(self._exchanges) if one.request == request]
        if not places:
            raise WrongRequest(repr(request))
        near = min(places, key=lambda i: abs(i - self._place))
        self.used |= near == self._place
        return take_chunks(self._exchanges[near].chunks, frame, timeout)

    def listen(self, frame: Frame, timeout: float) -> bytes:
        """What an instrument said unasked stands in one piece; heard again, it begins with the wanted frame."""
        data = _reply(self._exchanges[self._place])
        self.used = True
        return take_chunks([Chunk(data[data.index(self._raw) :])], frame, timeout)

    def tell(self, data: bytes) -> None:
        """Nothing answers it, so nothing of it decides a value."""


def replay(loaded: Loaded, transcript: str, wanted: Sequence[Wanted]) -> list[Outcome]:
    """Each value from an exchange, at or after the one before, that holds its frame. Raises ValueError for a
    transcript that cannot be read."""
    exchanges = read_transcript(transcript)
    found: list[Outcome] = []
    at = 0
    for one in wanted:
        outcome = Outcome(one.name, f"no exchange holds {one.raw!r}", "missing")
        for place in range(max(0, at - NEAR), len(exchanges)):
            if one.raw in _reply(exchanges[place]):
                outcome = _replayed(loaded, NearLink(exchanges, place, one.raw), one)
                if not outcome.problem:
                    at = place
                    break
        found.append(outcome)
    return found


def _reply(exchange: Exchange) -> bytes:
    return b"".join(chunk.data for chunk in exchange.chunks)


def _replayed(loaded: Loaded, link: NearLink, one: Wanted) -> Outcome:
    try:
        result = _asked(loaded.driver(link), one)
    except WrongRequest:
        return _introduced(loaded, link, one)
    except DeviceError as error:
        return Outcome(one.name, f"{error.code}: {error}", error.code)
    return _compared(result, link.used, one)


def _introduced(loaded: Loaded, link: NearLink, one: Wanted) -> Outcome:
    """Some drivers learn an address from the instrument's identity, and ask for values with it."""
    driver = loaded.driver(link)
    try:
        guarded(driver.identify)
        link.used = False
        result = _asked(driver, one)
    except DeviceError as error:
        return Outcome(one.name, f"{error.code}: {error}", error.code)
    return _compared(result, link.used, one)


def _asked(driver: Driver, one: Wanted) -> object:
    return guarded(lambda: getattr(driver, method_name(one.capability))(**one.args))


def _compared(result: object, used: bool, one: Wanted) -> Outcome:
    if isinstance(result, dict):
        result = cast("dict[str, object]", result).get(one.channel)
    if not isinstance(result, Reading):
        return Outcome(one.name, f"no reading but {type(result).__name__}", "differs", "–")
    text = f"{result.value} {result.unit}"
    if used and str(result.value) == str(one.value) and result.unit == one.unit:
        return Outcome(one.name, text=text)
    return Outcome(one.name, f"{text} instead of {one.value} {one.unit}", "differs", text)
