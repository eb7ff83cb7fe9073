"""The kit over every shipped driver, over one dropped in, and over bad ones it must catch."""

import random
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from fieldcal.devices.catalog import Catalog
from fieldcal.devices.loader import DriverFailed, load
from fieldcal.driverkit import BadReply, DeviceError
from fieldcal.driverkit.conformance import check
from fieldcal.driverkit.folder import folder_hash
from fieldcal.driverkit.transcript import ReplayLink, read_transcript

DRIVERS = Path(__file__).parents[2] / "drivers"
SHIPPED = sorted(path.parent for path in DRIVERS.glob("*/driver.toml"))


@pytest.fixture
def copy(tmp_path):
    """A shipped driver in a folder of its own, with one text of one file replaced."""

    def make(driver: str, file: str, old: str, new: str) -> Path:
        folder = tmp_path / driver
        shutil.copytree(DRIVERS / driver, folder)
        text = (folder / file).read_text("utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), "utf-8")
        return folder

    return make


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_every_shipped_driver_conforms(folder):
    assert check(folder) == []


def test_there_are_shipped_drivers():
    assert {folder.name for folder in SHIPPED} >= {"mt_sics", "modbus_generic"}


def test_a_driver_dropped_into_a_folder_is_found_and_checked(tmp_path):
    folder = tmp_path / "other_scale"
    shutil.copytree(DRIVERS / "mt_sics", folder)
    manifest = folder / "driver.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('"mt_sics"', '"other_scale"'), "utf-8")
    catalog = Catalog([DRIVERS, tmp_path])
    assert "other_scale" in {entry.manifest.id for entry in catalog.entries() if entry.manifest}
    assert check(folder) == []
    assert catalog.load("other_scale").driver_hash != catalog.load("mt_sics").driver_hash


@pytest.mark.parametrize(
    ("driver", "file", "old", "new", "said"),
    [
        ("mt_sics", "driver.py", r"(?=[ \d.-]{10} [a-z])", "", "a byte lost"),
        ("mt_sics", "driver.py", "if not (hit := WEIGHT.fullmatch(reply))",
         "hit = WEIGHT.match(reply)\n    if 0", "AttributeError"),
        ("mt_sics", "driver.py", 'ending=b"\\r\\n", limit=128', 'ending=b"\\r", limit=128', "a part of"),
        ("mt_sics", "driver.py", "import re\n", "import re\nimport socket\n", "imports socket"),
        ("mt_sics", "driver.py", "settle: float", "settle: float, more: int = 0", "measure_mass takes"),
        ("mt_sics", "driver.py", "hit.groups()", "(b'S', hit[2], b'lb')", "a byte lost"),
        ("mt_sics", "driver.toml", '"zero", ', "", "others in driver.toml"),
        ("mt_sics", "transcripts/weigh.txt", "> Z\\r\\n", "> Q\\r\\n", "no call sends"),
        ("modbus_generic", "driver.py", "request.payload(reply)", "reply[3:-2]", "accept"),
    ],
)  # fmt: skip
def test_the_kit_catches(copy, driver, file, old, new, said):
    assert any(said in problem for problem in check(copy(driver, file, old, new)))


def test_the_kit_names_the_file_of_a_bad_line(copy):
    folder = copy("dlt645", "maps/old_1997.toml", 'bits = "8E1"', 'bits = "9E1"')
    said = "maps/old_1997.toml: line.bits: '9E1', accepted: 8N1"
    assert [problem[: len(said)] for problem in check(folder)] == [said]


def test_all_errors_of_a_manifest_come_at_once(copy):
    folder = copy("mt_sics", "driver.toml", 'version = "1.0.0"', 'version = 3\ncolour = "red"')
    text = (folder / "driver.toml").read_text("utf-8").replace("[9600, 2400, 4800, 19200]", '"fast"')
    (folder / "driver.toml").write_text(text, "utf-8")
    problems = check(folder)
    assert [problem.split(":")[0] for problem in problems] == ["colour", "version", "serial.baud"]
    entry = next(e for e in Catalog([folder.parent]).entries())
    assert entry.manifest is None
    assert entry.problems == problems


@pytest.mark.parametrize("code", ["raise SystemExit", "1/0", "def", "import no_such_module", "Balance = 3"])
def test_a_driver_that_cannot_be_imported_is_one_kind_of_error(tmp_path, code):
    folder = tmp_path / "mt_sics"
    shutil.copytree(DRIVERS / "mt_sics", folder)
    (folder / "driver.py").write_text(code, "utf-8")
    with pytest.raises(DriverFailed):
        load(folder)
    assert check(folder)


def test_the_hash_changes_with_any_byte_of_any_file(copy):
    assert folder_hash(copy("mt_sics", "README.md", "CR LF", "CR  LF")) != folder_hash(DRIVERS / "mt_sics")


def test_an_unknown_driver_or_map_is_refused():
    catalog = Catalog([DRIVERS])
    for driver_id in ("nothing", "modbus_generic/nothing", "modbus_generic/../../mt_sics/driver"):
        with pytest.raises(DriverFailed):
            catalog.load(driver_id)


def test_an_unstable_weight_is_no_answer_to_a_stable_request():
    link = ReplayLink(read_transcript("> S\\r\\n\n< S D     129.07 g\\r\\n\n"))
    with pytest.raises(BadReply):
        load(DRIVERS / "mt_sics").driver(link).measure_mass(settle=1.0)


def test_the_scale_changes_over_at_half_intervals():
    loaded = load(DRIVERS / "mt_sics")
    scale = loaded.simulator(settle=0.0, error=lambda load: Decimal("1.2"))
    shown = {}
    for tenths in range(11):
        scale.place(Decimal(1000) + Decimal("0.5") * tenths)
        shown[tenths] = scale.indication()
    # 1000 + 1.2 + 0.5 n reaches the change-over point 1002.5 at n = 3
    assert [n for n in shown if shown[n] == 1000] == [0, 1, 2]
    assert shown[3] == 1005


def test_an_overloaded_scale_says_so_and_shows_nothing():
    scale = load(DRIVERS / "mt_sics").simulator(settle=0.0)
    scale.place(Decimal(15046))
    assert scale.receive(b"SI\r\n")[0].data == b"S +\r\n"
    scale.place(Decimal(15000))
    assert scale.receive(b"SI\r\n")[0].data == b"S S     15.000 kg\r\n"


def test_zero_beyond_two_percent_is_refused():
    scale = load(DRIVERS / "mt_sics").simulator(settle=0.0)
    scale.place(Decimal(301))
    assert scale.receive(b"Z\r\n")[0].data == b"Z +\r\n"
    scale.place(Decimal(299))
    assert scale.receive(b"Z\r\n")[0].data == b"Z A\r\n"
    assert scale.indication() == 0


def test_any_bytes_to_a_simulator_raise_nothing():
    source = random.Random(7)
    for driver_id in ("mt_sics", "modbus_generic/thermometer_2ch"):
        simulator = Catalog([DRIVERS]).load(driver_id).simulator()
        for _ in range(500):
            try:
                simulator.receive(source.randbytes(source.randrange(200)))
            except DeviceError as error:
                pytest.fail(f"{driver_id}: {error!r}")
