"""`fieldcal coverage`: both rates of a workspace, and what it does not know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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


def test_a_register_of_ones_own_is_judged_line_by_line(fieldcal: Command, tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = [
        {"mode": "periodic", "last_result": "pass", "valid_until": "2999-01-01"},
        {"mode": "periodic", "state": "stopped", "evidence": None},
        {"mode": "first_only_scrap", "first_result": "fail"},
    ]
    path = tmp_path / "register.json"
    path.write_text(json.dumps({"instruments": lines}), "utf-8")
    told = fieldcal("coverage", "--register", path, "--json").data
    assert [line["state"] for line in told["lines"]] == ["valid", "unknown", "invalid"]
    assert (told["percent"], told["least"], told["most"]) == ("50.0", "33.3", "66.7")
    path.write_text("[1, 2]", "utf-8")
    assert fieldcal("coverage", "--register", path).code == 2
