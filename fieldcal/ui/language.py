"""The signal behind `i18n.set_language`, kept apart so that reading texts needs no Qt."""

from PySide6.QtCore import QObject, Signal

from fieldcal.ui import i18n


class Language(QObject):
    changed = Signal(str)


language = Language()
i18n.listen(language.changed.emit)
