"""Walks through the numbers of a record, explaining the one in hand in the language of the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from fieldcal.domain.errors import DomainError
from fieldcal.domain.explained import Explained, Line, Place
from fieldcal.services.explain_paper import Explanations, file_name, with_trials
from fieldcal.ui.i18n import explain, language, t

if TYPE_CHECKING:
    from fieldcal.services.app import Services
    from fieldcal.ui.models.run import RunModel


class Browser:
    """`places` is empty while nothing of the record can be explained yet."""

    def __init__(self, services: Services, run: str, wanted: Place | None = None) -> None:
        self._explanations = Explanations(services.certificates, services.simulate)
        self._services, self.run = services, run
        self._trials: dict[Place, tuple[Line, ...]] = {}
        self.places = self._explanations.places(run)
        self.at = nearest(self.places, wanted) if wanted else 0

    @property
    def place(self) -> Place:
        return self.places[self.at]

    def told(self) -> Explained:
        return with_trials(self._explanations.of(self.run, self.place, language()), self._trials.get(self.place, ()))

    def draw(self) -> None:
        """Trials of the budget of this number, away from the window's thread; `told` and the paper show them then."""
        place = self.place
        self._trials[place] = self._explanations.trials(self.run, place, language())

    def barred(self) -> str:
        """Why the person signed in may not state values of a budget, "" if they may."""
        try:
            self._explanations.values.require(self._actor())
        except DomainError as error:
            return explain(error) if self._services.person else t("explain.nobody")
        return ""

    def state(self, budget: str, texts: Mapping[str, str]) -> dict[str, str]:
        """Values by name, as typed; what is refused comes back with its sentence, the others count."""
        told, refused = self.told().budget, dict[str, str]()
        words = {one.name: one.words for one in told.asked} if told else {}
        for name, text in texts.items():
            try:
                self._explanations.values.state(self.run, budget, name, text, self._actor())
            except DomainError as error:
                refused[name] = explain(error, label=words.get(name, name))
        if len(refused) < len(texts):
            self._trials.clear()  # they were drawn of another budget
        return refused

    def _actor(self) -> str:
        return self._services.person.id if self._services.person else ""

    def move(self, by: int) -> None:
        """To a neighbour; stays at either end."""
        self.at = min(max(self.at + by, 0), len(self.places) - 1)

    def pdf(self, whole: bool) -> bytes:
        if whole:
            return self._explanations.pdf(self.run, None, language())
        return self._explanations.pdf(self.run, self.place, language(), self._trials.get(self.place, ()))

    def file_name(self, whole: bool) -> str:
        return file_name(self.run, None if whole else self.place, self._services.ws.today())


def in_hand(model: RunModel, item: str = "", row: int = -1) -> Place:
    """This row, else the last one that was measured; of an item that is looked at, any of its own."""
    last = model.last_row()
    if not item and last is not None:
        item, row = last
    elif last is not None and last[0] == item and row < 0:
        row = last[1]
    return Place(item, row, "")


def nearest(places: list[Place], wanted: Place) -> int:
    """The very place, else the judged number of the same row, else of the same item; 0 where there is none."""
    tries = (
        lambda one: one == wanted,
        lambda one: replace(one, point=-1, rule=-1) == replace(wanted, point=-1, rule=-1),
        lambda one: (one.item, one.row) == (wanted.item, wanted.row) and one.rule >= 0,
        lambda one: (one.item, one.row) == (wanted.item, wanted.row),
        lambda one: one.item == wanted.item and one.rule >= 0,
        lambda one: one.item == wanted.item,
    )
    return next((at for fits in tries for at, one in enumerate(places) if fits(one)), 0)
