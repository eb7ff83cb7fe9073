"""What a supervisor opens over the review: the draft of the paper, and one photo."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from fieldcal.ui.i18n import t
from fieldcal.ui.widgets.basic import label
from fieldcal.ui.widgets.dialog import Question
from fieldcal.ui.widgets.pdf_view import PdfView

SHARE = 0.8


class DraftDialog(Question):
    """The watermarked draft, as it would be printed."""

    def __init__(self, title: str, pages: list[QImage], parent: QWidget | None = None) -> None:
        super().__init__(title, t("common.close"), cancel=False, parent=parent)
        self.pdf = PdfView(whole=False)
        self.pdf.setMinimumSize(_room(parent, 0.7))
        self.pdf.set_pages(pages)
        self.body.addWidget(self.pdf)


class PhotoDialog(Question):
    """One photo as large as the page; the caption says what it shows."""

    def __init__(self, pictures: list[tuple[QPixmap, str]], at: int, parent: QWidget | None = None) -> None:
        picture, caption = pictures[at]
        super().__init__(caption or t("common.photo"), t("common.close"), cancel=False, parent=parent)
        room = _room(parent, 0.6)
        shown = QLabel()
        smooth = Qt.TransformationMode.SmoothTransformation
        shown.setPixmap(picture.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, smooth))
        shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.body.addWidget(shown)
        self.body.addWidget(label(f"{at + 1} / {len(pictures)}", "caption"))


def _room(parent: QWidget | None, share: float) -> QSize:
    size = parent.size() if parent is not None else QSize(1024, 700)
    return QSize(int(size.width() * SHARE * share), int(size.height() * share))
