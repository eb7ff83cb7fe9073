"""A transcript off an instrument on a real line is one that the conformance kit replays."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fieldcal import bootstrap, paths
from fieldcal.devices.bench import Bench
from fieldcal.driverkit.conformance import examine
from fieldcal.driverkit.transcript import read_transcript
from tests.cli.conftest import Command

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="pseudo-terminals are POSIX")


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.close()


def served(bench: Bench, driver: str, **settings: Any) -> tuple[str, Any]:
    simulator = bootstrap.catalog().load(driver).simulator(**settings)
    return bench.attach(driver.replace("/", "-"), simulator), simulator


def own(driver: str, place: Path) -> Path:
    """A copy with no transcripts yet, as an author has it."""
    folder = place / driver
    shutil.copytree(paths.shipped_drivers() / driver, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for old in (folder / "transcripts").glob("*.txt"):
        old.unlink()
    return folder


@pytest.mark.parametrize("name", ["mt_sics", "modbus_generic/thermo_hygrometer", "nmea0183"])
def test_what_was_recorded_replays_at_once_and_in_the_kit(
    fieldcal: Command, bench: Bench, tmp_path: Path, name: str
) -> None:
    port, _ = served(bench, name)
    driver, _, profile = name.partition("/")
    folder = own(driver, tmp_path)
    out = folder / "transcripts" / "real.txt"
    words = ["--map", profile] if profile else []
    done = fieldcal("drivers", "record", driver, port, "--out", out, "--json", *words)
    assert (done.code, done.data["replayed"]) == (0, True)
    text = out.read_text("ascii")
    assert text.startswith("# recorded 20")
    assert any("(" in one["gave"] for one in done.data["calls"])
    assert examine(folder)["transcripts"] == []


def test_the_first_line_names_when_and_from_which_instrument(fieldcal: Command, bench: Bench) -> None:
    port, _ = served(bench, "mt_sics", serial="B987654")
    done = fieldcal("drivers", "record", "mt_sics", port, "--calls", "identify")
    first = done.out.splitlines()[0]
    assert first.startswith("# recorded 20")
    assert "B987654" in first
    assert "replayed: the same" in done.out


def test_only_the_calls_that_were_named_are_made(fieldcal: Command, bench: Bench) -> None:
    port, scale = served(bench, "mt_sics")
    scale.place(Decimal(1000))
    done = fieldcal("drivers", "record", "mt_sics", port, "--calls", "live-mass,identify", "--json")
    assert {one["call"] for one in done.data["calls"]} == {"identify", "live-mass"}
    quiet = fieldcal("drivers", "record", "mt_sics", port, "--json")
    assert not {"zero", "tare"} & {one["call"] for one in quiet.data["calls"]}


def test_a_call_that_the_driver_does_not_have_is_refused(fieldcal: Command, bench: Bench) -> None:
    port, _ = served(bench, "mt_sics")
    done = fieldcal("drivers", "record", "mt_sics", port, "--calls", "identify,fly")
    assert (done.code, "unknown-call" in done.err, "fly" in done.err) == (2, True, True)


def test_a_fault_of_the_instrument_is_part_of_the_transcript(fieldcal: Command, bench: Bench, tmp_path: Path) -> None:
    port, scale = served(bench, "mt_sics")
    scale.place(Decimal(99000))
    done = fieldcal("drivers", "record", "mt_sics", port, "--calls", "live-mass", "--json")
    assert done.data["calls"] == [{"call": "live-mass", "gave": "device-fault"}]
    assert done.data["replayed"] is True


def test_nothing_said_is_no_transcript_and_leaves_no_file(fieldcal: Command, bench: Bench, tmp_path: Path) -> None:
    port, scale = served(bench, "mt_sics")
    scale.switch("silence")
    done = fieldcal("drivers", "record", "mt_sics", port, "--calls", "identify", "--out", tmp_path / "t.txt")
    assert (done.code, "timeout" in done.err) == (2, True)
    assert not (tmp_path / "t.txt").exists()


def test_a_transcript_is_never_written_over(fieldcal: Command, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("mine")
    assert fieldcal("drivers", "record", "mt_sics", "/no/port", "--out", tmp_path / "t.txt").code == 2
    assert (tmp_path / "t.txt").read_text() == "mine"


def test_a_port_that_is_not_there_is_told(fieldcal: Command, tmp_path: Path) -> None:
    done = fieldcal("drivers", "record", "mt_sics", tmp_path / "ttyNOT")
    assert (done.code, "disconnected" in done.err) == (2, True)


def test_without_a_driver_every_byte_is_kept_as_it_came(fieldcal: Command, bench: Bench, tmp_path: Path) -> None:
    port, _ = served(bench, "mt_sics", serial="B987654")
    send = ["--send", b"I4\r\n".hex(), "--send", b"SI\r\n".hex(), "--seconds", "0.4"]
    assert fieldcal("drivers", "record", "--raw", port, *send, "--out", tmp_path / "t.txt").code == 0
    first, second = read_transcript((tmp_path / "t.txt").read_text("ascii"))
    assert (first.request, second.request) == (b"I4\r\n", b"SI\r\n")
    assert b"".join(chunk.data for chunk in first.chunks) == b'I4 A "B987654"\r\n'
    assert b"".join(chunk.data for chunk in second.chunks).startswith(b"S S ")


def test_without_a_request_it_listens(fieldcal: Command, bench: Bench) -> None:
    port, _ = served(bench, "nmea0183")
    done = fieldcal("drivers", "record", "--raw", port, "--baud", "4800", "--seconds", "1.5")
    (only,) = read_transcript(done.out)
    assert (only.request, only.listened) == (b"", True)
    assert b"$G" in b"".join(chunk.data for chunk in only.chunks)


@pytest.mark.parametrize(
    "words", [["--send", "xyz"], ["--baud", "0"], ["--seconds", "-1"], ["--seconds", "nan"]], ids=" ".join
)
def test_bad_values_are_refused_before_the_port_is_opened(fieldcal: Command, words: list[str]) -> None:
    done = fieldcal("drivers", "record", "--raw", "/no/port", *words)
    assert (done.code, "disconnected" in done.err) == (2, False)


@pytest.mark.parametrize("words", [[], ["mt_sics"], ["mt_sics", "/dev/x", "--raw", "/dev/x"]])
def test_either_a_driver_with_its_port_or_a_raw_port(fieldcal: Command, words: list[str]) -> None:
    done = fieldcal("drivers", "record", *words)
    assert (done.code, "usage" in done.err) == (2, True)
