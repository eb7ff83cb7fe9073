"""Who signs in and what has been typed of the PIN; no widget, and the PIN itself is never shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fieldcal.domain.errors import DomainError
from fieldcal.services.faces import NONE, Faces
from fieldcal.ui.runtime import Run

if TYPE_CHECKING:
    from fieldcal.services.app import Services
    from fieldcal.services.faces import Known

LONGEST, PLACES = 12, 4


class SignIn(QObject):
    """`changed` after every key; `done` once the person is in.

    Until `opened` the people are the faces of the last session: digits may be typed, but nobody is let in.
    """

    changed = Signal()
    done = Signal()

    def __init__(
        self, services: Services | None, runner: Run, faces: Faces = NONE, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services, self._run = services, runner
        self.faces = faces
        self.people: Sequence[Known] = []
        self.pins: dict[str, str] = {}
        self.chosen, self.code, self.busy = "", "", False
        self._pin = ""

    @property
    def is_open(self) -> bool:
        return self._services is not None

    def opened(self, services: Services) -> None:
        """What has been typed meanwhile stays, if its person does."""
        self._services = services
        chosen, typed = self.chosen, self._pin
        self.load()
        if chosen == self.chosen:
            self._pin = typed
            self.changed.emit()

    def load(self) -> None:
        if self._services is None:
            self.people = self.faces.people
        else:
            self.people = [person for person in self._services.ws.catalogue.people.values() if person.active]
            self.pins = self._services.demo_pins()
        if self.chosen not in [person.id for person in self.people]:
            self.chosen = self.people[0].id if self.people else ""
        self._clear()

    def institution(self) -> Mapping[str, str]:
        if self._services is None:
            return self.faces.institution
        workspace = self._services.ws.catalogue.workspace
        return workspace.institution if workspace else {}

    @property
    def person(self) -> Known | None:
        return next((person for person in self.people if person.id == self.chosen), None)

    @property
    def typed(self) -> int:
        return len(self._pin)

    @property
    def places(self) -> int:
        return max(PLACES, self.typed, len(self.pins.get(self.chosen, "")))

    def choose(self, name: str) -> None:
        self.chosen = name
        self._clear()

    def move(self, steps: int) -> None:
        """To the person so many tiles on; stays where there is none."""
        ids = [person.id for person in self.people]
        if self.chosen in ids and 0 <= (to := ids.index(self.chosen) + steps) < len(ids):
            self.choose(ids[to])

    def scanned(self, text: str) -> bool:
        """A badge holds the person's id or registration number; True if it is somebody's."""
        found = next((person for person in self.people if text in (person.id, person.register_no)), None)
        if found is not None:
            self.choose(found.id)
        return found is not None

    def type(self, digit: str) -> None:
        if len(self._pin) < LONGEST and not self.busy:
            self._pin, self.code = self._pin + digit, ""
            self.changed.emit()

    def backspace(self) -> None:
        self._pin, self.code = self._pin[:-1], ""
        self.changed.emit()

    def enter(self) -> None:
        services = self._services
        if services is None or self.busy or not self._pin or not self.chosen:
            return
        self.busy = True
        chosen, pin = self.chosen, self._pin
        self._run(lambda: services.sign_in(chosen, pin), self._in, self._out)

    def _in(self, _person: object) -> None:
        self.busy = False
        self._clear()
        self.done.emit()

    def _out(self, error: Exception) -> None:
        self.busy = False
        self._clear(error.code if isinstance(error, DomainError) else "internal")

    def _clear(self, code: str = "") -> None:
        self._pin, self.code = "", code
        self.changed.emit()
