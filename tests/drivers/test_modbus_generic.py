"""Modbus: public frames, bytes that are none, the orders of a float, and other programs at the far end."""

import asyncio
import json
import os
import random
import struct
import threading
from decimal import Decimal
from pathlib import Path

import pytest

from fieldcal.devices.bench import Bench
from fieldcal.devices.catalog import Catalog
from fieldcal.devices.gateway import Gateway
from fieldcal.devices.serial_link import SerialLink
from fieldcal.driverkit import BadReply, DeviceFault, Wire, crc16
from fieldcal.driverkit.benchlink import CountedClock, SimulatorLink
from fieldcal.driverkit.manifest import SerialSettings
from tests.drivers.cable import Cable

ROOT = Path(__file__).parents[2]
CATALOG = Catalog([ROOT / "drivers"])
CASES = json.loads((ROOT / "tests/data/frames/modbus_generic.json").read_text("utf-8"))["cases"]
DECODE = CATALOG.decoder("modbus-rtu")
PTY = pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
REPLY = bytes.fromhex("01 03 04 02 92 FF 9B 5A 3D")
REQUEST = bytes.fromhex("01 03 00 00 00 02 C4 0B")
MAP = CASES[1]["profile"]


def sealed(text: str) -> bytes:
    return bytes.fromhex(text) + crc16(bytes.fromhex(text))


def floated(**row) -> dict:
    return {"map": [{"name": "v", "reg": 0, "type": "f32", "unit": "kg", **row}]}


def on_simulator(profile):
    loaded, clock = CATALOG.load(f"modbus_generic/{profile}"), CountedClock()
    slave = loaded.simulator(clock=clock)
    return loaded.driver(SimulatorLink(slave, clock)), slave


def test_no_bytes_make_the_decoder_raise():
    source = random.Random(485)
    settings = [case["profile"] for case in CASES]
    for _ in range(600):
        data = bytearray(source.choice([REPLY, REQUEST, REQUEST + REPLY, source.randbytes(source.randrange(40))]))
        for _ in range(source.randrange(4)):
            if data:
                data[source.randrange(len(data))] = source.randrange(256)
        wire = bytes(data)
        if source.random() < 0.5:
            wire = wire[:-2] + crc16(wire[:-2])
        found = DECODE(Wire(wire, source.choice(settings), source.random() < 0.3, source.choice([b"", REQUEST])))
        assert found.kind


def test_no_changed_byte_and_no_part_of_a_reply_passes_as_a_value():
    for at in range(len(REPLY)):
        assert DECODE(Wire(REPLY[:at], MAP)).kind == "reject"
        for other in set(range(256)) - {REPLY[at]}:
            assert DECODE(Wire(REPLY[:at] + bytes((other,)) + REPLY[at + 1 :], MAP)).kind == "reject"


@pytest.mark.parametrize(
    ("order", "data"),
    [("ABCD", "42 F6 E9 79"), ("CDAB", "E9 79 42 F6"), ("BADC", "F6 42 79 E9"), ("DCBA", "79 E9 F6 42")],
)
def test_each_order_of_the_bytes_gives_the_same_float(order, data):
    assert DECODE(Wire(sealed(f"01 03 04 {data}"), floated(order=order))).value == "123.456"


def test_a_float_is_the_shortest_decimal_that_gives_it_back():
    source = random.Random(32)
    for _ in range(500):
        (number,) = struct.unpack(">f", struct.pack(">f", source.uniform(-1, 1) * 10 ** source.randrange(-6, 11)))
        found = DECODE(Wire(sealed("01 03 04" + struct.pack(">f", number).hex()), floated(order="ABCD")))
        assert struct.pack(">f", float(found.value)) == struct.pack(">f", number)
        assert len(Decimal(found.value).normalize().as_tuple().digits) <= 9
        assert "E" not in found.value.upper()


@pytest.mark.parametrize("data", ["7F 80 00 00", "FF 80 00 00", "7F C0 00 00", "7F 7F FF FF"])
def test_infinity_and_what_is_no_number_give_no_value(data):
    assert DECODE(Wire(sealed(f"01 03 04 {data}"), floated(order="ABCD"))).status == "invalid_value"


def test_a_packed_decimal_total_is_read_and_a_digit_above_nine_is_none():
    row = {"map": [{"name": "total", "reg": 0, "type": "bcd", "count": 2, "scale": "0.01", "unit": "m³"}]}
    assert DECODE(Wire(sealed("01 03 04 00 12 34 56"), row)).value == "1234.56"
    assert DECODE(Wire(sealed("01 03 04 00 12 3A 56"), row)).status == "invalid_value"


def test_a_value_outside_its_range_is_told_and_not_given():
    row = {"map": [{"name": "p", "reg": 0, "type": "u16", "scale": "0.1", "unit": "hPa", "valid_range": [300, 1200]}]}
    assert DECODE(Wire(sealed("01 03 02 27 94"), row)).value == "1013.2"
    found = DECODE(Wire(sealed("01 03 02 FF FF"), row))
    assert (found.value, found.status) == (None, "out_of_range")


@pytest.mark.parametrize(
    ("settings", "reason"),
    [({"expect_unit_id": "2"}, "address_mismatch"), ({"expect_fc": 4}, "wrong_function"), ({"count": 3}, "bad_length")],
)
def test_a_sound_reply_to_another_request_is_refused(settings, reason):
    assert DECODE(Wire(REPLY, {**MAP, **settings})).reason == reason


