"""`fieldcal standards`: what is in the van, and what it can't do, before anybody drives there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.services.workspace import make_desk

TRUCK = [
    word
    for one in ("max=60t", "min=400kg", "e=20kg", "n_supports=8", "standards_mass=20t")
    for word in ("--plate", one)
]
TONS = [{"nominal": "1 t", "count": "20"}, {"nominal": "20 kg", "count": "30"}, {"nominal": "2 kg", "count": "10"}]


@pytest.fixture
def standards(fieldcal: Command, tmp_path: Path):
    desk = make_desk(tmp_path / "workspace")
    desk.put_standard("M1-01", id="TR-01", pieces=TONS)
    desk.put_standard("M1-01", id="BARE", pieces=[])
    desk.put_standard("M1-01", id="OLD", pieces=[], valid_to="2001-01-01")
    desk.store.close()
    return lambda *words: fieldcal("--lang", "en", "standards", *words, "--workspace", tmp_path / "workspace")


def test_every_standard_is_listed_with_its_pieces_and_what_is_out_of_date(standards):
    told = standards("list", "--json")
    found = {one["id"]: one for one in told.data["standards"]}
    assert told.code == 1
    assert (found["M1-01"]["state"], found["OLD"]["state"]) == ("in-date", "standard-expired")
    assert found["TR-01"]["pieces"] == "20×1 t 30×20 kg 10×2 kg"


def test_an_instrument_of_the_list_is_made_from_the_boxes_of_the_van(standards):
    told = standards("fit", "stall-01")
    assert (told.code, told.err) == (0, "")
    assert [line.split("  ")[0] for line in told.out.splitlines()] == [
        "100 g", "2.5 kg", "5 kg", "7.5 kg", "10 kg", "12 kg", "15 kg",
    ]  # fmt: skip
    assert "5 kg + 2 kg + 500 g  375 mg <= 1.667 g" in told.out


def test_a_load_that_cannot_be_made_is_refused_with_code_and_bound(standards):
    told = standards("fit", "stall-01", "--set", "TR-01")
    assert told.code == 1
    assert "load-not-makeable: The weights at hand do not make this load" in told.out
    refused = standards("fit", "stall-01", "--set", "TR-01", "--json").data["refused"]
    assert {"code": "load-not-makeable", "load": "7.5 kg", "value": "6 kg", "accepted": ""} in refused


def test_a_truck_scale_is_planned_without_an_instrument(standards):
    told = standards("fit", "jjg539-2016-truck", *TRUCK, "--set", "TR-01", "--json")
    plan = told.data["substitution"]
    assert told.code == 0
    assert (plan["fraction"], plan["repeatability_e"], plan["material"]) == ("3", "0.3", "40 t")
    assert plan["steps"][3] == {"action": "exchange", "direction": "up", "material": "0 g", "standards": "20×1 t"}


def test_a_set_whose_pieces_nobody_listed_is_said_not_to_be_known(standards):
    told = standards("fit", "stall-01", "--set", "BARE")
    assert (told.code, told.out.startswith("What BARE consists of is not known")) == (1, True)


def test_a_set_that_is_out_of_date_is_refused(standards):
    told = standards("fit", "stall-01", "--set", "OLD")
    assert (told.code, told.err.split(":")[1].strip()) == (3, "standard-expired")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nosuch"], "unknown-procedure"),
        (["stall-01", "--set", "nosuch"], "unknown-standard"),
        (["stall-01", "--plate", "max"], "bad-choice"),
    ],
)
def test_what_is_not_there_is_named(standards, words, code):
    told = standards("fit", *words)
    assert (told.code, f"fieldcal: {code}" in told.err) == (2, True)
