"""NMEA 0183: public sentences, noise, an independent library as judge, the traps, and a real line."""

import random
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from fieldcal.driverkit import BadChecksum, Wire, xor8
from fieldcal.driverkit.benchlink import CountedClock, SimulatorLink
from fieldcal.driverkit.conformance import check
from fieldcal.driverkit.folder import load_class, load_decoder, read_profile
from fieldcal.driverkit.transcript import ReplayLink, read_transcript

DRIVERS = Path(__file__).parents[2] / "drivers"
FOLDER = DRIVERS / "nmea0183"
RMC = "GNRMC,083559.00,A,3954.26520,N,11623.54280,E,0.004,,120326,,,A,V"
GGA = "GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,"
decode = load_decoder(FOLDER, "driver:decode_frame")


def sentence(text: str) -> bytes:
    return f"${text}*{xor8(text.encode()):02X}\r\n".encode()


def on_simulator(name: str = "gnss", **settings):
    profile, clock = {**read_profile(FOLDER, name), **settings}, CountedClock()
    receiver = load_class(FOLDER, "simulator:Receiver")(profile, clock)
    return load_class(FOLDER, "driver:Receiver")(SimulatorLink(receiver, clock), profile), receiver


def test_the_kit_finds_nothing():
    assert check(FOLDER) == []


def test_no_bytes_make_the_decoder_raise():
    source = random.Random(20261123)
    for round_ in range(900):
        fields = source.choice((RMC, GGA)).split(",")
        fields[source.randrange(len(fields))] = "".join(
            chr(source.randrange(32, 127)) for _ in range(source.randrange(9))
        )
        data = bytearray(sentence(",".join(fields[: source.randrange(1, len(fields) + 1)])))
        if round_ % 3 == 0:
            data[source.randrange(len(data))] = source.randrange(256)
        noise = source.randbytes(source.randrange(60)) if round_ % 3 == 1 else bytes(data)
        assert decode(Wire(noise, from_host=round_ % 7 == 0)).kind in {"fix", "reject", "stream", "request"}


def test_every_single_changed_bit_is_refused():
    good = sentence(RMC)
    for at in range(1, len(good)):
        for bit in range(8):
            spoilt = good[:at] + bytes((good[at] ^ 1 << bit,)) + good[at + 1 :]
            found = decode(Wire(spoilt))
            same_check = spoilt.upper() == good.upper() and at > len(good) - 5
            assert found.kind == "reject" or same_check


def test_an_independent_library_finds_the_same_place_and_time():
    pynmea2 = pytest.importorskip("pynmea2")
    _, receiver = on_simulator()
    source = random.Random(11)
    for _ in range(200):
        lat = Decimal(source.randrange(-90_000_000, 90_000_001)).scaleb(-6)
        lon = Decimal(source.randrange(-180_000_000, 180_000_001)).scaleb(-6)
        receiver.place(lat, lon)
        receiver.begin = datetime.fromtimestamp(source.randrange(946684800, 2524608000), UTC)
        for raw in (receiver.rmc(), receiver.gga()):
            ours, theirs = decode(Wire(raw)), pynmea2.parse(raw.decode().strip(), check=True)
            assert abs(Decimal(ours.details["lat"]) - Decimal(theirs.latitude)) < Decimal("0.000001")
            assert abs(Decimal(ours.details["lon"]) - Decimal(theirs.longitude)) < Decimal("0.000001")
            assert ours.details["time"].startswith(theirs.timestamp.strftime("%H:%M:%S"))
        assert decode(Wire(receiver.rmc())).details["date"] == theirs_date(pynmea2, receiver)


def theirs_date(pynmea2, receiver) -> str:
    return pynmea2.parse(receiver.rmc().decode().strip()).datestamp.isoformat()


def test_a_sentence_built_by_the_independent_library_is_read():
    pynmea2 = pytest.importorskip("pynmea2")
    built = pynmea2.GGA("GP", "GGA", ("184353.07", "1929.045", "S", "02410.506", "E", "1", "04", "2.6", "100.00", "M",
                                      "-33.9", "M", "", "0000"))  # fmt: skip
    found = decode(Wire(str(built).encode() + b"\r\n"))
    assert (found.details["lat"], found.details["lon"]) == ("-19.484083", "24.175100")
    assert found.details["altitude"] == "100.00"


