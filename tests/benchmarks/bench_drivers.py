"""Decoding, one frame of every protocol: against the line it comes over, at 9600 and at 115200 baud."""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from fieldcal.driverkit import Wire  # noqa: E402
from fieldcal.driverkit.folder import load_decoder, manifest_of, profiles_of, read_profile  # noqa: E402
from fieldcal.driverkit.transcript import read_transcript  # noqa: E402

BITS, ROUNDS, BATCH = 10, 60, 40  # bits a character on the line; medians of rounds of so many decodings
GOOD = ("reading", "readings", "fix", "stream")


@dataclass(frozen=True)
class Speed:
    """One protocol: microseconds a frame, bytes of it."""

    protocol: str
    micros: float
    size: int

    def share(self, baud: int) -> float:
        """Of the time in which the frame comes over the line, the part that decoding takes."""
        return self.micros / (self.size * BITS / baud * 1e6)


def run() -> list[Speed]:
    return [speed for path in sorted(ROOT.glob("drivers/*/driver.toml")) for speed in _driver(path.parent)]


def _driver(folder: Path) -> list[Speed]:
    manifest, _ = manifest_of(folder)
    assert manifest is not None
    found = [_speed(folder, protocol, entry) for protocol, entry in manifest.frames.items()]
    return [speed for speed in found if speed]


def _speed(folder: Path, protocol: str, entry: str) -> Speed | None:
    """Of the first reading in the driver's own transcripts; None where no map of it makes one."""
    decode = load_decoder(folder, entry)
    for path in sorted((folder / "transcripts").glob("*.txt")):
        for exchange in read_transcript(path.read_text("utf-8")):
            data = b"".join(chunk.data for chunk in exchange.chunks)
            for settings in [*(read_profile(folder, name) for name in profiles_of(folder)), {}]:
                wire = Wire(data, settings, request=exchange.request)
                if decode(wire).kind in GOOD:
                    return Speed(protocol, _median(lambda wire=wire: decode(wire)), len(data))
    return None


def _median(action) -> float:
    times: list[float] = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        for _ in range(BATCH):
            action()
        times.append((perf_counter() - begun) / BATCH * 1e6)
    return statistics.median(times)


def table(speeds: list[Speed]) -> list[str]:
    lines = ["| protocol | frame | decoding | of the line at 9600 | at 115200 |", "|---|---|---|---|---|"]
    return lines + [
        f"| {s.protocol} | {s.size} bytes | {s.micros:.1f} µs | {s.share(9600):.2%} | {s.share(115200):.1%} |"
        for s in speeds
    ]


if __name__ == "__main__":
    print("\n".join(table(run())))
