"""Roles, requests and faults through the whole stack, on pseudo-terminals and in memory."""

import time
from decimal import Decimal
from pathlib import Path

import pytest

from fieldcal.devices.catalog import Catalog
from fieldcal.devices.errors import OtherInstrument, Stuck
from fieldcal.devices.gateway import Gateway, NotBound, PortTaken
from fieldcal.devices.loader import DriverFailed
from fieldcal.devices.remote import RemoteSession
from fieldcal.driverkit import DeviceFault, Disconnected, ReplyTimeout, Truncated
from fieldcal.driverkit.transcript import read_transcript

DRIVERS = Path(__file__).parents[2] / "drivers"


@pytest.fixture
def scale(bench, gateway):
    simulator = gateway.catalog.load("mt_sics").simulator(settle=0.2)
    gateway.bind("scale", "mt_sics", bench.attach("scale", simulator))
    return simulator


def until(holds, seconds=4.0):
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


def test_a_load_is_weighed_only_when_it_is_stable(gateway, scale):
    scale.place(Decimal(5000))
    assert not gateway.live("scale").result(3).stable
    reading = gateway.request("scale", "measure-mass", settle=3.0).result(5)
    assert (reading.value, reading.unit, reading.stable) == (Decimal("5.000"), "kg", True)


def test_zero_and_tare_reach_the_scale(gateway, scale):
    scale.place(Decimal(100))
    time.sleep(0.25)
    gateway.request("scale", "zero").result(3)
    scale.place(Decimal(1100))
    time.sleep(0.25)
    gateway.request("scale", "tare").result(3)
    assert gateway.live("scale").result(3).value == 0
    assert scale.tare_weight == 1000


def test_environment_and_channels_are_read(bench, gateway):
    air = gateway.catalog.load("modbus_generic/thermo_hygrometer").simulator()
    probes = gateway.catalog.load("modbus_generic/thermometer_2ch").simulator()
    air.set("temperature", Decimal("-10.1"))
    air.set("humidity", Decimal("65.8"))
    probes.set("t_b", Decimal("-1.25"))
    gateway.bind("air", "modbus_generic/thermo_hygrometer", bench.attach("air", air))
    gateway.bind("probes", "modbus_generic/thermometer_2ch", bench.attach("probes", probes))
    readings = gateway.request("air", "measure-environment").result(4)
    assert {name: (r.value, r.unit) for name, r in readings.items()} == {
        "temperature": (Decimal("-10.1"), "°C"),
        "humidity": (Decimal("65.8"), "%"),
    }
    reading = gateway.request("probes", "measure-temperature", channel="t_b").result(4)
    assert str(reading.value) == "-1.25"


@pytest.mark.parametrize(("fault", "error"), [("silence", ReplyTimeout), ("cut", Truncated)])
def test_after_a_fault_of_the_line_the_next_reading_is_right(gateway, scale, fault, error):
    scale.place(Decimal(2000))
    time.sleep(0.25)
    scale.switch(fault)
    with pytest.raises(error):
        gateway.request("scale", "measure-mass", settle=0.4).result(3)
    assert gateway.state()[0].error == error.code
    scale.switch("")
    assert gateway.request("scale", "measure-mass", settle=2.0).result(4).value == Decimal("2.000")
    assert gateway.state()[0].error == ""


def test_a_late_answer_to_an_old_request_is_never_the_new_weight(gateway, scale):
    scale.place(Decimal(1000))
    time.sleep(0.25)
    scale.switch("late")
    with pytest.raises(ReplyTimeout):
        gateway.request("scale", "measure-mass", settle=0.2).result(3)
    scale.switch("")
    scale.place(Decimal(3000))
    time.sleep(0.7)
    assert gateway.request("scale", "measure-mass", settle=2.0).result(4).value == Decimal("3.000")


def test_an_unplugged_instrument_comes_back_by_itself(gateway, bench, scale):
    bench.unplug("scale")
    with pytest.raises(Disconnected):
        gateway.live("scale").result(4)
    assert not gateway.state()[0].linked
    bench.replug("scale")
    assert until(lambda: gateway.state()[0].linked)
    assert gateway.live("scale").result(3).unit == "kg"