def test_a_void_sentence_with_an_old_place_gives_no_place():
    found = decode(Wire(sentence(RMC.replace(",A,39", ",V,39"))))
    assert (found.status, found.details["lat"], found.details["lon"]) == ("void", None, None)


def test_a_valid_sentence_with_an_empty_place_is_void_and_not_null_island():
    found = decode(Wire(sentence("GNRMC,083559.00,A,,,,,,,120326,,,A")))
    assert (found.status, found.details["lat"]) == ("void", None)


def test_one_garbage_byte_or_a_lost_beginning_costs_no_whole_sentence():
    good = sentence(RMC)
    found = decode(Wire(good[30:] + good + b"$GP" + good))
    assert [frame.details["lat"] for frame in found.frames] == ["39.904420", "39.904420"]
    assert found.details["discarded_bytes"] == len(good) - 30 + 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("3954.26520", "3960.00000"), ("3954.26520", "9954.26520"), ("3954.26520,N", "3954.26520,E"), ("11623", "1623"),
        ("083559", "243559"), ("120326", "320326"), (",A,39", ",X,39"), ("39", "3 "),
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_is_refused_though_the_check_holds(old, new):
    assert decode(Wire(sentence(RMC.replace(old, new, 1)))).reason == "bad_format"


def test_the_century_turns_at_eighty():
    assert decode(Wire(sentence(RMC.replace("120326", "120379")))).details["date"] == "2079-03-12"
    assert decode(Wire(sentence(RMC.replace("120326", "120380")))).details["date"] == "1980-03-12"


def test_west_and_south_are_negative_and_nought_has_no_sign():
    found = decode(Wire(sentence(RMC.replace("3954.26520,N", "0000.00001,S").replace(",E,", ",W,"))))
    assert (found.details["lat"], found.details["lon"]) == ("0.000000", "-116.392380")


def test_another_sentence_is_not_a_fix_and_is_passed_over():
    other = sentence("GPGSV,1,1,00")
    assert decode(Wire(other)).reason == "item_mismatch"
    text = "".join(f"\\x{byte:02x}" for byte in other + sentence(RMC))
    link = ReplayLink(read_transcript(f">\n< {text}\n"))
    told = load_class(FOLDER, "driver:Receiver")(link, read_profile(FOLDER, "rmc_only")).position()
    assert told == {"lat": "39.904420", "lon": "116.392380", "time": "2026-03-12T08:35:59.00Z", "status": "ok"}


@pytest.mark.parametrize("fault", ["no-fix", "void"])
def test_a_receiver_without_a_fix_gives_void_and_no_place(fault):
    driver, receiver = on_simulator()
    receiver.switch(fault)
    told = driver.position()
    assert (told["lat"], told["lon"], told["status"]) == ("", "", "void")
    assert told["time"].startswith("2026-03-12T08:3")


@pytest.mark.parametrize(
    ("field", "value"), [("quality", 0), ("quality", 6), ("quality", 8), ("mode", "E"), ("mode", "N")]
)
def test_a_place_that_is_estimated_or_simulated_is_void(field, value):
    driver, receiver = on_simulator()
    assert driver.position()["status"] == "ok"
    setattr(receiver, field, value)
    assert driver.position()["status"] == "void"


def test_a_wrong_check_on_the_line_is_a_bad_checksum():
    driver, receiver = on_simulator()
    receiver.switch("wrong-checksum")
    with pytest.raises(BadChecksum):
        driver.position()


@pytest.mark.parametrize("name", ["gnss", "rmc_only"])
def test_the_receiver_on_a_line_gives_its_place(gateway, bench, name):
    receiver = gateway.catalog.load(f"nmea0183/{name}").simulator()
    receiver.place(Decimal("-33.856800"), Decimal("-70.650450"))
    gateway.bind("place", f"nmea0183/{name}", bench.attach("place", receiver))
    told = gateway.request("place", "position").result(6)
    assert (told["lat"], told["lon"], told["status"]) == ("-33.856800", "-70.650450", "ok")
