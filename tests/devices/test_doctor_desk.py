"""The doctor on real lines: it listens, searches, and keeps what it found in a file for the other vans."""

from dataclasses import replace
from time import monotonic, sleep

import pytest

from fieldcal.devices.bench import Bench
from fieldcal.devices.doctor_desk import DoctorDesk
from fieldcal.devices.serial_link import PortInfo
from fieldcal.domain.errors import BadInput
from fieldcal.domain.events import PortBound
from fieldcal.services.doctor import PortPack, Print
from fieldcal.services.port_pack import from_text, to_text
from tests.devices.printing import CATALOG, Printer, framed, prints_of

PACK = PortPack(
    "Market scale",
    "ohaus/scout_10",
    {"baud": "2400", "bits": "7E1"},
    "printed",
    {},
    (Print(9600, b"\x80\x00"), Print(2400, b"     92.2 g  \r\n")),
)


@pytest.fixture
def bench():
    made = Bench()
    yield made
    made.close()


@pytest.fixture
def bound():
    return []


@pytest.fixture
def desk(tmp_path, bound):
    return DoctorDesk(CATALOG, tmp_path, lambda *told: bound.append(told), lambda role: None)


def until(look, holds, seconds=8.0):
    end = monotonic() + seconds
    while not holds(found := look()):
        assert monotonic() < end, found
        sleep(0.02)
    return found


@pytest.mark.parametrize(("kind", "baud"), [("ohaus/scout_10", 2400), ("sartorius_sbi/columns_22", 19200)])
def test_three_presses_on_a_real_line_are_enough_whatever_its_rate(bench, desk, kind, baud):
    printer = Printer(prints_of(kind))
    hearing = desk.listen(bench.attach("x", printer, baud))
    try:
        for count in (1, 2, 3):
            until(hearing.look, lambda now: now.open)  # the page says when the key is to be pressed
            printer.press()
            until(hearing.look, lambda now, count=count: len(now.prints) == count)
        found = until(hearing.look, lambda now: now.done)
    finally:
        hearing.stop()
    assert (found.diagnosis.form.baud, found.diagnosis.form.bits) == (baud, "8N1")
    assert kind in [proposal.driver for proposal in found.diagnosis.proposals]
    assert printer.told == b""


def test_seven_bits_with_parity_show_on_a_real_line(bench, desk):
    printer = Printer(framed(data, "7E1") for data in prints_of("and_standard/standard_8"))
    hearing = desk.listen(bench.attach("x", printer, 2400))
    try:
        for count in (1, 2, 3):
            until(hearing.look, lambda now: now.open)
            printer.press()
            until(hearing.look, lambda now, count=count: len(now.prints) == count)
        form = until(hearing.look, lambda now: now.done).diagnosis.form
    finally:
        hearing.stop()
    assert (form.baud, form.bits, form.decimals, form.unit) == (2400, "7E1", 2, "g")


def test_a_press_of_which_nothing_came_sends_us_to_a_faster_rate(bench, desk):
    hearing = desk.listen(bench.attach("x", Printer([])))
    try:
        hearing.nothing()
        assert until(hearing.look, lambda now: len(now.prints) == 1).diagnosis.rate == 115200
    finally:
        hearing.stop()


def test_a_search_tells_each_answer_as_it_comes_and_stops_when_asked(bench, desk):
    finding = desk.find(bench.attach("x", CATALOG.load("mt_sics").simulator()))
    first = until(finding.look, lambda now: now.hits)
    assert first.hits[0].driver == "mt_sics"
    finding.stop()
    begun = monotonic()
    until(finding.look, lambda now: now.done)
    assert monotonic() - begun < 2


def test_a_port_that_is_not_there_is_an_error_and_no_answer(desk, tmp_path):
    port = str(tmp_path / "none")
    assert until(desk.find(port).look, lambda now: now.done).error == "disconnected"
    assert until(desk.listen(port).look, lambda now: now.error).error == "disconnected"


def test_remembered_ports_come_first_and_wireless_ones_last(tmp_path):
    bound = PortBound("scale", "mt_sics", "COM3", ["0403", "6001", "A1"], {}, [])
    ports = [
        PortInfo("COM4", "Standard Serial over Bluetooth link (COM4)"),
        PortInfo("COM5", "USB-SERIAL CH340", "1A86", "7523", "", "1-2"),
        PortInfo("COM9", "USB Serial Port", "0403", "6001", "A1"),
    ]
    desk = DoctorDesk(CATALOG, tmp_path, lambda *_: None, lambda _: None, lambda: [bound], lambda: ports)
    listed = desk.ports()
    assert [(port.name, port.role, port.wireless) for port in listed] == [
        ("COM9", "scale", False),
        ("COM5", "", False),
        ("COM4", "", True),
    ]


def test_a_pack_is_the_same_after_the_way_to_another_van(tmp_path, desk):
    path = tmp_path / "Market scale.fcport"
    desk.write(PACK, path)
    assert desk.take(path) == PACK
    assert desk.packs() == [PACK]


def test_a_bound_pack_carries_its_line_and_its_settings(desk, bound):
    desk.bind("scale", replace(PACK, settings={"field": 10}), "COM3", "")
    assert bound == [("scale", "ohaus/scout_10", "COM3", {"baud": "2400", "bits": "7E1", "field": "10"}, "")]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('"fieldcal-port/1"', '"other/1"', "format"),
        ('"2400"', '"fast"', "line.baud"),
        ('"7E1"', '"9N1"', "line.bits"),
        ('"baud": 9600', '"baud": "9600"', "prints[0]"),
        ('"80 00"', '"zz"', "prints[0]"),
        ('"printed"', '"guessed"', "found"),
        ('"Market scale"', '"../../evil"', "name"),
        ('"ohaus/scout_10"', '"../x"', "driver"),
        ('"settings": {}', '"settings": {"baud": "1"}', "settings.baud"),
        ('"settings": {}', '"code": "import os"', "code"),
        ("{", "[", "file"),
    ],
)
def test_a_bad_pack_is_refused_with_field_value_and_what_is_accepted(old, new, field):
    text = to_text(PACK)
    assert old in text
    with pytest.raises(BadInput) as caught:
        from_text(text.replace(old, new, 1))
    assert (caught.value.code, caught.value.field) == ("bad-port-pack", field)
    assert caught.value.accepted


def test_a_pack_for_a_driver_that_is_not_here_is_refused_and_the_drivers_here_are_named(tmp_path, desk):
    path = tmp_path / "x.fcport"
    desk.write(replace(PACK, driver="nobody"), path)
    with pytest.raises(BadInput) as caught:
        desk.take(path)
    assert (caught.value.field, caught.value.value) == ("driver", "nobody")
    assert "mt_sics" in caught.value.accepted
    assert desk.packs() == []
