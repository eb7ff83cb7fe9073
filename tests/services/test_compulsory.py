"""The catalogue over instruments and standards, and the public case of a register."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fieldcal import paths
from fieldcal.cli.coverage import edition
from fieldcal.domain.compulsory import judge
from fieldcal.domain.errors import BadInput
from fieldcal.domain.events import InstrumentPut, StandardPut
from fieldcal.services.cases import run_cases
from fieldcal.services.catalogue import Catalogue
from fieldcal.services.compulsory import Found, register, survey
from fieldcal.services.procedures import Library

TODAY = date(2026, 11, 23)
GOLDEN = Path(__file__).parents[1] / "data" / "golden" / "other_kinds.json"
EDITION = edition()
LIBRARY = Library([paths.resources() / "procedures"])


def standard(role: str, valid_to: str) -> StandardPut:
    return StandardPut(role, "name", "model", "1", role, "1", {}, "JL-1", "office", valid_to)


def found(procedure: str, plate: dict[str, Any], *standards: StandardPut, valid_to: str = "2027-01-01") -> Found:
    catalogue = Catalogue()
    catalogue.instruments["one"] = InstrumentPut("one", "site", "place", procedure, plate)
    catalogue.standards = {one.id: one for one in standards}
    row = {"id": "one", "procedure": procedure, "serial": "7", "valid_to": valid_to, "last_result": "pass"}
    return survey(catalogue, [row], LIBRARY, TODAY, EDITION)


def kind(told: Found, name: str) -> tuple[str, str]:
    judged = next(line.judged for line in told.kinds if line.entry.id == name)
    return str(judged.state), judged.reason


def test_all_public_cases_of_other_kinds_match() -> None:
    report = run_cases(GOLDEN, LIBRARY, None)
    assert (report.matched, report.total) == (81, 81)


def test_every_procedure_that_the_catalogue_names_is_shipped() -> None:
    assert {name for entry in EDITION.entries for name in entry.procedures} <= {
        one.procedure.id for one in LIBRARY.all()
    }


def test_the_nameplate_decides_between_two_entries_of_one_procedure() -> None:
    assert found("jjg162-2019", {"dn": "50"}).instruments[0].entries == ["C09"]
    assert found("jjg162-2019", {"dn": "80"}).instruments[0].entries == ["C09b"]


def test_an_instrument_that_may_belong_to_two_entries_or_to_none_is_unknown() -> None:
    assert found("jjg162-2019", {}).instruments[0].judged.reason == "several-entries"
    assert found("jjg4-2015", {}).instruments[0].judged.reason == "no-entry"


def test_a_kind_is_covered_only_while_all_its_standards_are_in_date() -> None:
    radar = "jjg527-2015"
    reference, simulator = standard("speed_reference", "2027-01-01"), standard("speed_simulator", "2026-11-23")
    assert kind(found(radar, {}, reference, simulator), "C24") == ("valid", "")
    assert kind(found(radar, {}, reference), "C24") == ("invalid", "no-standard")
    late = standard("speed_simulator", "2026-11-22")
    assert kind(found(radar, {}, reference, late), "C24") == ("invalid", "no-standard")


def test_a_register_takes_a_rotation_period_of_the_catalogue_by_name() -> None:
    meter = {"mode": "first_only_rotation", "first_result": "pass", "first_date": "2022-11-25"}
    [line] = register([{**meter, "rotation": "water-dn32-50"}], EDITION.rotation)
    assert line.rotation_months == 48
    assert judge(line, TODAY).state == "valid"
    with pytest.raises(BadInput) as refused:
        register([{**meter, "rotation": "none-such"}], EDITION.rotation)
    assert (refused.value.field, refused.value.value) == ("instruments.1.rotation", "none-such")


def test_a_register_with_a_word_that_nobody_knows_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        register([{"mode": "periodic"}, {"mode": "periodic", "stoped": "yes"}])
    assert refused.value.field == "instruments.2"
