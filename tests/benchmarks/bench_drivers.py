"""Decoding, one frame of every protocol: against the line it comes over, at 9600 and at 115200 baud."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from fieldcal.driverkit import Wire  # noqa: E402
from fieldcal.driverkit.folder import load_decoder, manifest_of, profiles_of, read_profile  # noqa: E402
from fieldcal.driverkit.transcript import read_transcript  # noqa: E402
from tests.benchmarks.floors import floors, peers  # noqa: E402

BITS, ROUNDS, BATCH = 10, 60, 40  # bits a character on the line; medians of rounds of so many decodings
FLOORS, PEERS = floors(), peers()
GOOD = ("reading", "readings", "fix", "stream")


@dataclass(frozen=True)
class Speed:
    """One protocol: microseconds a frame, bytes of it, what the barest strict code and other libraries take for it."""

    protocol: str
    micros: float
    size: int
    floor: float | None
    peers: dict[str, float]

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
                    return _timed(protocol, lambda wire=wire: decode(wire), data)
    return None


def _timed(protocol: str, ours: Callable[[], object], data: bytes) -> Speed:
    """Ours, the floor and the peers in turns, so that a busy machine slows all alike."""
    actions = {"": ours} | {name: partial(action, data) for name, action in PEERS.get(protocol, [])}
    if floor := FLOORS.get(protocol):
        actions["floor"] = partial(floor, data)
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(ROUNDS):
        for name, action in actions.items():
            begun = perf_counter()
            for _ in range(BATCH):
                action()
            times[name].append((perf_counter() - begun) / BATCH * 1e6)
    found = {name: statistics.median(took) for name, took in times.items()}
    return Speed(protocol, found.pop(""), len(data), found.pop("floor", None), found)


def table(speeds: list[Speed]) -> list[str]:
    return [
        "| protocol | frame | decoding | floor | ratio | others, against the floor | of the line at 9600 | at 115200 |",
        "|---|---|---|---|---|---|---|---|",
        *map(_line, speeds),
    ]


def _line(s: Speed) -> str:
    floor, ratio = ("–", "–") if s.floor is None else (f"{s.floor:.2f} µs", f"{s.micros / s.floor:.1f}")
    base, mark = (s.micros, " of ours") if s.floor is None else (s.floor, "")
    others = ", ".join(f"{name} {took / base:.1f}{mark}" for name, took in s.peers.items()) or "–"
    share = f"{s.share(9600):.2%} | {s.share(115200):.1%}"
    return f"| {s.protocol} | {s.size} bytes | {s.micros:.1f} µs | {floor} | {ratio} | {others} | {share} |"


if __name__ == "__main__":
    print("\n".join(table(run())))
