"""What the worked cases of a procedure leave untried is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from fieldcal import bootstrap
from fieldcal.domain.errors import BadInput, BadProcedure
from fieldcal.services.proof import Proof, case_files, proofs
from tests.domain.support import SMALL

PICKY = SMALL.replace(
    'accept = [{ value = "y", limit = "2", source = "s" }]',
    'when = "e < 100"\naccept = [{ value = "y", limit = "cap(e)", source = "t", compare = "both", interval = "0.1" }]',
).replace(
    '[[inputs]]', 't = { clause = "2", text = "t", grade = "B" }\n[tables.cap]\nkind = "bands"\nsource = "t"\n'
    'values = [{ to = 5, value = 2 }, { to = 9, value = 3 }]\n[[inputs]]', 1
).replace('s = { clause', 's = { clause', 1)  # fmt: skip


def tried(folder: Path, *cases: dict[str, Any]) -> Proof:
    (folder / "cases").mkdir(exist_ok=True)
    (folder / "small.toml").write_text(PICKY, encoding="utf-8")
    made = [{"id": f"c{i}", "plate": {"e": "2"}, **case} for i, case in enumerate(cases)]
    table = {"topic": "procedure", "procedure": "small", "cases": made}
    (folder / "cases" / "small.json").write_text(json.dumps(table), encoding="utf-8")
    return proofs([folder], None)[0]


def x(value: str, verdict: str, e: str = "2") -> dict[str, Any]:
    return {"plate": {"e": e}, "items": {"one": {"rows": [{"x": value}]}}, "expect": {"verdict": verdict}}


def test_a_case_reaches_its_own_branch_alone(tmp_path: Path):
    found = tried(tmp_path, x("2", "pass"))
    assert found.holds
    assert found.coverage.untried == []
    assert found.coverage.unreached == [
        ("item", "one", "fail"),
        ("item", "one", "borderline"),
        ("when", "e < 100", "false"),
        ("row", "cap", "[2]"),
    ]


def test_cases_for_every_branch_leave_none(tmp_path: Path):
    far = {"plate": {"e": "100"}, "items": {"one": {}}, "expect": {"verdict": "not-applicable"}}
    found = tried(
        tmp_path, x("4", "pass"), x("5", "fail"), x("4.04", "borderline"), x("18.9", "pass", "6.3"), far
    )  # fmt: skip
    assert found.as_dict()["differing"] == []
    assert found.coverage.unreached == []


def test_a_case_that_differs_breaks_the_proof(tmp_path: Path):
    found = tried(tmp_path, x("2", "fail"))
    assert not found.holds
    assert found.as_dict()["differing"] == ["c0"]


def test_a_clause_that_no_case_reaches_is_named(tmp_path: Path):
    found = tried(tmp_path, {"items": {}, "expect": {"verdict": "not-done"}})
    assert found.coverage.untried == ["s", "t"]


def test_a_procedure_without_cases_has_no_proof(tmp_path: Path):
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    assert [proof.holds for proof in proofs([tmp_path], None)] == [False]


def test_cases_of_a_longer_name_belong_to_the_longer_name(tmp_path: Path):
    (tmp_path / "cases").mkdir()
    for name in ("a.toml", "a-b.toml", "cases/a.json", "cases/a-b.json", "cases/a-b-c.json", "cases/a-d.json"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    assert [path.name for path in case_files("a", tmp_path)] == ["a.json", "a-d.json"]
    assert [path.name for path in case_files("a-b", tmp_path)] == ["a-b.json", "a-b-c.json"]


def test_an_unknown_procedure_and_a_broken_file_of_cases_are_refused(tmp_path: Path):
    with pytest.raises(BadProcedure, match="unknown-procedure"):
        proofs([tmp_path], None, "absent")
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "small.json").write_text("[", encoding="utf-8")
    with pytest.raises(BadInput, match="bad-cases-file"):
        proofs([tmp_path], None)


def test_every_shipped_procedure_has_cases_and_all_of_them_match():
    from fieldcal.reporting import qr

    broken = {p.procedure: p.as_dict()["differing"] for p in proofs(bootstrap.procedure_folders(), qr) if not p.holds}
    assert broken == {}
