"""`fieldcal coverage`: both rates of a workspace, and what it does not know."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Command


def test_the_instruments_with_a_certificate_are_counted_and_the_rest_is_told_as_unknown(
    fieldcal: Command, workspace: Path
) -> None:
    told = fieldcal("coverage", "--workspace", workspace, "--json")
    assert told.code == 0
    own = told.data["instruments"]
    states = [line["state"] for line in own["lines"]]
    assert len(states) == own["counted"] + own["unknown"] + own["excluded"]
    assert own["valid"] == states.count("valid") > 0
    for line in own["lines"]:
        assert (line["state"] == "valid") == bool(line["valid_to"]), line
    assert own["unknown"] == states.count("unknown") > 0
    assert float(own["least"]) < float(own["percent"]) < float(own["most"])


def test_kinds_with_instruments_here_count_and_others_stay_unknown(fieldcal: Command, workspace: Path) -> None:
    kinds = fieldcal("coverage", "--workspace", workspace, "--json").data["kinds"]
    by_id = {line["id"]: (line["state"], line["reason"]) for line in kinds["lines"]}
    assert by_id["C02"] == by_id["C07"] == ("valid", "")
    assert by_id["C04"] == ("excluded", "type-approval-only")
    assert by_id["C24"] == ("unknown", "presence-unknown")
    assert by_id["C28"] == ("unknown", "regime-unknown")
    assert (kinds["valid"], kinds["counted"]) == (2, 2)


def test_the_text_says_what_is_assumed_and_that_the_catalogue_is_none_of_the_authority(
    fieldcal: Command, workspace: Path
) -> None:
    out = fieldcal("coverage", "--workspace", workspace).out
    assert "the workspace holds neither" in out
    assert "not the official annex" in out
