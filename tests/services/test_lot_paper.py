"""The paper of a lot: issued with its verdict, parsed back, its code verified, the sample drawn again from it."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from fieldcal.domain import events as ev
from fieldcal.domain.certificate import CertificateContent
from fieldcal.domain.errors import NotAllowed
from fieldcal.domain.lot import ranked, serials
from fieldcal.reporting import embedded
from fieldcal.services import delivery, verify
from fieldcal.services.lots import Lots, Plan
from tests.services.test_lots import LOT, PLATE, PRINTED, WATER, code, drawn, lots, opened, work
from tests.services.workspace import APPROVE, Desk

__all__ = ["lots"]  # the fixture


def judged(desk: Desk, lots: Lots, bad: int = 0) -> str:
    lot = drawn(lots)
    work(desk, lots, lot, bad)
    lots.judge(lot, *APPROVE)
    return lot


def pages(data: bytes) -> str:
    return " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def content(desk: Desk, lots: Lots, lot: str) -> CertificateContent:
    paper = lots.view(lot).paper
    assert paper is not None
    return msgspec.json.decode(desk.ws.blobs.get(paper.content).data, type=CertificateContent)


def test_the_paper_tells_lot_plan_seed_sample_and_verdict(desk: Desk, lots: Lots) -> None:
    lot = judged(desk, lots, bad=1)
    view = lots.view(lot)
    assert view.judged is not None
    assert view.paper is not None
    text = pages(lots.paper(lot))
    for word in (
        lot.removeprefix("lot:"), "抽样检定批判定书", "JJG 162-2019", "n = 3，Ac = 1，Re = 2", PRINTED.basis,
        "sha256-rank/1", "W001..W020", "该批合格", "不合格 1 台", view.lot.sha256[:20], "演示数据，不具法律效力",
        *(result.number for result in view.judged.results), *view.sample,
        desk.ws.catalogue.person("approve").name, desk.ws.catalogue.person("tech").name,
    ):  # fmt: skip
        assert word in text, word


def test_who_holds_the_paper_draws_the_sample_again(desk: Desk, lots: Lots) -> None:
    lot = drawn(lots)
    lots.replace(lot, ranked("seed", LOT)[1], "crushed in transport", "tech")
    work(desk, lots, lot)
    lots.judge(lot, *APPROVE)
    facts = content(desk, lots, lot).lot
    assert facts is not None
    order = ranked(facts.seed, serials(", ".join(facts.serials)))
    assert order == ranked("seed", LOT)
    assert facts.replaced == [[order[1], order[3], "crushed in transport"]]
    assert [line.serial for line in facts.lines] == [order[0], order[3], order[2]]
    assert "crushed in transport" in pages(lots.paper(lot))


@pytest.mark.parametrize(("bad", "result"), [(0, "pass"), (2, "fail")])
def test_the_signed_code_of_the_paper_holds_and_names_the_lot(desk: Desk, lots: Lots, bad: int, result: str) -> None:
    lot = judged(desk, lots, bad)
    pdf = lots.paper(lot)
    found = verify.check(desk.certificates, embedded.extract(pdf))
    assert found.status == "VALID"
    assert found.fields["number"] == lot.removeprefix("lot:")
    assert (found.fields["serial"], found.fields["result"]) == ("W001..W020", result)
    assert found.fields["instrument"].endswith("× 20")
    frozen = content(desk, lots, lot)
    front = pypdfium2.PdfDocument(pdf)[0].render(scale=4).to_pil().convert("L")
    assert [code.text for code in zxingcpp.read_barcodes(front)] == [embedded.extract(pdf)]
    assert embedded.extract_digest(pdf) == frozen.digest()
    assert frozen.digest().hex().startswith(found.record)
    assert desk.certificates.renderer.lot(frozen, embedded.extract(pdf)) == pdf


def test_verdict_and_paper_are_one_write_and_travel_with_the_bundle(desk: Desk, lots: Lots, tmp_path: Path) -> None:
    before = desk.delivery.pending()
    lot = judged(desk, lots)
    assert [type(stored.event) for stored in desk.store.journal.read(lot)][-2:] == [ev.LotJudged, ev.LotPaper]
    assert desk.delivery.pending() == before + 4  # three meters and their lot
    assert desk.store.journal.verify().problems == []
    paper = lots.view(lot).paper
    assert paper is not None
    path = tmp_path / "b.zip"
    desk.delivery.export(path, "tech")
    parts = delivery._parts(path)  # pyright: ignore[reportPrivateUsage]
    assert {f"blobs/{paper.papers['lot']}", f"blobs/{paper.content}"} <= parts.keys()


def test_a_lost_paper_of_a_lot_is_told_by_the_audit(desk: Desk, lots: Lots) -> None:
    lot = opened(lots)
    gone = "0" * 64
    desk.ws.record(lot, 1, [ev.LotPaper("L1", gone, "", {"lot": gone}, "")], "approve")
    assert desk.store.journal.verify().problems == [f"blob-missing {gone}"]


def test_a_lot_under_a_procedure_that_is_not_adopted_gets_neither_verdict_nor_paper(desk: Desk, lots: Lots) -> None:
    lot = drawn(lots)
    work(desk, lots, lot)
    sha256 = lots.view(lot).lot.sha256
    desk.ws.put(f"adoption:{WATER}", ev.ProcedureWithdrawn(WATER, sha256, "wrong edition"), "admin")
    assert code(lots.judge, lot, *APPROVE) == "not-adopted"
    assert lots.view(lot).state == "drawn"
    assert code(lots.paper, lot) == "no-such-paper"


def test_a_long_ragged_list_stands_in_full_on_the_pages_and_short_in_the_code(desk: Desk, lots: Lots) -> None:
    ragged = [f"X{n:05d}" for n in range(0, 400, 2)]
    lot = lots.open(WATER, "first", "market", ragged, "tech", plate=PLATE, plan=Plan(1, 0, 1, "7.9"))
    lots.draw(lot, "tech", "seed")
    work(desk, lots, lot)
    lots.judge(lot, *APPROVE)
    frozen, text = content(desk, lots, lot), pages(lots.paper(lot))
    assert frozen.serial.startswith("X00000 等 200 台")
    assert all(serial in text for serial in ragged)


def test_before_the_verdict_there_is_no_paper(lots: Lots) -> None:
    with pytest.raises(NotAllowed) as error:
        lots.paper(drawn(lots))
    assert (error.value.code, error.value.value) == ("no-such-paper", "drawn")
