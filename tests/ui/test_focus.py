"""The ring around whatever has the keyboard."""

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QFocusFrame, QPushButton, QVBoxLayout, QWidget

from fieldcal.ui.focus import FocusRing


def page():
    made = QWidget()
    column = QVBoxLayout(made)
    made.button = QPushButton("here")
    column.addWidget(made.button)
    return made


def test_the_ring_outlives_the_page_it_lay_on(qtbot, qapp):
    ring, first, second = FocusRing(qapp), page(), page()
    qtbot.addWidget(second)
    ring._follow(None, first.button)
    first.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    ring._follow(None, second.button)
    assert second.findChildren(QFocusFrame)
    qapp.focusChanged.disconnect(ring._follow)
