"""Programs written by others at the far end of a real port, as judges of balances, multimeters and the bench itself."""

import asyncio
import os
import subprocess
import sys
import types
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
import serial

from fieldcal.devices.bench import KINDS, Bench
from fieldcal.devices.ports import open_link
from fieldcal.driverkit import DeviceFault
from fieldcal.driverkit.manifest import SerialSettings
from tests.drivers import polled

PTY = pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
SLOW = 60.0  # s, to settle: longer than any test


@contextmanager
def simulated(kind, driver_id, rate=0, **settings):
    bench, simulator = Bench(kind), polled.CATALOG.load(driver_id).simulator(**settings)
    try:
        yield bench.attach("it", simulator, rate), simulator
    finally:
        bench.close()


def sics_judge():
    """It comes only as source, so it is in no lock; it asks a library that setuptools has dropped for its version."""

    def nobody(name):
        raise LookupError(name)

    asked = types.ModuleType("pkg_resources")
    asked.get_distribution, asked.DistributionNotFound = nobody, LookupError
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "pkg_resources", asked)
        return pytest.importorskip(
            "mettler_toledo_device", reason="pip install mettler_toledo_device 'serial_interface<2'"
        )


@contextmanager
def sics_client(**settings):
    judge = sics_judge()

    class Client(judge.MettlerToledoDevice):
        _RESET_DELAY = 0.0  # s: no board that starts anew when its port is opened

    with simulated("pty", "mt_sics", **settings) as (port, scale):
        client = Client(port=port)
        try:
            yield client, scale, judge.MettlerToledoError
        finally:
            client.close()


@PTY
def test_a_client_of_mt_sics_written_by_others_weighs_on_our_simulated_scale():
    with sics_client(settle=0.3) as (client, scale, _):
        assert client.get_serial_number() == "1234567"
        assert client.get_balance_data() == ["SIM-15", "15.000", "kg"]
        scale.place(Decimal(7005))
        assert client.get_weight()[1:] == ["kg", "D"]
        assert client.get_weight_stable() == [7.005, "kg"]  # it was held until the load had settled
        assert client.get_weight() == [7.005, "kg", "S"]
        scale.place(Decimal(-50))
        assert client.get_weight_stable() == [-0.05, "kg"]


@PTY
def test_a_client_of_mt_sics_written_by_others_zeroes_our_simulated_scale():
    with sics_client(settle=0.2) as (client, scale, refused):
        scale.place(Decimal(20))
        assert client.zero_stable() is True
        assert client.get_weight() == [0.0, "kg", "S"]
        scale.place(Decimal(40))
        assert client.zero() == "D"
        scale.place(Decimal(5000))
        assert client.get_weight_stable() == [4.96, "kg"]
        assert client.zero_stable() is False
        with pytest.raises(refused, match="Upper limit"):
            client.zero()


@PTY
def test_a_client_of_mt_sics_written_by_others_understands_our_refusals():
    with sics_client(settle=0.0) as (client, scale, refused):
        scale.place(Decimal(15100))
        with pytest.raises(refused, match="overload"):
            client.get_weight()
        scale.place(Decimal(-400))
        with pytest.raises(refused, match="underload"):
            client.get_weight()
        assert client.get_weight_stable() is None
        with pytest.raises(refused, match="Syntax"):
            client.get_software_id()
        scale.place(Decimal(0))
        client.reset()
        client._serial_device.timeout = 3  # s; it does not wait for the answer itself
        assert client._serial_device.readline() == b'I4 A "1234567"\r\n'
        assert client.get_weight() == [0.0, "kg", "S"]


def at_sbi_client(kind, work, **settings):
    """What `work(client, scale)` gives, `client` being the one written by others on a port of `kind`."""
    judge = pytest.importorskip("sartorius")

    async def connected(port, scale):
        if kind == "pty":
            client = judge.Scale(os.path.realpath(port), parity=serial.PARITY_NONE, timeout=1.0)
        else:
            client = judge.Scale(port.removeprefix("socket://"))
        try:
            await work(client, scale)
        finally:
            client.hw.close()
            await asyncio.sleep(0.05)  # s, for the event loop to let go of the socket

    with simulated(kind, "sartorius_sbi/columns_22", **settings) as (port, scale):
        asyncio.run(connected(port, scale))


SBI_KINDS = [kind for kind in KINDS if kind != "rfc2217"]


