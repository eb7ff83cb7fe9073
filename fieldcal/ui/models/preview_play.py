"""Plays a preview through the page of the technician: a step, all of them, or a point that fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from fieldcal.domain.errors import DomainError
from fieldcal.domain.judge import Position
from fieldcal.services.bend import Wish
from fieldcal.services.capture import Live
from fieldcal.services.preview import Stage, Take
from fieldcal.ui.i18n import explain, t
from fieldcal.ui.models.run import RunModel
from fieldcal.ui.runtime import Run

SPEEDS = {"slow": 1500, "normal": 400, "fast": 0}  # ms between two steps


class Autoplay(QObject):
    """`said` carries a sentence, `ended` a Result. What waits for the wire or searches runs on the worker; what is
    written is written here, as the page itself would."""

    changed = Signal()
    said = Signal(str)
    ended = Signal(object)

    def __init__(self, stage: Stage, model: RunModel, values: Callable[[], dict[str, str]], runner: Run) -> None:
        super().__init__(model)
        self._stage, self._model, self._values, self._runner = stage, model, values, runner
        self.take: Take | None = None
        self.playing, self.busy, self.speed = False, False, "normal"
        self._planned, self._aimed, self._row = False, None, ("", -1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.step)
        model.changed.connect(self._moved)

    def begin(self, take: Take) -> None:
        """Another run; it stands still."""
        self.pause()
        self.take, self._aimed, self._row = take, None, ("", -1)
        self._planned = bool(take.player.plan.items)
        self.changed.emit()

    def play(self) -> None:
        self.playing = True
        self.changed.emit()
        self.step()

    def pause(self) -> None:
        self.playing = False
        self._timer.stop()
        self.changed.emit()

    def faster(self) -> None:
        """The next speed, round and round."""
        names = [*SPEEDS]
        self.speed = names[(names.index(self.speed) + 1) % len(names)]
        self.changed.emit()

    def step(self) -> None:
        if self.busy or self.take is None:
            return
        {"prepare": self._prepare, "work": self._work, "finish": self._finish}.get(self._model.phase, self.pause)()

    def bend(self, wish: Wish) -> None:
        """The row in hand played so that it fails or is borderline."""
        take, at, state = self.take, self._model.at, self._model.state
        if self.busy or take is None or at is None or state is None:
            return

        def done(found: bool) -> None:
            self.busy = False
            if not found:
                self._stop(t(f"preview.no_{wish}"))
                return
            self._row = (at.item, at.row) if at.column else ("", -1)
            self._work()

        self._do(lambda: self._stage.bend(take, at, state, wish), done)

    # --- one step ----------------------------------------------------------------------------------

    def _prepare(self) -> None:
        """What was typed into the form, the example where it was left empty."""
        assert self.take is not None
        typed = {name: text for name, text in self._values().items() if text}
        plate = {**self.take.example, **typed}
        self._stage.equip(self.take, plate)
        if self._model.prepare(plate):
            self._goes_on()
        else:
            self.pause()

    def _work(self) -> None:
        take, at = self.take, self._model.at
        if take is None or at is None:
            return
        if not self._planned:
            self._plan(self._work)
        else:
            self._do(lambda: self._stage.fetch(take, at), lambda live: self._put(take, at, live))

    def _plan(self, then: Callable[[], None]) -> None:
        take = self.take
        assert take is not None

        def done(_made: object) -> None:
            self.busy, self._planned = False, True
            then()

        self._do(lambda: self._stage.plan(take), done)

    def _put(self, take: Take, at: Position, live: Live | None) -> None:
        self.busy = False
        if take is not self.take or self._model.at != at:  # somebody was quicker by hand
            self._goes_on()
            return
        try:
            self._stage.put(take, at, live)
        except DomainError as error:
            self._stop(explain(error))
            return
        self._model.pending.clear()
        self._model.reload()
        self._goes_on()

    def _goes_on(self) -> None:
        at = self._model.at
        if at is not None and (at.item, at.row) == self._row and at.column:
            self._work()
            return
        self._row = ("", -1)
        if self.playing:
            self._timer.start(SPEEDS[self.speed])
        self.changed.emit()

    def _finish(self) -> None:
        take = self.take
        assert take is not None
        self.pause()
        self._do(lambda: self._stage.issue(take), self._issued)

    def finish(self) -> None:
        """The technician signed by hand: the office signs, too."""
        if self.take is not None and not self.busy:
            self._finish()

    def _issued(self, result: Any) -> None:
        self.busy = False
        self.ended.emit(result)
        self.changed.emit()

    # --- by hand -----------------------------------------------------------------------------------

    def _moved(self) -> None:
        """The simulated instrument shows what the step in hand wants, also for who reads it off by hand."""
        take, at = self.take, self._model.at
        if take is None or self.busy or self._model.run != take.run or self._model.phase != "work" or at is None:
            return
        if not self._planned:
            self._plan(self._moved)
        elif at != self._aimed:
            self._aimed = at
            self._runner(lambda: take.player.aim(take.run, at), lambda _capture: None, lambda _error: None)

    def _do(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self.busy = True
        self.changed.emit()

        def failed(error: Exception) -> None:
            self.busy = False
            self._stop(explain(error))

        self._runner(work, done, failed)

    def _stop(self, sentence: str) -> None:
        self._row = ("", -1)
        self.pause()
        self.said.emit(sentence)
