"""Finding out what hangs on a port: by what it says, or by safe questions."""

from pathlib import Path
from time import monotonic

import pytest

from fieldcal.devices.bench import Bench
from fieldcal.devices.catalog import Catalog
from fieldcal.devices.finder import find
from fieldcal.devices.loader import load
from fieldcal.driverkit import Disconnected, Line, Simulator

DRIVERS = Path(__file__).parents[2] / "drivers"
CATALOG = Catalog([DRIVERS])


class Mute(Simulator):
    """Answers nothing and remembers what it was asked."""

    frame = Line(b"\n", 4096)

    def __init__(self):
        super().__init__({})
        self.asked = b""

    def receive(self, data):
        self.asked += data
        return []

    def answer(self, request):
        return None


@pytest.fixture
def bench():
    made = Bench()
    yield made
    made.close()


def test_a_balance_is_found_by_its_answer_with_its_serial_number(bench):
    port = bench.attach("x", load(DRIVERS / "mt_sics").simulator())
    tried = []
    found = find(port, CATALOG, lambda driver, hit: tried.append((driver, hit is not None)))
    assert (found[0].driver, found[0].identity.serial) == ("mt_sics", "1234567")
    assert (found[0].baud, found[0].value, found[0].unit) == (9600, "0.000", "kg")
    assert ("mt_sics", True) in tried
    assert ("modbus_generic", False) not in tried
    assert tried[-1] == ("mt_sics", True)  # it gave its number, so it is left in peace


@pytest.mark.parametrize("driver", ["toledo_continuous", "nmea0183"])
def test_an_instrument_that_speaks_is_found_by_listening_and_asked_nothing(bench, driver):
    simulator = load(DRIVERS / driver).simulator()
    asked = []
    simulator.receive = lambda data: asked.append(data) or []
    if simulator.period > 0.2:
        simulator.period = 0.2  # so that some come while we listen
    found = find(bench.attach("x", simulator), CATALOG)
    assert found[0].driver.partition("/")[0] == driver
    assert found[0].frames >= 2
    assert asked == []


def test_a_mute_instrument_takes_no_longer_than_promised_and_is_asked_safe_questions_only(bench):
    mute = Mute()
    begun = monotonic()
    assert find(bench.attach("x", mute), CATALOG) == []
    assert monotonic() - begun < 9  # five and the slack of a busy machine
    assert b"I4\r\n" in mute.asked
    unsafe = {entry.manifest.id for entry in CATALOG.entries() if not entry.manifest.probe.safe}
    assert {"modbus_generic", "label_printer"} <= unsafe
    assert b"\x01\x03" not in mute.asked
    assert b"~H" not in mute.asked


def test_a_port_that_is_not_there_is_said(tmp_path):
    with pytest.raises(Disconnected):
        find(str(tmp_path / "nothing"), CATALOG)


@pytest.mark.parametrize("baud", [1200, 2400, 19200])
def test_one_that_speaks_is_found_at_a_rate_we_did_not_listen_at_first(bench, baud):
    found = find(bench.attach("x", load(DRIVERS / "toledo_continuous").simulator(), baud), CATALOG)
    assert (found[0].driver, found[0].baud) == ("toledo_continuous/continuous", baud)
