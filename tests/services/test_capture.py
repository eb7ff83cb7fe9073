"""A stable value with its proof: the window alone, then a real scale and a real sensor over pseudo-terminals."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from fieldcal.bootstrap import open_demo
from fieldcal.domain import events as ev
from fieldcal.driverkit import DeviceError
from fieldcal.services.app import Services
from fieldcal.services.capture import WANDER, Capture
from fieldcal.services.clock import DemoClock
from fieldcal.services.hands import ScaleHands
from fieldcal.services.stable import KEPT, Held, Sample, Window
from fieldcal.services.walk import Walker
from tests.ui import jobs

D = Decimal


def said(at: float, value: str, unit: str = "kg", quiet: bool = True, frame: str = "") -> Sample:
    return Sample(at, D(value), unit, quiet, frame or value.encode().hex())


def fed(window: Window, *samples: Sample, checked: bool = True) -> Held:
    found = [window.feed(sample, checked) for sample in samples]
    return found[-1]


def code(held: Held) -> str:
    return held.why.code if held.why else ""


def test_a_value_is_stable_once_it_held_for_the_time_and_the_proof_has_its_frames() -> None:
    window = Window()
    assert code(fed(window, said(0, "5.000"), said(0.5, "5.000"))) == "held"
    held = fed(window, said(1.0, "5.000"))
    assert (held.stable, held.why) == (True, None)
    assert held.proof(False) == ev.Proof("1.00", "0.000", 3, ["352e303030"] * 3, False)
    assert held.proof(True).derived


@pytest.mark.parametrize(
    ("last", "why"),
    [
        (said(2.0, "5.000", quiet=False), "moving"),
        (said(2.0, "5.005"), "jumped"),
        (said(2.0, "5000", "g"), "unit"),
        (said(2.0, "5.000", "lb"), "wrong-unit"),
    ],
)
def test_what_breaks_the_window_is_told_and_nothing_counts_before_it_held_again(last: Sample, why: str) -> None:
    window = Window(unit="g")
    held = fed(window, said(0, "5.000"), said(1.0, "5.000"), last)
    assert (held.stable, code(held)) == (False, why)
    again = Sample(2.5, last.value, last.unit, True, last.frame)
    assert not fed(window, again).stable


def test_a_jump_tells_by_how_much_until_it_held() -> None:
    window = Window()
    held = fed(window, said(0, "5.000"), said(1.0, "5.000"), said(1.2, "5.005"), said(1.6, "5.005"))
    assert held.why is not None
    assert (held.why.code, held.why.value, held.why.unit) == ("jumped", D("0.005"), "kg")
    assert fed(window, said(2.2, "5.005")).stable


def test_a_unit_that_converts_exactly_counts_and_another_one_never_does() -> None:
    assert fed(Window(unit="g"), said(0, "5.000"), said(2, "5.000")).stable
    never = fed(Window(unit="g"), said(0, "5.000", "°C"), said(9, "5.000", "°C"))
    assert (never.stable, code(never)) == (False, "wrong-unit")


def test_without_a_checksum_one_reply_is_not_enough() -> None:
    window = Window(hold=0)
    assert code(fed(window, said(0, "5.000"), checked=False)) == "twice"
    assert not fed(window, said(0.1, "5.000", quiet=False), checked=False).twice
    assert not fed(window, said(0.2, "5.000"), checked=False).twice
    assert fed(window, said(0.3, "5.000"), checked=False).twice


def test_two_replies_of_a_sensor_are_equal_within_its_spread() -> None:
    window = Window(spread=WANDER)
    assert fed(window, said(0, "23.4", "°C"), said(1, "23.5", "°C"), checked=False).stable
    assert not fed(window, said(2, "23.9", "°C"), checked=False).twice


def test_the_frames_of_a_long_wait_are_bounded_and_the_seconds_held_are_not() -> None:
    window = Window()
    held = fed(window, *[said(n / 5, "5.000") for n in range(500)])
    assert (held.samples, len(held.frames)) == (KEPT, KEPT)
    assert held.held == pytest.approx(99.8)
    assert held.span == pytest.approx((KEPT - 1) / 5)


def test_a_fast_line_keeps_the_whole_hold_time_and_the_newest_frames() -> None:
    window = Window()
    held = fed(window, *[said(n / 100, "5.000") for n in range(200)])
    assert held.stable
    assert (held.samples, len(held.frames)) == (101, KEPT)


def test_the_same_frame_five_times_of_a_value_that_wandered_is_told() -> None:
    window = Window(spread=WANDER)
    still = [said(n / 5, "23.4", "°C") for n in range(9)]
    assert not fed(window, *still).repeated  # it may just be that calm
    wandered = fed(window, said(3, "23.5", "°C"), *[said(3 + n / 5, "23.4", "°C") for n in range(1, 5)])
    assert not wandered.repeated
    assert fed(window, said(4, "23.4", "°C")).repeated


def test_what_was_heard_before_a_pause_proves_nothing() -> None:
    window = Window()
    assert fed(window, said(0, "5.000"), said(1, "5.000")).stable
    window.restart()
    held = fed(window, said(60, "5.000"))
    assert (held.stable, held.samples, held.held) == (False, 1, 0.0)


# --- over the wire ------------------------------------------------------------------------------------


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    clock = DemoClock(1, jump=True)
    made = open_demo(jobs.fresh(tmp_path / "demo"), clock=clock, link_clock=clock.mono)
    yield made
    made.close()


def test_every_value_that_came_over_the_wire_is_stored_with_its_proof(services: Services) -> None:
    walker = Walker(services, ScaleHands(services.bench.scale), "tech")
    run = walker.start("stall-01", "subsequent", "proof")
    walker.finish(run, "1111")
    events = [stored.event for stored in services.ws.journal.read(run)]
    taken = [e for e in events if isinstance(e, ev.ReadingTaken) and e.source == "wire"]
    assert len(taken) > 20
    for one in taken:
        assert one.proof is not None
        assert float(one.proof.window) >= 1.0
        assert one.proof.samples >= 2
        assert one.proof.frames[-1] == one.raw
        assert one.device in ("mt_sics", "modbus_generic/thermo_hygrometer")
    assert {one.proof.spread for one in taken if one.proof and one.unit == "kg"} == {"0.000"}


def test_a_reply_that_was_lost_breaks_the_window(services: Services) -> None:
    capture = Capture(services.devices, "scale", "live-mass", services.ws.clock, unit="g")
    capture.wait()
    services.bench.scale.switch("silence")
    with pytest.raises(DeviceError):
        capture.poll()
    services.bench.scale.switch("")
    services.ws.clock.sleep(5)
    assert not capture.poll().stable


def test_a_scale_that_shows_pieces_is_never_stable_for_a_mass(services: Services) -> None:
    capture = Capture(services.devices, "scale", "live-mass", services.ws.clock, unit="°C")
    with pytest.raises(TimeoutError, match="wrong-unit"):
        capture.wait(3)


def test_a_checksum_is_the_protocols_and_a_scale_without_one_is_heard_twice(services: Services) -> None:
    scale = Capture(services.devices, "scale", "live-mass", services.ws.clock)
    assert [scale.poll().firm for _ in range(2)] == [False, True]
    air = Capture(services.devices, "environment", "measure-environment", services.ws.clock, "temperature")
    assert air.poll().firm


def test_a_stability_that_the_program_found_is_told_in_the_proof(services: Services) -> None:
    clock = services.ws.clock
    air = Capture(services.devices, "environment", "measure-environment", clock, "humidity", "%")
    scale = Capture(services.devices, "scale", "live-mass", clock, unit="g")
    assert (air.wait().proof.derived, scale.wait().proof.derived) == (True, False)
