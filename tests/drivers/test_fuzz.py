"""Five thousand spoilt frames for every decoder of every shipped driver: an answer always, an exception never."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import pytest

from fieldcal.driverkit import Decoded, Wire
from fieldcal.driverkit.folder import load_decoder, manifest_of, profiles_of, read_profile
from fieldcal.driverkit.transcript import read_transcript

DRIVERS = Path(__file__).parents[2] / "drivers"
FRAMES = 5000
KINDS = {
    "reading", "readings", "request", "ack", "identity", "setting", "fix", "error", "error_queue", "reject", "stream",
}  # fmt: skip


def decoders():
    for path in sorted(DRIVERS.glob("*/driver.toml")):
        manifest, _ = manifest_of(path.parent)
        for protocol, entry in manifest.frames.items():
            yield pytest.param(path.parent, entry, id=protocol)


def corpus(folder):
    """Requests and replies out of the driver's own transcripts."""
    found = []
    for path in sorted((folder / "transcripts").glob("*.txt")):
        for exchange in read_transcript(path.read_text("utf-8")):
            found += [(exchange.request, True), (b"".join(chunk.data for chunk in exchange.chunks), False)]
    return [(data, host) for data, host in found if data]


def spoilt(data, source):
    for _ in range(source.randrange(1, 4)):
        at = source.randrange(len(data) + 1)
        how = source.randrange(4)
        if how == 0:
            data = data[:at] + source.randbytes(1) + data[at:]
        elif how == 1:
            data = data[:at] + data[at + 1 :]
        elif how == 2:
            data = data[:at] + source.randbytes(1) + data[at + 1 :]
        else:
            data = data[:at]
    return data or source.randbytes(source.randrange(30))


@pytest.mark.parametrize(("folder", "entry"), [*decoders()])
def test_whatever_the_bytes_are_a_decoder_answers(folder, entry):
    decode, source = load_decoder(folder, entry), random.Random(20261123)
    settings = [read_profile(folder, name) for name in profiles_of(folder)] or [{}]
    good = corpus(folder)
    for number in range(FRAMES):
        data, host = source.choice(good)
        request = source.choice(good)[0] if number % 3 == 0 else b""
        found = decode(Wire(spoilt(data, source), source.choice(settings), host, request))
        assert isinstance(found, Decoded)
        assert found.kind in KINDS
        for text in [found.value, *(value.value for value in found.values)]:
            assert text is None or Decimal(text).is_finite()