def test_another_instrument_on_the_same_cable_is_refused(gateway, bench, scale):
    bench.unplug("scale")
    assert until(lambda: not gateway.state()[0].linked)
    bench.attach("scale", gateway.catalog.load("mt_sics").simulator(serial="7654321"))
    with pytest.raises(OtherInstrument) as caught:
        gateway.live("scale").result(4)
    assert (caught.value.expected.serial, caught.value.found.serial) == ("1234567", "7654321")
    assert until(lambda: gateway.state()[0].found == caught.value.found)


def test_an_instrument_that_dies_in_a_frame_gives_disconnected(gateway, scale):
    scale.switch("unplug")
    with pytest.raises(Disconnected):
        gateway.live("scale").result(4)


def test_a_cancel_ends_a_wait_and_the_session_goes_on(gateway, scale):
    scale.switch("unstable")
    waiting = gateway.request("scale", "measure-mass", settle=20.0)
    assert until(waiting.running)
    time.sleep(0.1)
    gateway.cancel("scale")
    assert waiting.exception(2).code == "cancelled"
    scale.switch("")
    assert gateway.live("scale").result(4).stable


def test_what_went_over_the_line_can_be_read_back(gateway, scale):
    gateway.live("scale").result(3)
    exchanges = read_transcript(gateway.transcript("scale").decode())
    assert exchanges[-1].request == b"SI\r\n"
    assert b"".join(c.data for c in exchanges[-1].chunks) == b"S S      0.000 kg\r\n"


def test_a_role_without_an_instrument_fails_its_future(gateway):
    with pytest.raises(NotBound):
        gateway.request("nobody", "measure-mass", settle=1.0).result(1)


def test_a_port_serves_one_driver_only(gateway, bench, scale):
    assert gateway.bind("second", "mt_sics", bench.port("scale")).serial == "1234567"
    with pytest.raises(PortTaken):
        gateway.bind("air", "modbus_generic", bench.port("scale"))
    gateway.unbind("scale")
    assert gateway.live("second").result(3).unit == "kg"


def test_a_capability_the_instrument_lacks_is_refused(gateway, scale):
    with pytest.raises(DeviceFault):
        gateway.request("scale", "measure-environment").result(2)


def broken(place: Path, body: str) -> Gateway:
    """The shipped scale driver in another folder, with `live_mass` replaced by `body`."""
    folder = place / "mt_sics"
    folder.mkdir()
    source = (DRIVERS / "mt_sics" / "driver.py").read_text("utf-8")
    line = 'return decode(self._ask("SI", timeout=PROMPT, answers_as=b"S"))'
    assert line in source
    (folder / "driver.py").write_text(source.replace(line, body), "utf-8")
    for name in ("driver.toml", "simulator.py"):
        (folder / name).write_bytes((DRIVERS / "mt_sics" / name).read_bytes())
    return Gateway(Catalog([place]))


@pytest.mark.parametrize(
    "body", ["raise SystemExit(3)", "return 1 / 0", "return 5.0", "raise KeyboardInterrupt", "raise StopIteration"]
)
def test_a_driver_that_raises_anything_harms_nothing_else(tmp_path, bench, body):
    gateway = broken(tmp_path, body)
    try:
        gateway.bind("scale", "mt_sics", bench.attach("scale", gateway.catalog.load("mt_sics").simulator()))
        with pytest.raises(DriverFailed):
            gateway.live("scale").result(3)
        assert gateway.request("scale", "measure-mass", settle=2.0).result(4).stable
    finally:
        gateway.close()


def test_a_driver_that_does_not_return_is_ended_and_started_again(tmp_path, bench, monkeypatch):
    monkeypatch.setattr(RemoteSession, "GRACE", 0.3)
    gateway = broken(tmp_path, "\n        while True: pass")
    try:
        gateway.bind("scale", "mt_sics", bench.attach("scale", gateway.catalog.load("mt_sics").simulator()))
        hanging = gateway.live("scale")
        queued = gateway.live("scale")
        assert until(hanging.running)
        gateway.cancel("scale")
        assert isinstance(hanging.exception(2), Stuck)
        assert isinstance(queued.exception(2), Stuck)
        assert gateway.request("scale", "measure-mass", settle=2.0).result(6).stable
    finally:
        gateway.close()
