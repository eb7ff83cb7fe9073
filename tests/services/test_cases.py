"""Every public worked case, one test each."""

import json
from pathlib import Path

import pytest

from fieldcal import bootstrap
from fieldcal.reporting import qr
from fieldcal.services.cases import run_cases
from fieldcal.services.procedures import Library

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests/data/golden"
LIBRARY = Library([ROOT / "resources/procedures"])
SHIPPED = ROOT / "resources/procedures/cases"
FILES = {
    "weighing": SHIPPED / "jjg539-2016.json",
    "dispensers": SHIPPED / "jjg443-2023.json",
    "rounding": GOLDEN / "rounding.json",
    "validity": GOLDEN / "validity.json",
    "qr_payload": GOLDEN / "qr_payload.json",
    "uncertainty": GOLDEN / "uncertainty.json",
}


def cases(topic):
    return json.loads(FILES[topic].read_text("utf-8"))["cases"]


def one(topic, case):
    return run_cases(
        json.dumps({"topic": topic, "cases": [case]}).encode(), LIBRARY, qr, None, bootstrap.simulate
    ).cases[0]


@pytest.mark.parametrize(("topic", "case"), [pytest.param(t, c, id=f"{t}-{c['id']}") for t in FILES for c in cases(t)])
def test_the_program_computes_what_the_case_expects(topic, case):
    result = one(topic, case)
    assert result.differences == []
    assert "verdict" not in result.not_compared
