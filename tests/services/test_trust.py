"""Practice stays practice: what simulated instruments or unsigned drivers served is never signed nor certified."""

from __future__ import annotations

import io
import re

import msgspec
import pytest
from pypdf import PdfReader

from fieldcal.domain import events as ev
from fieldcal.domain.errors import BadInput, NotAllowed
from fieldcal.services.catalogue import load
from fieldcal.services.identity import seal_pin
from fieldcal.services.trust import DriverTrust, may_run, practice
from fieldcal.ui import i18n
from tests.services.workspace import APPROVE, CHECK, TECH, Desk

REAL = ev.DeviceBound("scale", "mt_sics", "00", "COM3", "123", False, "1.0.0", "shipped")
PUBLISHER = ev.PublisherPut("00112233aabbccdd", "Maker", "ab" * 32)


def laboratory(desk: Desk) -> Desk:
    """The same people and scales, in a workspace that is no demo."""
    made = desk.ws.catalogue.workspace
    assert made is not None
    desk.ws.put("workspace", msgspec.structs.replace(made, demo=False), "system")
    return desk


def finished(desk: Desk, *bound: ev.DeviceBound) -> str:
    """A whole run, served by these devices one after the other."""
    run = desk.runs.open("stall-01", "subsequent", "tech")
    for one in bound:
        desk.runs.bind(run, one, "tech")
    desk.runs.prepare(run, "tech")
    while (at := desk.runs.judgement(run).position) is not None:
        desk.step(run, at)
    desk.runs.complete(run, "tech")
    return run


def bound(**changes: object) -> ev.DeviceBound:
    return msgspec.structs.replace(REAL, **changes)


def words(pdf: bytes) -> list[str]:
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_a_real_instrument_with_a_shipped_driver_is_signed_and_certified(desk: Desk) -> None:
    laboratory(desk)
    run = finished(desk, REAL)
    desk.certificates.sign(run, *TECH)
    desk.certificates.check(run, *CHECK)
    assert desk.certificates.approve(run, *APPROVE).status == "valid"


@pytest.mark.parametrize(
    ("one", "code"), [(bound(simulated=True), "practice-record"), (bound(trust="unsigned"), "developer-driver")]
)
def test_nobody_signs_what_was_practice_even_if_a_real_one_was_bound_later(
    desk: Desk, one: ev.DeviceBound, code: str
) -> None:
    laboratory(desk)
    run = finished(desk, one, REAL)
    with pytest.raises(NotAllowed) as refused:
        desk.certificates.sign(run, *TECH)
    assert refused.value.code == code
    assert desk.runs.view(run).state == "review"
    assert desk.certificates.queue("technician")[0].flags[0] == code
    for language in i18n.LANGUAGES:
        assert i18n.message(code, language) != code
        for key in (f"unofficial.{code}", f"review.flag_{code}"):
            assert i18n.text_in(language, key) != key


def test_checker_and_approver_refuse_what_an_older_program_let_through(desk: Desk) -> None:
    """Signed under the demo, then in a laboratory: the same journal, looked at by each of the three."""
    simulated = finished(desk, bound(simulated=True))
    desk.certificates.sign(simulated, *TECH)
    laboratory(desk)
    with pytest.raises(NotAllowed, match="practice-record"):
        desk.certificates.check(simulated, *CHECK)
    made = desk.ws.catalogue.workspace
    assert made is not None
    desk.ws.put("workspace", msgspec.structs.replace(made, demo=True), "system")
    desk.certificates.check(simulated, *CHECK)
    laboratory(desk)
    with pytest.raises(NotAllowed, match="practice-record"):
        desk.certificates.approve(simulated, *APPROVE)
    assert desk.runs.view(simulated).certified is None


def test_an_unsigned_driver_is_refused_also_after_developer_mode_and_in_the_demo(desk: Desk) -> None:
    trust = DriverTrust(desk.ws)
    trust.switch(True, "new scale", "system")
    run = finished(desk, bound(trust="unsigned", simulated=True))
    trust.switch(False, "", "system")
    with pytest.raises(NotAllowed, match="developer-driver"):
        desk.certificates.sign(run, *TECH)


def test_simulated_instruments_of_the_demo_are_no_practice(desk: Desk) -> None:
    run = finished(desk, bound(simulated=True))
    assert practice(desk.runs.view(run), desk.ws.catalogue.demo) == ""
    desk.certificates.sign(run, *TECH)


@pytest.mark.parametrize("kind", ["certificate", "record"])
@pytest.mark.parametrize(
    ("one", "said"), [(bound(simulated=True), "练习 / PRACTICE"), (bound(trust="unsigned"), "UNSIGNED DRIVER")]
)
def test_every_page_of_its_papers_says_so(desk: Desk, one: ev.DeviceBound, said: str, kind: str) -> None:
    laboratory(desk)
    pages = words(desk.certificates.draft(finished(desk, one), kind))  # type: ignore[arg-type]
    assert len(pages) > 1
    for page in pages:
        assert said in page
        assert "NOT A RECORD OF VERIFICATION" in page


def test_an_ordinary_draft_says_that_it_is_not_adopted(desk: Desk) -> None:
    laboratory(desk)
    for page in words(desk.certificates.draft(finished(desk, REAL))):
        assert "NOT ADOPTED" in page
        assert "PRACTICE" not in page


def test_an_unsigned_driver_runs_in_developer_mode_alone() -> None:
    assert all(may_run(trust, False) for trust in ("shipped", "signed"))
    assert not any(may_run(trust, False) for trust in ("unsigned", "", "anything"))
    assert all(may_run(trust, True) for trust in ("shipped", "signed", "unsigned"))


def test_developer_mode_is_in_the_journal_with_its_reason_and_survives_a_restart(desk: Desk) -> None:
    trust = DriverTrust(desk.ws)
    assert not trust.developer
    trust.switch(True, " testing a new scale ", "system")
    assert trust.developer
    assert load(desk.store.journal).developer == ev.DeveloperMode(True, "testing a new scale")
    trust.switch(False, "", "system")
    assert not DriverTrust(desk.ws).developer
    assert not trust.runs("unsigned")


def test_nobody_turns_it_on_without_a_reason(desk: Desk) -> None:
    before = desk.head()
    with pytest.raises(BadInput, match="empty"):
        DriverTrust(desk.ws).switch(True, "  ", "system")
    assert desk.head() == before


def test_a_publisher_is_trusted_until_he_is_not(desk: Desk) -> None:
    trust = DriverTrust(desk.ws)
    trust.put(PUBLISHER, "system")
    assert trust.trusted(PUBLISHER.kid) == bytes.fromhex(PUBLISHER.public_key)
    trust.put(msgspec.structs.replace(PUBLISHER, active=False), "system")
    assert trust.trusted(PUBLISHER.kid) is None
    with pytest.raises(BadInput, match="unknown-publisher"):
        trust.put(ev.PublisherPut("ffffffffffffffff", "Else", "ab" * 32, False), "system")


def test_once_there_is_an_administrator_only_one_may_change_trust(desk: Desk) -> None:
    trust = DriverTrust(desk.ws)
    desk.put_person("admin", active=False)
    assert trust.authority("", "") == "system"
    desk.put_person("check", roles=["checker", "admin"], pin=seal_pin("9876"))
    for person, pin, code in (("", "", "wrong-role"), ("tech", "1111", "wrong-role"), ("check", "1111", "wrong-pin")):
        with pytest.raises(NotAllowed, match=code):
            trust.authority(person, pin)
    assert trust.authority("check", "9876") == "check"