def test_a_reply_without_a_map_gives_no_number():
    assert DECODE(Wire(REPLY)).value is None


@pytest.mark.parametrize(
    ("profile", "channel", "value", "unit"),
    [
        ("micro_motion", "mass_total", "123.456", "kg"),
        ("promass", "mass_total", "123.456", "kg"),
        ("promass", "volume_flow", "0.02315", "m³/h"),
        ("micro_motion", "density", "540.00", "kg/m³"),
    ],
)
def test_a_mass_flow_meter_is_read_by_channel(profile, channel, value, unit):
    driver, _ = on_simulator(profile)
    reading = driver.measure_volume(channel)
    assert (str(reading.value), reading.unit) == (value, unit)


def test_the_order_of_another_maker_gives_another_number_or_none():
    promass = CATALOG.load("modbus_generic/promass")
    frame = on_simulator("promass")[0].measure_volume("mass_total").raw
    register = {"reg": 0, "name": "v", "type": "f32", "unit": "kg"}
    assert promass.profile["volume"]["mass_total"]["order"] == "CDAB"
    assert DECODE(Wire(frame, {"map": [{**register, "order": "CDAB"}]})).value == "123.456"
    assert DECODE(Wire(frame, {"map": [{**register, "order": "ABCD"}]})).value != "123.456"


def test_a_barometer_gives_its_pressure_and_a_broken_one_none():
    driver, slave = on_simulator("barometer")
    assert driver.capabilities == {"identify", "measure-pressure"}
    assert str(driver.measure_pressure("pressure").value) == "1013.2"
    slave.set("pressure", Decimal("3276.7"))
    with pytest.raises(BadReply):
        driver.measure_pressure("pressure")
    with pytest.raises(DeviceFault, match="nowhere"):
        driver.measure_pressure("nowhere")


def test_a_flow_meter_is_read_through_the_whole_stack(bench):
    gateway = Gateway(CATALOG)
    try:
        slave = CATALOG.load("modbus_generic/promass").simulator()
        gateway.bind("master", "modbus_generic/promass", bench.attach("master", slave))
        slave.set("mass_total", Decimal("7001.125"))
        reading = gateway.request("master", "measure-volume", channel="mass_total").result(4)
        assert (str(reading.value), reading.unit) == ("7001.125", "kg")
    finally:
        gateway.close()


@PTY
def test_a_master_written_by_others_reads_our_simulated_slaves():
    judge = pytest.importorskip("minimalmodbus")
    orders = {"micro_motion": (245, judge.BYTEORDER_BIG), "promass": (2005, judge.BYTEORDER_LITTLE_SWAP)}
    bench = Bench()
    try:
        for name, (before, order) in orders.items():
            master = judge.Instrument(bench.attach(name, CATALOG.load(f"modbus_generic/{name}").simulator()), 1)
            master.serial.timeout = 1.0
            assert master.read_float(before + 1, 3, 2, order) == 12.5
            with pytest.raises(judge.IllegalRequestError):
                master.read_register(9000)
            master.serial.close()
        master = judge.Instrument(bench.attach("air", CATALOG.load("modbus_generic/barometer").simulator()), 1)
        master.serial.timeout = 1.0
        assert master.read_register(0, 1) == 1013.2
        master.serial.close()
    finally:
        bench.close()


class Slave(threading.Thread):
    """A slave of pymodbus on one end of a cable, with words from given addresses on."""

    def __init__(self, port: str, words: dict[int, list[int]]) -> None:
        super().__init__(daemon=True)
        self._port, self._words, self._ready = port, words, threading.Event()
        self._loop = asyncio.new_event_loop()

    def run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        from pymodbus.server import ModbusSerialServer
        from pymodbus.simulator import DataType, SimData, SimDevice

        blocks = [SimData(at, values=words, datatype=DataType.REGISTERS) for at, words in self._words.items()]
        self._over = asyncio.Event()
        server = ModbusSerialServer(SimDevice(1, simdata=blocks), port=self._port, baudrate=9600)
        await server.serve_forever(background=True)
        self._ready.set()
        await self._over.wait()
        await server.shutdown()

    def __enter__(self) -> "Slave":
        self.start()
        assert self._ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self.join(5)


@PTY
def test_our_driver_reads_slaves_written_by_others():
    pytest.importorskip("pymodbus")
    low_first = [0x0000, 0x4148, 0x0000, 0x4148]
    words = {0: [10132], 246: [0x4148, 0x0000], 2006: low_first, 2609: [0xE979, 0x42F6]}
    cable = Cable()
    link = SerialLink.open(cable.right, SerialSettings())
    try:
        with Slave(cable.left, words):
            found = {
                name: CATALOG.load(f"modbus_generic/{name}").driver(link)
                for name in ("barometer", "micro_motion", "promass")
            }
            assert str(found["barometer"].measure_pressure("pressure").value) == "1013.2"
            assert str(found["micro_motion"].measure_volume("mass_flow").value) == "12.500"
            assert str(found["promass"].measure_volume("mass_flow").value) == "12.500"
            assert str(found["promass"].measure_volume("mass_total").value) == "123.456"
            with pytest.raises(DeviceFault, match="illegal-address"):
                found["micro_motion"].measure_volume("mass_total")
    finally:
        link.close()
        cable.close()
