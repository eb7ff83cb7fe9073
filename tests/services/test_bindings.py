"""Roles from day to day: what a person binds is in the journal and taken up again, by whom it belongs to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from fieldcal import bootstrap
from fieldcal.devices.bench import Bench
from fieldcal.devices.errors import OtherInstrument
from fieldcal.devices.gateway import Gateway
from fieldcal.domain import events as ev
from fieldcal.services.bindings import STREAM, Bindings
from tests.services.workspace import Desk


@dataclass
class Van:
    desk: Desk
    bench: Bench
    gateway: Gateway
    bindings: Bindings

    def plug(self, serial: str = "1234567") -> str:
        scale = self.gateway.catalog.load("mt_sics").simulator(serial=serial)
        return self.bench.attach("scale", scale)

    def events(self) -> list[ev.Event]:
        return [one.event for one in self.desk.ws.journal.read(STREAM)]

    def next_day(self) -> None:
        self.gateway.close()
        self.gateway = Gateway(bootstrap.catalog())
        self.bindings = Bindings(self.desk.ws, self.gateway, lambda _port: False)
        self.bindings.restore()


@pytest.fixture
def van(desk: Desk) -> Iterator[Van]:
    bench, gateway = Bench(), Gateway(bootstrap.catalog())
    made = Van(desk, bench, gateway, Bindings(desk.ws, gateway, lambda _port: False))
    yield made
    made.gateway.close()
    bench.close()


def until(holds: Callable[[], Any], seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(holds())


def test_what_was_bound_yesterday_is_linked_this_morning(van: Van) -> None:
    port = van.plug()
    identity = van.bindings.bind("scale", "mt_sics", port, {"baud": "4800"})
    bound = van.events()[-1]
    assert isinstance(bound, ev.PortBound)
    assert (bound.driver, bound.line, bound.instrument[2]) == ("mt_sics", {"baud": "4800"}, identity.serial)
    van.next_day()
    assert until(lambda: van.gateway.state()[0].linked)
    assert van.gateway.binding("scale").instrument == identity


def test_an_instrument_left_at_home_is_waited_for(van: Van) -> None:
    van.bindings.bind("scale", "mt_sics", van.plug(), {})
    van.bench.unplug("scale")
    van.next_day()
    assert not van.gateway.state()[0].linked
    assert van.bindings.problems == {}
    van.bench.replug("scale")
    assert until(lambda: van.gateway.state()[0].linked)


def test_another_instrument_needs_a_reason_which_is_in_the_journal(van: Van) -> None:
    port = van.plug()
    van.bindings.bind("scale", "mt_sics", port, {})
    van.plug("7654321")
    with pytest.raises(OtherInstrument) as caught:
        van.bindings.bind("scale", "mt_sics", port, {})
    assert (caught.value.expected.serial, caught.value.found.serial) == ("1234567", "7654321")
    assert len(van.events()) == 1
    van.bindings.bind("scale", "mt_sics", port, {}, "the old one is at the manufacturer's")
    last = van.events()[-1]
    assert isinstance(last, ev.PortBound)
    assert (last.instrument[2], last.reason) == ("7654321", "the old one is at the manufacturer's")


def test_what_is_released_is_not_taken_up_again(van: Van) -> None:
    van.bindings.bind("scale", "mt_sics", van.plug(), {})
    van.bindings.unbind("scale")
    van.next_day()
    assert van.gateway.state() == []
    assert isinstance(van.events()[-1], ev.PortReleased)


def test_a_port_of_the_simulated_bench_is_never_remembered(van: Van) -> None:
    practice = Bindings(van.desk.ws, van.gateway, lambda _port: True)
    practice.bind("scale", "mt_sics", van.plug(), {})
    assert van.events() == []
    assert van.gateway.live("scale").result(4).unit == "kg"


def test_a_driver_that_is_gone_is_told_and_the_others_are_taken_up(van: Van) -> None:
    van.bindings.bind("scale", "mt_sics", van.plug(), {})
    van.desk.ws.put(STREAM, ev.PortBound("environment", "gone", "COM9", ["", "", ""], {}, ["a", "b", "c"]), "tech")
    van.next_day()
    assert van.bindings.problems == {"environment": "driver-failed"}
    assert until(lambda: van.gateway.state()[0].linked)
