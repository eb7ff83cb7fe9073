"""Papers are parsed back: what a reader, a viewer and a camera find in the file."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec
import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from fieldcal.reporting import embedded, fonts
from fieldcal.reporting.render import NoLabel, PaperRenderer
from fieldcal.reporting.texts import TERMS
from tests.reporting.sample import DRAFT, FAILING, FAILING_EN, PASSING, PASSING_EN, SAMPLES, code

PAPER = PaperRenderer()
ALL = list(SAMPLES.values())
KINDS: dict[str, Callable[..., bytes]] = {
    "certificate": PAPER.certificate,
    "record": PAPER.record,
    "label": PAPER.label,
}
PAPERS = [
    pytest.param(name, kind, id=f"{name}-{kind}")
    for name, content in SAMPLES.items()
    for kind in KINDS
    if kind != "label" or content.document == "certificate"
]


@cache
def pdf(name: str, kind: str) -> bytes:
    return KINDS[kind](SAMPLES[name], code(SAMPLES[name]))


def made(content: Any, kind: str = "certificate") -> list[str]:
    return pages(KINDS[kind](content, code(content)))


def pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def squeezed(texts: list[str]) -> str:
    return "".join("".join(texts).split())


@pytest.mark.parametrize(("name", "kind"), PAPERS)
def test_the_same_content_gives_the_same_bytes(name: str, kind: str) -> None:
    assert KINDS[kind](SAMPLES[name], code(SAMPLES[name])) == pdf(name, kind)


def test_a_new_process_gives_the_same_bytes_too() -> None:
    script = (
        "import sys; from tests.reporting.sample import PASSING, code;"
        "from fieldcal.reporting.render import PaperRenderer as P;"
        "sys.stdout.buffer.write(P().certificate(PASSING, code(PASSING)))"
    )
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout
    assert other == pdf("pass-zh", "certificate")


@pytest.mark.parametrize(("name", "kind"), PAPERS)
def test_only_embedded_subset_faces_are_used(name: str, kind: str) -> None:
    data = pdf(name, kind)
    assert b"Helvetica" not in data
    for page in PdfReader(io.BytesIO(data)).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            font = font.get_object()
            assert font["/BaseFont"][7:] == "+" + str(font["/BaseFont"]).split("+")[1]
            assert "/FontFile2" in font["/FontDescriptor"]
    assert len(data) < 150_000


@pytest.mark.parametrize(("name", "kind"), PAPERS)
def test_number_and_page_of_pages_stand_on_every_page(name: str, kind: str) -> None:
    if kind == "label":
        return
    content, texts = SAMPLES[name], pages(pdf(name, kind))
    number = content.number if kind == "certificate" else content.record_no
    pattern = TERMS["page"][content.language == "en"]
    for at, text in enumerate(texts, start=1):
        assert pattern.format(at, len(texts)) in text
        assert number in text


@pytest.mark.parametrize(("name", "kind"), PAPERS)
def test_a_watermark_is_on_every_page_or_on_none(name: str, kind: str) -> None:
    for text in pages(pdf(name, kind)):
        assert (DRAFT.watermark in text) == (name == "draft-zh")


@pytest.mark.parametrize(("name", "kind"), PAPERS)
def test_a_demonstration_says_so_on_every_page(name: str, kind: str) -> None:
    demo = TERMS["demo"][SAMPLES[name].language == "en"]
    assert all(demo in text for text in pages(pdf(name, kind)))


def test_official_paper_carries_no_demonstration_mark() -> None:
    official = msgspec.structs.replace(PASSING, demo=False)
    for kind in KINDS:
        assert "演示" not in squeezed(made(official, kind))


@pytest.mark.parametrize(("name", "kind"), PAPERS)
def test_nothing_stands_below_the_end_mark_but_the_foot(name: str, kind: str) -> None:
    if kind == "label":
        return
    content = SAMPLES[name]
    key = "end-record" if kind == "record" else "end-notice" if content.document == "notice" else "end"
    mark = f"—— {TERMS[key][content.language == 'en']} ——"
    *others, last = pages(pdf(name, kind))
    assert not any(mark in text for text in others)
    _, after = last.split(mark)
    # What follows in the stream is head and foot, drawn when the page count was known.
    assert after.strip().startswith(content.institution["name"])


def test_a_certificate_says_who_what_where_when_and_how_long() -> None:
    everything = squeezed(made(PASSING))
    wanted = [
        PASSING.client, PASSING.client_address, PASSING.instrument, PASSING.model, PASSING.serial, PASSING.maker,
        PASSING.regulation, PASSING.conclusion, PASSING.place, PASSING.record_no, "2026年11月23日", "2027年11月22日",
        "检定专用章", "+3.0", "18.4℃/18.6℃", *PASSING.statements,
    ]  # fmt: skip
    for person in (PASSING.technician, PASSING.checker, PASSING.approver):
        wanted += [person.name, person.register_no, person.signed_at, person.signature]
    for one in PASSING.standards:
        wanted += [one.name, one.model, one.serial, one.certificate_no, one.valid_to]
    assert [word for word in wanted if "".join(word.split()) not in everything] == []


def test_a_certificate_in_english_has_english_words() -> None:
    everything = " ".join(made(PASSING_EN))
    for word in ("Verification Certificate", "Valid until", "Checked by", "End of certificate", "Page 1 of"):
        assert word in everything
    assert "有效期至" not in everything
    assert "Notice of Verification Result" in " ".join(made(FAILING_EN))


def test_a_notice_names_what_failed_with_value_and_limit_and_no_last_day() -> None:
    everything = squeezed(made(FAILING))
    assert "检定结果通知书" in everything
    assert "不合格项目" in everything
    assert "".join(FAILING.failed[0].split()) in everything
    assert "偏载最大|E|11.0g5.0g" in everything
    assert "2027年" not in everything
    assert "有效期至" not in squeezed(made(FAILING)[:1])


def test_a_struck_reading_is_in_the_record_with_its_reason_and_not_on_the_certificate() -> None:
    assert "砝码未放稳，重读" in squeezed(made(PASSING, "record"))
    assert "+10.5" in squeezed(made(PASSING, "record"))
    assert "砝码未放稳" not in squeezed(made(PASSING))
    assert "+10.5" not in squeezed(made(PASSING))


def test_each_cell_of_a_struck_reading_but_its_reason_is_lined_through() -> None:
    table = PASSING.tables[1]
    rules = []
    for rows in (table.struck, [[*row[:-1], "x"] for row in table.struck], []):
        tables = [msgspec.structs.replace(table, struck=rows)]
        data = PAPER.record(msgspec.structs.replace(PASSING, tables=tables), code(PASSING))
        streams = [page.get_contents() for page in PdfReader(io.BytesIO(data)).pages]
        rules.append(sum(stream.get_data().count(b" l S") for stream in streams if stream is not None))
    with_reason, short_reason, none = rules
    assert with_reason == short_reason >= none + len(table.columns)


def test_the_record_carries_every_row_and_every_hash() -> None:
    everything = squeezed(made(PASSING, "record"))
    for table in PASSING.tables:
        for row in table.rows:
            assert "".join("".join(row).split()) in everything
    for value in (PASSING.journal_head, PASSING.record_hash, PASSING.procedure_hash):
        assert value in everything


def test_a_notice_gets_no_label() -> None:
    with pytest.raises(NoLabel) as caught:
        PAPER.label(FAILING, code(FAILING))
    assert caught.value.code == "no-label-for-notice"


def test_the_label_is_one_small_page() -> None:
    [page] = PdfReader(io.BytesIO(PAPER.label(PASSING, code(PASSING)))).pages
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [60, 40]
    assert "20231377" in page.extract_text()


def test_a_character_without_glyph_stops_every_paper_and_is_named() -> None:
    rare = msgspec.structs.replace(PASSING, client="甲\U000e0041乙\U0001f600甲")
    assert PAPER.missing_glyphs(rare) == "\U0001f600\U000e0041"
    for make in KINDS.values():
        with pytest.raises(fonts.MissingGlyphs, match="\U0001f600") as caught:
            make(rare, code(rare))
        assert caught.value.code == "missing-glyphs"


def test_the_faces_have_every_word_of_the_papers_and_of_the_samples() -> None:
    words = "".join(word for pair in TERMS.values() for word in pair)
    assert {char for char in words if ord(char) not in fonts.covered()} == set()
    assert [PAPER.missing_glyphs(content) for content in ALL] == [""] * len(ALL)


@pytest.mark.parametrize(("name", "kind"), PAPERS)
def test_a_camera_reads_the_printed_code_at_300_dpi(name: str, kind: str) -> None:
    document = pypdfium2.PdfDocument(pdf(name, kind))
    images = [page.render(scale=300 / 72).to_pil().convert("L") for page in document]
    found = [result.text for image in images for result in zxingcpp.read_barcodes(image)]
    document.close()
    assert found == [code(SAMPLES[name])]


@pytest.mark.parametrize(("name", "kind"), PAPERS)
def test_the_signed_text_and_the_digest_lie_in_the_file(name: str, kind: str) -> None:
    assert embedded.extract(pdf(name, kind)) == code(SAMPLES[name])
    assert embedded.extract_digest(pdf(name, kind)) == SAMPLES[name].digest()


def test_a_foreign_file_has_no_signed_text() -> None:
    with pytest.raises(embedded.NotOurs):
        embedded.extract(b"no PDF")


def test_a_draft_has_neither_seal_nor_code() -> None:
    draft = msgspec.structs.replace(DRAFT, demo=False)
    for make in KINDS.values():
        data = make(draft, "")
        assert "检定专用章" not in squeezed(pages(data))
        with pytest.raises(embedded.NotOurs):
            embedded.extract(data)


def test_markup_in_a_record_stays_text() -> None:
    odd = msgspec.structs.replace(PASSING, client="<b>甲</b> & <para>")
    assert "<b>甲</b>&<para>" in squeezed(made(odd))


def test_a_long_table_runs_over_pages_with_its_head_repeated() -> None:
    table = PASSING.tables[1]
    long = msgspec.structs.replace(PASSING, tables=[msgspec.structs.replace(table, rows=table.rows * 20)])
    texts = made(long)
    assert len(texts) > 4
    assert sum("示值 I / kg" in text for text in texts) >= 4


def test_reportlab_is_not_loaded_before_the_first_paper() -> None:
    script = "import sys, fieldcal.reporting.render; assert not {'reportlab', 'segno', 'cbor2'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
