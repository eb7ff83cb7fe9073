"""Cyclic garbage is collected on the thread of the window alone.

Python collects on whatever thread allocates next. A cycle with a widget in it that a device or storage thread happens
to collect destroys Qt objects beside the thread they live on, and the program dies without a word.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1000


class Garbage(QObject):
    """From its making until `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """The oldest generation that is full, and with it the younger ones."""
        counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
        full = [at for at, (count, limit) in enumerate(counts) if count > limit]
        if full:
            gc.collect(full[-1])

    def stop(self) -> None:
        self._timer.stop()
        gc.enable()
