"""The check behind the list, the scanner and the file: real papers of a real workspace."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fieldcal.domain.errors import BadInput
from fieldcal.services import verify
from tests.services.workspace import APPROVE


@pytest.fixture
def paper(office):
    """The desk and the certificate of stall-03, approved now."""
    run = next(view.stream for view in office.runs.all() if view.state == "checked")
    return office, office.certificates.approve(run, *APPROVE)


def code_of(desk, issued):
    return desk.runs.view(issued.run).certified.qr


def test_the_code_of_a_paper_says_what_stands_on_it(paper):
    desk, issued = paper
    found = verify.check(desk.certificates, code_of(desk, issued))
    assert found.status == "VALID"
    assert found.fields["number"] == issued.number
    assert found.fields["serial"] == issued.instrument.plate["serial"]
    assert found.fields["result"] == "pass"
    assert found.fields["valid_to"] == issued.valid_to


def test_every_changed_character_is_noticed(paper):
    desk, issued = paper
    code = code_of(desk, issued)
    for at in range(4, len(code), 17):
        changed = code[:at] + ("0" if code[at] != "0" else "1") + code[at + 1 :]
        found = verify.check(desk.certificates, changed)
        assert not found.signed, at
        assert found.fields == {}


def test_a_fresh_paper_stands_and_says_it_is_of_the_demo(paper):
    desk, issued = paper
    found = verify.standing(desk.certificates, issued.number)
    assert found.good
    assert found.demo
    assert found.reason == ""


def test_a_voided_paper_keeps_its_signature_and_tells_the_reason(paper):
    desk, issued = paper
    desk.certificates.void(issued.number, "出厂编号录错", "approve")
    found = verify.standing(desk.certificates, issued.number)
    assert (found.code.status, found.good, found.reason) == ("SUPERSEDED", True, "出厂编号录错")


def test_after_its_last_day_a_paper_is_genuine_but_expired(paper, monkeypatch):
    desk, issued = paper
    late = verify.date.fromisoformat(issued.valid_to) + timedelta(days=1)
    monkeypatch.setattr(desk.ws, "today", lambda: late)
    assert verify.check(desk.certificates, code_of(desk, issued)).status == "VALID_BUT_EXPIRED"


def test_a_key_that_is_not_enrolled_here_is_unknown(paper):
    desk, issued = paper
    desk.ws.catalogue.keys.clear()
    assert verify.check(desk.certificates, code_of(desk, issued)).status == "UNKNOWN_KEY"
    assert not verify.standing(desk.certificates, issued.number).good


def test_a_number_that_was_never_issued_is_refused(office):
    with pytest.raises(BadInput, match="unknown-number"):
        verify.standing(office.certificates, "JL0000")
