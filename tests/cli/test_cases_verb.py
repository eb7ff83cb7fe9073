"""`fieldcal cases FILE`: a line a case, exact numbers, exit codes 0, 1 and 2; files that want to mislead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command

SHIPPED = sorted((Path(__file__).parents[2] / "resources/procedures/cases").glob("*.json"))


def case(name: Any = "1", x: Any = "2.5", interval: Any = "1", item: str = "rounding", **expect: Any) -> dict[str, Any]:
    return {"id": name, "item": item, "given": {"x": x, "interval": interval},
            "expect": {"verdict": "computed", **expect}}  # fmt: skip


@pytest.fixture
def cases(fieldcal: Command, tmp_path: Path):
    def run(*found: dict[str, Any] | str, topic: str = "rounding", json_out: bool = True):
        text = ",".join(one if isinstance(one, str) else json.dumps(one) for one in found)
        path = tmp_path / "cases.json"
        path.write_text(f'{{"topic": "{topic}", "note": "x", "cases": [{text}]}}', "utf-8")
        return fieldcal("cases", path, "--lang", "en", *(["--json"] if json_out else []))

    return run


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_cases_match(fieldcal: Command, path: Path) -> None:
    told = fieldcal("cases", path)
    assert told.code == 0
    total = len(json.loads(path.read_text("utf-8"))["cases"])
    assert told.out.splitlines()[-1] == f"{total} of {total} match"
    assert len(told.out.splitlines()) == total + 1


def leaves(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() if key != "trap" for leaf in leaves(inner, (*place, key))]
    if isinstance(value, list):
        return [leaf for at, inner in enumerate(value) for leaf in leaves(inner, (*place, at))]
    return [place]


def one_more(text: str) -> str:
    """Another last digit."""
    return text[:-1] + str((int(text[-1]) + 1) % 10)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_an_expected_number_wrong_in_its_last_digit_differs(fieldcal: Command, path: Path, tmp_path: Path) -> None:
    table, spoilt = json.loads(path.read_text("utf-8")), []
    told = {c["id"]: c for c in fieldcal("cases", path, "--json").data["cases"]}
    for found in table["cases"]:
        for place in leaves(found["expect"]):
            name = ".".join(map(str, place)).replace(".0", "[0]")
            holder = found["expect"]
            for key in place[:-1]:
                holder = holder[key]
            value = holder[place[-1]]
            left_out = any(name.startswith(key) for key in told[found["id"]]["not_compared"])
            if not left_out and isinstance(value, str) and value[-1:].isdigit() and value.count("-") <= 1:
                copy = json.loads(json.dumps(found))
                inner = copy["expect"]
                for key in place[:-1]:
                    inner = inner[key]
                inner[place[-1]] = one_more(value)
                spoilt.append(copy | {"id": f"{found['id']} {name}"})
    own = table["topic"] == "procedure"  # its cases judge whole items, and may name no number at all
    assert spoilt or own
    if not spoilt:
        return
    (tmp_path / "spoilt.json").write_text(json.dumps({**table, "cases": spoilt}), "utf-8")
    found = fieldcal("cases", tmp_path / "spoilt.json", "--json")
    assert found.code == 1
    assert [one["id"] for one in found.data["cases"] if one["match"]] == []


def test_a_line_names_the_key_and_both_values(cases) -> None:
    told = cases(case("A", rounded="3"), case("B", rounded="2.0"), json_out=False)
    assert told.code == 1
    assert told.out.splitlines() == ["A  rounded: expected 3, got 2", "B  match", "1 of 2 match"]


def test_json_holds_every_difference(cases) -> None:
    told = cases(case("A", rounded="3", odd="1"))
    assert told.code == 1
    assert told.data == {"matched": 0, "total": 1, "cases": [{
        "id": "A", "match": False, "not_compared": ["odd"],
        "differences": [{"key": "rounded", "expected": "3", "got": "2"}],
    }]}  # fmt: skip


def test_numbers_written_as_numbers_never_become_binary(cases) -> None:
    exact = '{"id": "1", "item": "rounding", "given": {"x": 0.10000000000000000555, "interval": 1e-20}, '
    told = cases(exact + '"expect": {"verdict": "computed", "rounded": 0.10000000000000000555}}')
    assert told.code == 0
    told = cases(exact + '"expect": {"verdict": "computed", "rounded": 0.10000000000000000556}}')
    assert told.code == 1


@pytest.mark.parametrize("x", ["25e-1", "0.25E+1", "2.50", 2.5, "+2.5"])
def test_a_number_may_have_an_exponent_a_sign_or_zeros_at_its_end(cases, x: Any) -> None:
    assert cases(case(x=x, rounded="2.000"), case(x=x, rounded="2e0")).code == 0


@pytest.mark.parametrize("x", ["NaN", "1e400", "9" * 60, "", None, [], {"a": 1}, "two", True])
def test_what_is_no_number_spoils_only_its_own_case(cases, x: Any) -> None:
    told = cases(case("bad", x=x), case("good", rounded="2"))
    assert told.code == 1
    assert [one["match"] for one in told.data["cases"]] == [False, True]
    assert told.data["cases"][0]["differences"][0]["got"].startswith("error: ")


def test_a_case_without_its_numbers_says_which_one_is_missing(cases) -> None:
    told = cases({**case(), "given": {}})
    assert "missing 'x'" in told.data["cases"][0]["differences"][0]["got"]


@pytest.mark.parametrize(("topic", "item"), [("magic", "rounding"), ("rounding", "nonsense"), ("weighing", "nonsense")])
def test_what_no_procedure_computes_is_unsupported_and_differs(cases, topic: str, item: str) -> None:
    told = cases(case(item=item), topic=topic)
    assert told.code == 1
    assert told.data["cases"][0]["differences"][0]["got"].startswith("unsupported")


def test_another_expected_verdict_differs(cases) -> None:
    for verdict in ("pass", "", None, ["computed"], {"computed": 1}):
        assert cases({**case(), "expect": {"verdict": verdict}}).code == 1


def test_two_cases_of_one_id_are_both_run(cases) -> None:
    told = cases(case("A", rounded="2"), case("A", rounded="3"))
    assert [(one["id"], one["match"]) for one in told.data["cases"]] == [("A", True), ("A", False)]


def test_keys_nobody_knows_are_left_alone(cases) -> None:
    assert cases({**case(), "author": {"x": [1]}, "given": {"x": "2.5", "interval": "1", "odd": None}}).code == 0


def test_an_id_cannot_make_a_line_of_its_own(cases) -> None:
    told = cases(case("A  match\n9 of 9 match", rounded="3"), json_out=False)
    assert len(told.out.splitlines()) == 2
    assert cases('{"id": "\\ud800", "item": "rounding", "given": {}, "expect": {"verdict": "x"}}').code == 1


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[" * 100_000, "JSON"),
        ('{"topic": "rounding", "topic": "weighing", "cases": [{}]}', "topic"),
        (
            '{"topic": "rounding", "cases": [{"id": "1", "item": "x", "given": {"a": %s}}]}' % ("[" * 99 + "]" * 99),
            "40",
        ),
        ('{"topic": "rounding", "cases": [{"id": "1", "item": "rounding", "expect": {}}]}', "cases[0].given"),
        ('{"topic": "rounding", "cases": {}}', "cases"),
        ("null", "NoneType"),
    ],
    ids=["deep", "a key twice", "nested", "no given", "no list", "null"],
)
def test_an_unusable_file_ends_with_two_and_names_the_place(
    fieldcal: Command, tmp_path: Path, text: str, named: str
) -> None:
    (tmp_path / "bad.json").write_text(text, "utf-8")
    told = fieldcal("cases", tmp_path / "bad.json", "--lang", "en")
    assert told.code == 2
    assert named in told.err
    assert "accepted" in told.err