@pytest.mark.parametrize("kind", SBI_KINDS)
def test_a_client_of_sbi_written_by_others_reads_our_simulated_balance(kind):
    async def work(client, scale):
        told = {"model": "SIM-3100", "serial": "91205273", "software": "01-42-01"}
        assert await client.get_info() == told
        reading = {"mass": 58.27, "units": "g", "stable": True, "measurement": "gross"}
        assert await client.get() == reading
        scale.place(Decimal("-12.30"))
        assert await client.get() == reading | {"mass": -12.3}
        await client.zero()
        assert await client.get() == reading | {"mass": 0.0, "measurement": "net"}

    at_sbi_client(kind, work, settle=0.0)


@pytest.mark.parametrize("kind", SBI_KINDS)
def test_a_client_of_sbi_written_by_others_sees_that_a_load_moves_or_is_too_much(kind):
    async def work(client, scale):
        assert (await client.get())["stable"] is True
        scale.turn("settle", Decimal(str(SLOW)))
        scale.place(Decimal("1234.56"))
        moving = await client.get()
        assert (moving["stable"], moving["units"]) == (False, "g")
        assert abs(moving["mass"] - 1234.56) < 0.1
        scale.switch("overload")
        assert await client.get() == {"on": False}

    at_sbi_client(kind, work, settle=0.0)


@pytest.fixture
def foreign_meter(tmp_path):
    """The ports of a multimeter served by others, by kind."""
    if not hasattr(os, "openpty"):
        pytest.skip("what serves it needs pseudo-terminals")
    pytest.importorskip("sinstruments")
    command = [sys.executable, "-m", "tests.drivers.foreign_meter", str(tmp_path / "meter")]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True) as server:
        try:
            number = int(server.stdout.readline())
            yield {"tcp": f"socket://127.0.0.1:{number}", "pty": str(tmp_path / "meter")}
        finally:
            server.kill()


@pytest.mark.parametrize("kind", ["pty", "tcp"])
def test_our_scpi_driver_reads_a_multimeter_served_by_others(foreign_meter, kind):
    loaded = polled.CATALOG.load("scpi_rs232/keysight_34401a")
    link = open_link(foreign_meter[kind], SerialSettings())
    try:
        driver = loaded.driver(link)
        found = driver.identify()
        assert (found.maker, found.model, found.serial) == ("HEWLETT-PACKARD", "34401A", "")
        reading = driver.measure_electrical("voltage_dc")
        assert (reading.value, reading.unit, reading.stable) == (Decimal("-0.00123456"), "V", True)
        with pytest.raises(DeviceFault) as caught:
            driver.measure_electrical("resistance")
        assert caught.value.fault == "overload"
    finally:
        link.close()


def test_our_scpi_driver_tells_the_error_of_a_multimeter_served_by_others(foreign_meter):
    link = open_link(foreign_meter["tcp"], SerialSettings())
    try:
        with pytest.raises(DeviceFault, match="-113: Undefined header"):
            polled.CATALOG.load("scpi_rs232/keysight_34401a").driver(link).measure_electrical("frequency")
    finally:
        link.close()


@pytest.mark.parametrize("kind", ["tcp", "rfc2217"])
def test_the_clients_of_pyserial_weigh_on_our_bench_again_and_again(kind):
    with simulated(kind, "mt_sics", settle=0.0) as (port, scale):
        for load in (5, 1500, 14995):
            scale.place(Decimal(load))
            with serial.serial_for_url(port, 9600, timeout=3) as line:
                line.write(b"S\r\nI4\r\n")
                assert line.readline() == f"S S {Decimal(load) / 1000:>10.3f} kg\r\n".encode()
                assert line.readline() == b'I4 A "1234567"\r\n'


def test_the_rate_that_pyserial_sets_over_the_network_is_the_rate_of_the_line():
    with (
        simulated("rfc2217", "mt_sics", rate=9600, settle=0.0) as (port, _),
        serial.serial_for_url(port, 2400, timeout=1) as line,
    ):
        line.write(b"I4\r\n")
        assert b"1234567" not in line.read(64)
        line.baudrate = 9600
        line.reset_input_buffer()
        line.write(b"\r\nI4\r\n")
        assert b'I4 A "1234567"\r\n' in line.read(64)


def test_bytes_that_telnet_takes_for_its_own_pass_unchanged_over_the_network():
    """RFC 2217 doubles 255 on its way; a Modbus answer may hold one."""
    with (
        simulated("rfc2217", "modbus_generic/barometer") as (port, slave),
        serial.serial_for_url(port, 9600, timeout=1) as line,
    ):
        slave.set("pressure", Decimal("25.5"))  # 00 FF, in tenths
        line.write(bytes.fromhex("01 03 00 00 00 01 84 0A"))
        assert line.read(7)[:5] == bytes.fromhex("01 03 02 00 FF")
        assert line.read(1) == b""
