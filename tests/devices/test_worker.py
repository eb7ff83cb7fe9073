"""A driver's process: it may crash, hang, eat memory or lie, and the program goes on."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fieldcal.devices.bench import Bench
from fieldcal.devices.catalog import Catalog
from fieldcal.devices.errors import DriverFailed, Slept, Stuck
from fieldcal.devices.gateway import Gateway
from fieldcal.devices.messages import Open
from fieldcal.devices.remote import CRASHES, RemoteSession, environment
from fieldcal.devices.seal import UnsignedDriver
from fieldcal.devices.serial_link import PortInfo
from fieldcal.devices.watch import GAP, TICK, Watch
from fieldcal.devices.worker import Opener
from fieldcal.driverkit import Disconnected, Identity, Line
from fieldcal.driverkit.manifest import SerialSettings

DRIVERS = Path(__file__).parents[2] / "drivers"
LIVE = 'return decode(self._ask("SI", timeout=PROMPT, answers_as=b"S"))'
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")


@dataclass
class Van:
    """A gateway with one scale, whose driver's `live_mass` is what a test makes of it."""

    place: Path
    bench: Bench
    gateways: list[Gateway]

    def with_live(self, body: str = LIVE, head: str = "") -> Gateway:
        folder = self.place / "mt_sics"
        folder.mkdir()
        source = (DRIVERS / "mt_sics" / "driver.py").read_text("utf-8")
        assert LIVE in source
        (folder / "driver.py").write_text(source.replace(LIVE, body) + head, "utf-8")
        for name in ("driver.toml", "simulator.py"):
            (folder / name).write_bytes((DRIVERS / "mt_sics" / name).read_bytes())
        return self.bound(Catalog([self.place]))

    def bound(self, catalog: Catalog) -> Gateway:
        self.scale = catalog.load("mt_sics").simulator(settle=0.05)
        self.gateways.append(Gateway(catalog))
        self.gateways[-1].bind("scale", "mt_sics", self.bench.attach("scale", self.scale))
        return self.gateways[-1]


@pytest.fixture
def van(tmp_path: Path) -> Iterator[Van]:
    made = Van(tmp_path, Bench(), [])
    yield made
    for gateway in made.gateways:
        gateway.close()
    made.bench.close()


def session(gateway: Gateway) -> RemoteSession:
    return gateway._of("scale").session  # the process's number is nobody else's business


def until(holds: Callable[[], Any], seconds: float = 6.0) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(holds())


def end(gateway: Gateway, how: int) -> int:
    process = session(gateway).process
    assert process is not None
    os.kill(process, how)
    return process


@POSIX
def test_a_crash_fails_the_call_and_the_same_instrument_is_taken_up_again(van: Van) -> None:
    gateway = van.bound(Catalog([DRIVERS]))
    van.scale.switch("unstable")
    waiting = gateway.request("scale", "measure-mass", settle=20.0)
    time.sleep(0.2)
    old = end(gateway, signal.SIGSEGV)
    assert isinstance(waiting.exception(3), DriverFailed)
    assert until(lambda: gateway.state()[0].linked)
    van.scale.switch("")
    van.scale.place(Decimal(5000))
    assert gateway.request("scale", "measure-mass", settle=3.0).result(5).value == 5
    assert session(gateway).process != old


@POSIX
def test_a_driver_that_crashes_again_and_again_is_started_by_a_request_only(van: Van) -> None:
    gateway = van.bound(Catalog([DRIVERS]))
    for count in range(CRASHES):
        before = end(gateway, signal.SIGKILL)
        again = count + 1 < CRASHES  # the last one is not started again
        assert until(lambda before=before, again=again: (session(gateway).process not in (before, None)) == again)
    time.sleep(0.5)
    assert session(gateway).process is None
    assert gateway.live("scale").result(5).unit == "kg"


@POSIX
def test_a_process_without_a_sign_of_life_is_ended(van: Van, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RemoteSession, "SILENT", 1.5)
    gateway = van.bound(Catalog([DRIVERS]))
    end(gateway, signal.SIGSTOP)
    assert isinstance(gateway.live("scale").exception(6), Stuck)
    assert gateway.live("scale").result(6).unit == "kg"


@POSIX
def test_the_program_ends_although_a_port_hangs(van: Van) -> None:
    gateway = van.bound(Catalog([DRIVERS]))
    process = end(gateway, signal.SIGSTOP)
    gateway.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of memory are POSIX's, macOS has others")
def test_a_driver_that_eats_memory_fails_alone(van: Van) -> None:
    gateway = van.with_live("return bytes(3 << 30)")
    with pytest.raises(DriverFailed, match="MemoryError"):
        gateway.live("scale").result(5)
    assert gateway.request("scale", "measure-mass", settle=2.0).result(4).stable


def test_what_a_driver_prints_goes_nowhere(van: Van) -> None:
    gateway = van.with_live(f"print('x' * 100000)\n        {LIVE}")
    assert gateway.live("scale").result(5).unit == "kg"


def test_a_driver_that_imports_what_it_may_not_is_never_imported(van: Van) -> None:
    with pytest.raises(DriverFailed, match="imports os"):
        van.with_live(head="\nimport os\n")


