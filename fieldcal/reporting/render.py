"""Frozen content in, PDF bytes out. reportlab is loaded at the first paper, not at the start of the program."""

from __future__ import annotations

from collections.abc import Sequence

from fieldcal.domain.certificate import CertificateContent
from fieldcal.domain.explained import Explained
from fieldcal.reporting import fonts
from fieldcal.reporting.texts import terms


class NoLabel(ValueError):
    """A failed instrument gets no label."""

    code = "no-label-for-notice"

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"{self.code}: {number}")


class PaperRenderer:
    """The Renderer port. Same content and code, same bytes; MissingGlyphs where a character has no glyph."""

    def certificate(self, content: CertificateContent, qr: str) -> bytes:
        fonts.require(content)
        from fieldcal.reporting import layout, pages

        sheet = layout.Sheet(content, terms(content.language)(content.document), content.number, qr)
        return layout.render(sheet, pages.certificate(sheet))

    def record(self, content: CertificateContent, qr: str) -> bytes:
        fonts.require(content)
        from fieldcal.reporting import layout, record

        sheet = layout.Sheet(content, terms(content.language)("record"), content.record_no, qr)
        return layout.render(sheet, record.record(sheet))

    def label(self, content: CertificateContent, qr: str) -> bytes:
        """Raises NoLabel for a notice: its old mark is cancelled, not renewed."""
        if content.document != "certificate":
            raise NoLabel(content.number)
        fonts.require(content)
        from fieldcal.reporting import label, layout

        return label.label(layout.Sheet(content, terms(content.language)("label"), content.number, qr))

    def lot(self, content: CertificateContent, qr: str) -> bytes:
        """The verdict on a lot; `content.lot` is set."""
        fonts.require(content)
        from fieldcal.reporting import layout, lot

        sheet = layout.Sheet(content, terms(content.language)(content.document), content.number, qr)
        return layout.render(sheet, lot.lot(sheet))

    def explanation(self, content: CertificateContent, told: Sequence[Explained]) -> bytes:
        """One number on a page of its own, several rule by rule."""
        fonts.require(content, *told)
        from fieldcal.reporting import explanation, layout

        sheet = layout.Sheet(content, terms(content.language)("explanation"), content.record_no, "")
        return layout.render(sheet, explanation.explanation(sheet, told))

    def missing_glyphs(self, content: CertificateContent) -> str:
        return fonts.missing(content)
