"""At which rate an instrument prints, told from what was heard at another one.

A receiver that samples faster than the bits come sees each of them several times, so its bytes can only be some few;
one that samples too slowly sees bits that belong together no more, and fewer bytes. A start bit begins with an edge,
and all the edges of a frame lie whole bits after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import log

from fieldcal.services.doctor import Print

RATES = (600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
FIRST, LAST = 9600, 115200  # the usual rate; the one that shows how much slower all others are
SAMPLES = 9  # start bit and eight data bits
RIGHT = 0.95  # share of the bytes of a torn print that still are what the rates make of them
LEAST, PARITY = 6, 8  # bytes: fewer may be text, or even parity, by chance
CLEAN = 0.9  # share of text in a print; a checksum may be any byte
TEXT = frozenset({*range(32, 127), 0x02, 0x03, 0x09, 0x0A, 0x0D})
DIGITS = frozenset(range(0x30, 0x3A))


def clean(data: bytes) -> tuple[str, bytes] | None:
    """The framing in which this reads as text with a number, and the text; None for garbage.

    Eight bits with parity cannot be told from 8N1 here: the parity stands where the stop bit is looked for.
    """
    if _reads(data):
        return "8N1", data
    seven = bytes(byte & 0x7F for byte in data)
    if _reads(seven) and len(data) >= PARITY:
        odd = sum(byte.bit_count() & 1 for byte in data)
        if odd in (0, len(data)):
            return ("7O1" if odd else "7E1"), seven
    return None


def next_rate(heard: Sequence[Print]) -> int:
    """Where to listen for the next print; the rate that was right stays."""
    if heard and clean(heard[-1].data):
        return heard[-1].rate
    return candidates(heard)[0]


def candidates(heard: Sequence[Print]) -> list[int]:
    """The rates not listened at, most likely first; never empty. Where nothing speaks for one of the faster rates,
    the fastest comes first: listening there tells all others apart."""
    if not heard:
        return [FIRST, *(rate for rate in RATES if rate != FIRST)]
    tried = {one.rate for one in heard}
    left = [rate for rate in RATES if rate not in tried] or list(RATES)
    return sorted(left, key=lambda rate: (round(sum(_likely(one, rate) for one in heard), 3), rate), reverse=True)


def _likely(one: Print, rate: int) -> float:
    """Logarithm of how well an instrument at `rate` explains these bytes."""
    allowed = _possible(one.rate, rate)
    good, bad = log(RIGHT / len(allowed)), log((1 - RIGHT) / 256)
    return sum(good if byte in allowed else bad for byte in one.data)


@cache
def _possible(ours: int, rate: int) -> frozenset[int]:
    """The bytes a receiver at `ours` makes of bits at `rate`: samples of one bit are alike. A faster one gives any."""
    bits = [(2 * at + 1) * rate // (2 * ours) for at in range(SAMPLES)]
    return frozenset(byte for byte in range(256) if _alike(byte << 1, bits))


def _alike(samples: int, bits: Sequence[int]) -> bool:
    seen: dict[int, int] = {}
    return all(seen.setdefault(bit, samples >> at & 1) == samples >> at & 1 for at, bit in enumerate(bits))


def _reads(data: bytes) -> bool:
    good = sum(byte in TEXT for byte in data)
    return len(data) >= LEAST and good >= CLEAN * len(data) and any(byte in DIGITS for byte in data)