def test_a_driver_whose_files_change_while_it_runs_is_not_started_again(van: Van) -> None:
    gateway = van.with_live()
    (van.place / "mt_sics" / "driver.py").write_text("", "utf-8")
    session(gateway)._end(Stuck("for the test"))
    with pytest.raises(DriverFailed):
        gateway.live("scale").result(5)


def test_a_driver_sees_nothing_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELDCAL_WORKSPACE", "/somewhere")
    assert not [name for name in environment() if name.startswith("FIELDCAL")]


def test_a_sleep_voids_what_was_being_measured_and_the_instrument_is_asked_who_it_is(van: Van) -> None:
    gateway = van.bound(Catalog([DRIVERS]))
    van.scale.switch("unstable")
    waiting = gateway.request("scale", "measure-mass", settle=20.0)
    time.sleep(0.2)
    watch = gateway._watch
    watch.tick(time.monotonic() + TICK + GAP + 1, 0.0)
    assert isinstance(waiting.exception(1), Slept)
    van.scale.switch("")
    gateway.tap("scale").clear()
    assert gateway.live("scale").result(5).unit == "kg"
    assert b"I4\r\n" in [heard.data for heard in gateway.tap("scale").entries()]


def test_another_instrument_after_a_sleep_is_not_the_one_before(van: Van) -> None:
    gateway = van.bound(Catalog([DRIVERS]))
    van.scale.serial = "7654321"
    gateway._watch.tick(time.monotonic() + TICK + GAP + 1, 0.0)
    assert gateway.live("scale").exception(5).code == "other-instrument"


def test_a_sleep_shows_in_either_clock() -> None:
    told: list[str] = []
    watch = Watch(lambda: told.append("look"), lambda: told.append("slept"))
    now = time.monotonic()
    for mono, sleep in ((now + 1, 0.0), (now + 2, 60.0), (now + 3, 60.0), (now + 63, 60.0), (now + 64, 60.0)):
        watch.tick(mono, sleep)
    assert told == ["look", "slept", "look", "slept", "look"]


def test_a_remembered_instrument_is_taken_up_when_it_is_plugged_in(van: Van) -> None:
    gateway = van.bound(Catalog([DRIVERS]))
    known = gateway.state()[0].identity
    assert known is not None
    gateway.unbind("scale")
    van.bench.unplug("scale")
    gateway.expect("scale", "mt_sics", van.bench.port("scale"), None, {}, {}, known)
    assert not gateway.state()[0].linked
    van.bench.replug("scale")
    assert until(lambda: gateway.state()[0].linked, 3.0)
    assert gateway.binding("scale").instrument == known


def test_a_remembered_instrument_is_not_replaced_by_another(van: Van) -> None:
    gateway = van.bound(Catalog([DRIVERS]))
    known = Identity("Mettler Toledo", "SIM-15 15.000 kg", "0000001")
    gateway.expect("scale", "mt_sics", van.bench.port("scale"), None, {}, {}, known)
    assert until(lambda: gateway.state()[0].error == "other-instrument")
    state = gateway.state()[0]
    assert (state.linked, state.identity, state.found and state.found.serial) == (False, known, "1234567")


def opener(port: str) -> Opener:
    asked = Open("", {}, "", port, ("0403", "6001", "FT1"), SerialSettings(), None)
    return Opener(asked, lambda _sent, _data: None)


def test_an_adapter_is_found_again_under_another_name(van: Van, monkeypatch: pytest.MonkeyPatch) -> None:
    scale = Catalog([DRIVERS]).load("mt_sics").simulator()
    now = van.bench.attach("COM7", scale)
    ports = [
        PortInfo("COM3", vid="0403", pid="6001", serial="FT9"),
        PortInfo(now, vid="0403", pid="6001", serial="FT1"),
    ]
    monkeypatch.setattr("fieldcal.devices.worker.list_ports", lambda: ports)
    link = opener("COM3")()
    assert link.exchange(b"I4\r\n", Line(), 2.0) == b'I4 A "1234567"'
    link.close()


def test_another_adapter_under_the_old_name_is_not_opened(van: Van, monkeypatch: pytest.MonkeyPatch) -> None:
    old = van.bench.attach("COM3", Catalog([DRIVERS]).load("mt_sics").simulator())
    other = [PortInfo(old, vid="0403", pid="6001", serial="FT9")]
    monkeypatch.setattr("fieldcal.devices.worker.list_ports", lambda: other)
    with pytest.raises(Disconnected, match="FT1"):
        opener(old)()


def test_an_unsigned_driver_does_not_run_unless_it_may(van: Van) -> None:
    gateway = Gateway(Catalog([DRIVERS]).runnable(lambda _trust: False))
    van.gateways.append(gateway)
    with pytest.raises(UnsignedDriver):
        gateway.bind("scale", "mt_sics", "nowhere")


@pytest.mark.parametrize("line", [{"baud": "fast"}, {"bits": "9X9"}, {"handshake": "yes"}])
def test_bad_line_settings_are_refused_before_a_port_is_opened(van: Van, line: dict[str, str]) -> None:
    gateway = van.bound(Catalog([DRIVERS]))
    with pytest.raises(DriverFailed, match="line settings"):
        gateway.bind("scale", "mt_sics", van.bench.port("scale"), line)
