"""The kit every driver must pass, ours and others': `check(folder)` gives the list of problems.

Needs neither pytest nor hypothesis: the noise comes from a fixed seed, so a failure can be repeated.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fieldcal.driverkit.benchlink import CountedClock, SimulatorLink
from fieldcal.driverkit.capability import CHANNELLED, method_name, result_problem, signature_problem
from fieldcal.driverkit.driver import Driver, Link, Profile, Reading
from fieldcal.driverkit.errors import DeviceError
from fieldcal.driverkit.folder import load_class, load_decoder, manifest_of, profiles_of, read_profile
from fieldcal.driverkit.imports import import_problems
from fieldcal.driverkit.manifest import Manifest, line_problems
from fieldcal.driverkit.simulator import Simulator
from fieldcal.driverkit.transcript import Exchange, ReplayLink, WrongRequest, read_transcript
from fieldcal.driverkit.verdict import Seen, compared, measures, seen, wrong

SETTLE, ROUNDS, LONGEST = 3.0, 300, 30.0  # s to settle, noisy replies per call, s a call may take at most
Call = tuple[str, dict[str, Any]]
Spoiler = Callable[[bytes], bytes]


@dataclass
class Bench:
    """What one check needs: the classes, one profile, and a new driver on a new simulator at will."""

    manifest: Manifest
    driver: type[Driver]
    simulator: type[Simulator]
    profile: Profile

    def make(self) -> tuple[Driver, SimulatorLink]:
        clock = CountedClock()
        link = SimulatorLink(self.simulator(self.profile, clock), clock)
        return self.driver(link, self.profile), link

    def on(self, link: Link) -> Driver:
        return self.driver(link, self.profile)


RULES = {
    "manifest": "driver.toml is whole and names what the code has",
    "imports": "imports and calls only what a driver may",
    "results": "a healthy instrument gives what each capability promises",
    "faults": "every fault gives an error of the kit, within the deadline, and never a value",
    "bytes": "whatever bytes come back, a result or an error of the kit",
    "parts": "no part of a reply and no reply with a lost byte is accepted",
    "transcripts": "every transcript replays to its end",
}
Problems = dict[str, list[str]]


def check(folder: Path) -> list[str]:
    """Every problem of the driver in this folder; an empty list means it conforms."""
    return [problem for found in examine(folder).values() for problem in found]


def examine(folder: Path) -> Problems:
    """The problems under each rule, in the order of `RULES`."""
    found: Problems = {rule: [] for rule in RULES}
    manifest, found["manifest"] = manifest_of(folder)
    if manifest is None:
        return found
    found["imports"] = import_problems(folder)
    try:
        _examine(folder, manifest, found)
    except BaseException as error:  # a driver's code may raise anything
        if isinstance(error, KeyboardInterrupt):
            raise
        found["manifest"].append(f"{type(error).__name__} while checking: {error}")
    return found


def _examine(folder: Path, manifest: Manifest, found: Problems) -> None:
    driver, simulator = load_class(folder, manifest.entry), load_class(folder, manifest.simulator)
    if not (issubclass(driver, Driver) and issubclass(simulator, Simulator)):
        found["manifest"].append("entry or simulator: not derived from Driver and Simulator")
        return
    found["manifest"] += _class_problems(manifest, driver)
    for place in manifest.frames.values():
        load_decoder(folder, place)
    for name in profiles_of(folder):
        problems = line_problems(read_profile(folder, name))
        found["manifest"] += [f"maps/{name}.toml: {problem}" for problem in problems]
    benches = [
        Bench(manifest, driver, simulator, read_profile(folder, name) if name else {})
        for name in profiles_of(folder) or [""]
    ]
    for bench in benches:
        _bench_problems(bench, found)
    found["transcripts"] = _transcript_problems(folder, benches)


def calls_of(driver: Driver) -> list[Call]:
    """Every call this driver offers, with arguments that hold for it."""
    calls: list[Call] = []
    for capability in sorted(driver.capabilities):
        if capability == "measure-mass" or capability == "read-code":
            calls.append((capability, {"settle": SETTLE}))
        elif capability == "print-label":
            calls.append((capability, {"lines": ["A-1", "2026-11-23"], "code": "X1"}))
        elif capability in CHANNELLED:
            calls += [(capability, {"channel": channel}) for channel in driver.channels]
        else:
            calls.append((capability, {}))
    return calls


def run(driver: Driver, call: Call) -> Any:
    return getattr(driver, method_name(call[0]))(**call[1])


def _class_problems(manifest: Manifest, driver: type[Driver]) -> list[str]:
    problems = [signature_problem(driver, c) for c in manifest.capabilities]
    if frozenset(manifest.capabilities) != driver.capabilities:
        problems.append(f"capabilities: {sorted(driver.capabilities)} in code, others in driver.toml")
    return [problem for problem in problems if problem]


def _bench_problems(bench: Bench, found: Problems) -> None:
    driver, _ = bench.make()
    if unknown := driver.capabilities - set(bench.manifest.capabilities):
        found["manifest"].append(f"capabilities: {sorted(unknown)} not in driver.toml")
    for call in calls_of(driver):
        good = _good(bench, call)
        if isinstance(good, str):
            found["results"].append(good)
            continue
        found["faults"] += _fault_problems(bench, call)
        found["bytes"] += _noise_problems(bench, call)
        found["parts"] += _spoilt_problems(bench, call, *good)


def _good(bench: Bench, call: Call) -> str | tuple[Any, SimulatorLink]:
    driver, link = bench.make()
    try:
        result = run(driver, call)
    except Exception as error:
        return f"{call[0]}: a healthy simulator gives {type(error).__name__}: {error}"
    return result_problem(call[0], result) or (result, link)


def _fault_problems(bench: Bench, call: Call) -> Iterator[str]:
    before = _values(bench, call, stirred=False) if measures(call[0]) else {}
    now = _values(bench, call, stirred=True) if before else {}
    unchecked = {"wrong-checksum"} if call[0] == "identify" and not bench.manifest.checksum else set[str]()
    for fault in sorted(bench.make()[1].simulator.faults - unchecked):
        driver, link = bench.make()
        if fault in ("stale", "late-answer"):
            _outcome(driver, call)  # what an old answer is of
        link.simulator.switch(fault)
        if fault == "late-answer":
            _outcome(driver, call)
        if before:
            _stir(link)
        begun, outcome = link.clock.now, _outcome(driver, call)
        if isinstance(outcome, str):
            yield f"{call[0]} with {fault}: {outcome}"
        elif not isinstance(outcome, DeviceError):
            cell = compared(seen(outcome[0]), before, now)
            if problem := wrong(fault, call[0], cell):
                yield f"{call[0]} with {fault}: {problem}"
        if link.clock.now - begun > LONGEST:
            yield f"{call[0]} with {fault}: took {link.clock.now - begun:.0f} s"


def _values(bench: Bench, call: Call, *, stirred: bool) -> Seen:
    """What a healthy instrument gives, before and after it measures something else."""
    driver, link = bench.make()
    if stirred:
        _stir(link)
    return seen(run(driver, call))


def _stir(link: SimulatorLink) -> None:
    """Another value, long enough ago that it stands still."""
    link.simulator.stir()
    link.clock.now += SETTLE


def _outcome(driver: Driver, call: Call) -> DeviceError | tuple[Any] | str:
    """The result by itself in a tuple, the DeviceError, or what is wrong with this outcome."""
    try:
        result = run(driver, call)
    except DeviceError as error:
        return error
    except Exception as error:
        return f"{type(error).__name__} instead of a DeviceError: {error}"
    return result_problem(call[0], result) or (result,)


def _noise_problems(bench: Bench, call: Call) -> list[str]:
    source = random.Random(20260101)
    found: set[str] = set()
    for _ in range(ROUNDS):
        driver, link = bench.make()
        link.spoil = _noise(source)
        outcome = _outcome(driver, call)
        if isinstance(outcome, str):
            found.add(f"{call[0]} with noise: {outcome}")
    return sorted(found)[:5]


def _noise(source: random.Random) -> Spoiler:
    """One of: pure noise, a reply with one byte changed, a reply inside noise."""
    kind, data = source.randrange(3), source.randbytes(source.randrange(40))
    place, other = source.random(), source.randrange(256)

    def spoil(reply: bytes) -> bytes:
        if kind == 0 or not reply:
            return data + (reply[-2:] if other % 2 else b"")
        if kind == 1:
            at = int(place * len(reply))
            return reply[:at] + bytes((other,)) + reply[at + 1 :]
        return data + reply + data

    return spoil


def _spoilt_problems(bench: Bench, call: Call, good: Any, first: SimulatorLink) -> Iterator[str]:
    """Each proper prefix and each lost byte, in each exchange the call makes."""
    for place, reply in enumerate(first.replies):
        for size in range(len(reply)):
            if _accepted(bench, call, place, _prefix(size)) is not None:
                yield f"{call[0]}: accepts {reply[:size]!r}, a part of {reply!r}"
        for at in range(len(reply)):
            result = _accepted(bench, call, place, _without(at))
            if result is not None and not _allowed(bench.manifest, result[0], good):
                yield f"{call[0]}: accepts {_without(at)(reply)!r}, a byte lost from {reply!r}"


def _prefix(size: int) -> Spoiler:
    return lambda reply: reply[:size]


def _without(at: int) -> Spoiler:
    return lambda reply: reply[:at] + reply[at + 1 :]


def _allowed(manifest: Manifest, result: Any, good: Any) -> bool:
    """Without a checksum a lost letter of a unit or a text cannot show; any other lost byte must."""
    if manifest.checksum or isinstance(good, dict):
        return False
    if not isinstance(good, Reading):
        return True
    return (result.value, result.stable) == (good.value, good.stable) and result.unit != good.unit


def _accepted(bench: Bench, call: Call, place: int, spoil: Spoiler) -> tuple[Any] | None:
    driver, link = bench.make()
    link.spoil = lambda reply: spoil(reply) if len(link.replies) == place + 1 else reply
    try:
        return (run(driver, call),)
    except DeviceError:
        return None


def _transcript_problems(folder: Path, benches: list[Bench]) -> list[str]:
    paths = sorted((folder / "transcripts").glob("*.txt"))
    problems = [] if paths else ["transcripts: none"]
    for path in paths:
        try:
            exchanges = read_transcript(path.read_text("utf-8"))
        except ValueError as error:
            problems.append(f"{path.name}: {error}")
            continue
        ends = [_replay(bench, exchanges) for bench in benches]
        if all(ends):
            problems.append(f"{path.name}: {min(ends, key=len)}")
    return problems


def _replay(bench: Bench, exchanges: list[Exchange]) -> str:
    """Why this transcript cannot be replayed to its end; empty if it can."""
    link = ReplayLink(exchanges)
    driver = bench.on(link)
    while not link.ended:
        begin = link.place
        if not any(_moves(driver, link, call, begin) for call in calls_of(driver)):
            return f"no call sends {link.exchanges[begin].request!r}"
    return ""


def _moves(driver: Driver, link: ReplayLink, call: Call, begin: int) -> bool:
    link.place = begin
    try:
        run(driver, call)
    except WrongRequest:
        return False
    except DeviceError:
        pass  # a recorded refusal is a good end of a call
    return link.place > begin
