"""`fieldcal procedures new`, `check`, `test`, `simulate` and `table`, as an author without a programmer uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fieldcal.cli import procedures_table
from tests.cli.conftest import Command

DOCUMENT = Path(__file__).parents[2] / "docs" / "procedures.md"
GUIDE = DOCUMENT.with_name("write-a-procedure.md")


@pytest.fixture
def own(fieldcal: Command, tmp_path: Path) -> Path:
    told = fieldcal("procedures", "new", "my-gauge", "--workspace", tmp_path)
    assert told.code == 0
    return tmp_path / "procedures" / "my-gauge.toml"


def test_a_new_procedure_is_in_order_and_every_branch_of_it_is_proven(fieldcal: Command, own: Path) -> None:
    assert fieldcal("procedures", "check", own).code == 0
    told = fieldcal("procedures", "test", "my-gauge", "--workspace", own.parents[1])
    assert (told.code, told.out.strip()) == (0, "my-gauge: 5 of 5 match; clauses 6/6, branches 9/9")
    assert told.out.strip() in GUIDE.read_text("utf-8")


def test_a_case_taken_away_leaves_its_branch_untried(fieldcal: Command, own: Path) -> None:
    cases = own.parent / "cases" / "my-gauge.json"
    table = json.loads(cases.read_text("utf-8"))
    table["cases"] = [case for case in table["cases"] if case["id"] != "coarse"]
    cases.write_text(json.dumps(table), "utf-8")
    found = fieldcal("procedures", "test", "my-gauge", "--workspace", own.parents[1], "--json").data["results"]
    assert found[0]["branches_untried"] == ["when step <= 0.02 * full false"]


def test_a_limit_changed_in_the_file_breaks_its_cases(fieldcal: Command, own: Path) -> None:
    own.write_text(own.read_text("utf-8").replace("0.01 * full", "0.02 * full"), "utf-8")
    told = fieldcal("procedures", "test", "my-gauge", "--workspace", own.parents[1])
    assert told.code == 1
    assert "differs: borderline" in told.out


def test_an_own_procedure_is_listed_beside_the_shipped_ones(fieldcal: Command, own: Path) -> None:
    found = fieldcal("procedures", "list", "--workspace", own.parents[1], "--json").data["procedures"]
    assert {"my-gauge", "jjg539-2016"} <= {entry["id"] for entry in found}


def test_all_mistakes_are_told_with_line_key_and_choice(fieldcal: Command, own: Path) -> None:
    text = own.read_text("utf-8").replace('field = "step"', 'field = "stepp"')
    text = text.replace('high = "25", source = "environment"', 'high = "25", source = "enviroment"')
    own.write_text(text, "utf-8")
    told = fieldcal("procedures", "check", own)
    assert told.code == 1
    rows, lines = text.split("\n"), told.out.splitlines()
    assert [line.removeprefix(f"{own}:").split(": ")[1:3] for line in lines] == [
        ["checks[0].field", "unknown-name"],
        ["items[1].accept[0].source", "unknown-source"],
    ]
    for line, wrong in zip(lines, ("stepp", "enviroment"), strict=True):
        assert wrong in rows[int(line.removeprefix(f"{own}:").split(":")[0]) - 1]
    assert "accepted: serial, full, step, dwell" in lines[0]


@pytest.mark.parametrize("way", ["test", "simulate", "show"])
def test_a_broken_file_is_told_as_broken_and_not_as_unknown(fieldcal: Command, own: Path, way: str) -> None:
    own.write_text(own.read_text("utf-8").replace('field = "step"', 'field = "stepp"'), "utf-8")
    told = fieldcal("procedures", way, "my-gauge", "--workspace", own.parents[1])
    assert told.code == 2
    assert "unknown-name" in told.err
    assert "stepp" in told.err


def test_simulated_it_ends_in_papers(fieldcal: Command, own: Path, tmp_path: Path) -> None:
    told = fieldcal("procedures", "simulate", own, "--set", "full=250 kPa", "--out", tmp_path / "papers", "--json")
    assert told.code == 0
    assert told.data["verdict"] == "pass"
    assert told.data["open"] == []
    assert told.data["readings"]["wire"] >= 1
    assert len(told.data["papers"]) == 3
    assert all(Path(paper).read_bytes().startswith(b"%PDF") for paper in told.data["papers"])


def test_limits_that_nothing_can_meet_are_told_by_the_simulation(fieldcal: Command, own: Path) -> None:
    text = own.read_text("utf-8").replace('low = "15", high = "25"', 'low = "120", high = "130"')
    own.write_text(text, "utf-8")
    told = fieldcal("procedures", "simulate", own, "--json")
    assert told.code == 1
    assert told.data["open"] == ["environment"]
    assert told.data["verdict"] == "not-done"
    assert told.data["papers"] == []


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["new", "My Gauge"], "bad-name"),
        (["new", "my-gauge"], "not-empty"),
        (["simulate", "absent"], "unknown-procedure"),
        (["simulate", "absent.toml"], "absent.toml"),
        (["simulate", "my-gauge", "--set", "full"], "--set"),
        (["simulate", "my-gauge", "--set", "full=wide"], "not-a-number"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_one_line(fieldcal: Command, own: Path, arguments: list[str], field: str) -> None:
    told = fieldcal("procedures", *arguments, "--workspace", own.parents[1])
    assert told.code == 2
    assert field in told.err
    assert told.err.count("\n") == 1


def test_the_table_in_the_document_is_current() -> None:
    assert procedures_table.standing(DOCUMENT) == procedures_table.lines(), (
        "fieldcal procedures table docs/procedures.md"
    )


def test_the_table_is_put_between_its_marks_and_nowhere_else(fieldcal: Command, tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text(f"before\n{procedures_table.BEGIN}\nold\n{procedures_table.END}\nafter\n", "utf-8")
    assert fieldcal("procedures", "table", file).code == 0
    text = file.read_text("utf-8")
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert procedures_table.standing(file) == procedures_table.lines()


def blocks(language: str) -> list[str]:
    """The blocks of this language in the worked example of the guide."""
    example = GUIDE.read_text("utf-8").split("## A worked example")[1]
    return [part.split("```")[0] for part in example.split(f"```{language}\n")[1:]]


@pytest.fixture
def example(tmp_path: Path) -> Path:
    (file,), (cases,) = blocks("toml"), blocks("json")
    place = tmp_path / "procedures"
    (place / "cases").mkdir(parents=True)
    (place / "cases" / "dial-thermometer.json").write_text(cases, "utf-8")
    (place / "dial-thermometer.toml").write_text(file, "utf-8")
    return place / "dial-thermometer.toml"


def test_the_worked_example_of_the_guide_is_in_order_and_proven(fieldcal: Command, example: Path) -> None:
    assert fieldcal("procedures", "check", example).code == 0
    told = fieldcal("procedures", "test", "dial-thermometer", "--workspace", example.parents[1])
    assert (told.code, told.out.strip()) == (0, "dial-thermometer: 4 of 4 match; clauses 5/5, branches 5/5")
    assert told.out.strip() in GUIDE.read_text("utf-8")


def test_the_worked_example_is_played_with_readings_off_the_wire(fieldcal: Command, example: Path) -> None:
    told = fieldcal("procedures", "simulate", "dial-thermometer", "--workspace", example.parents[1], "--json")
    assert told.code == 0
    assert told.data["readings"] == {"manual": 3, "timer": 3, "wire": 3}


def test_without_its_borderline_case_the_example_says_which_branch_is_untried(fieldcal: Command, example: Path) -> None:
    cases = example.parent / "cases" / "dial-thermometer.json"
    table = json.loads(cases.read_text("utf-8"))
    table["cases"] = [case for case in table["cases"] if case["id"] != "borderline"]
    cases.write_text(json.dumps(table), "utf-8")
    told = fieldcal("procedures", "test", "dial-thermometer", "--workspace", example.parents[1])
    assert told.out.splitlines()[1:] == ["  branch untried: item error borderline"]
