"""The replay in the review: play, step and speed; each value with its frames and whether they give it again."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from fieldcal.ui.i18n import t
from fieldcal.ui.models.review_replay import Frame, Played
from fieldcal.ui.widgets.badge import Badge
from fieldcal.ui.widgets.basic import Box, label, restyle
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.one_line import OneLine
from fieldcal.ui.widgets.shape import Shape
from fieldcal.ui.widgets.trace import Trace

SPEEDS = (1, 2, 5, 10, 20)
LONGEST, SHORTEST = 5.0, 0.05  # s between two values: a break of the technician is not sat out


class ReplayCard(Box):
    """`changed` when it starts, stops or takes another speed."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__("card", 16, 4)
        self._title, self.sum = label(role="strong"), Badge("pending")
        self.back, self.play, self.forward = (Button(kind="square", icon=name) for name in ("left", "play", "right"))
        self.pace, self.trace = Button(kind="square"), Trace()
        self.value, self.count = label(role="strong"), label(role="caption")
        self.shape, self.mark = Shape("pass", 20), OneLine("pass")
        self.what, self.proof, self.raw = (OneLine() for _ in range(3))
        self._played, self._at, self.speed = Played([]), 0, 5
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._next)
        self.play.clicked.connect(self.toggle)
        self.back.clicked.connect(self.step_back)
        self.forward.clicked.connect(self.step_on)
        self.pace.clicked.connect(self.faster)
        self.trace.picked.connect(self.go)
        self._lay_out()

    # --- what can be done ------------------------------------------------------------------------------

    def set(self, played: Played) -> None:
        """Another record, at its first value."""
        self._timer.stop()
        frames = played.frames
        self.trace.set_values([(frame.number, frame.unit) for frame in frames])
        for button in (self.back, self.play, self.forward, self.pace):
            button.setEnabled(bool(frames))
        self._title.setText(t("review.replay"))
        self.back.setAccessibleName(t("review.step_back"))
        self.forward.setAccessibleName(t("review.step"))
        self._show_pace()
        self._at = 0
        self.update_with(played)

    def update_with(self, played: Played) -> None:
        """The same record once its replay is through; the value in hand stays."""
        self._played = played
        self.trace.set_wrong([at for at, frame in enumerate(played.frames) if frame.mark.kind == "fail"])
        self.sum.setVisible(bool(played.word))
        self.sum.set(played.kind or "pending", played.word)
        self.sum.setToolTip(played.note)
        self.go(self._at)

    def toggle(self) -> None:
        """Plays on, from the beginning once it is through, or stops."""
        if self._timer.isActive():
            self._timer.stop()
        elif self._played.frames:
            self.go(0 if self._at + 1 >= len(self._played.frames) else self._at)
            self._wait()
        self._show_pace()
        self.changed.emit()

    def step_on(self) -> None:
        """One value on, and stops there."""
        self._step(1)

    def step_back(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        if self._timer.isActive():
            self.toggle()
        if 0 <= self._at + by < len(self._played.frames):
            self.go(self._at + by)

    def faster(self) -> None:
        """The next speed; after the fastest the slowest. As many times as fast as it was measured."""
        self.speed = SPEEDS[(SPEEDS.index(self.speed) + 1) % len(SPEEDS)]
        self._show_pace()
        if self._timer.isActive():
            self._wait()
        self.changed.emit()

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    def go(self, index: int) -> None:
        self._at = index
        self.trace.set_at(index)
        frames = self._played.frames
        self._show(frames[index] if frames else None)
        place = t("review.values", number=index + 1, total=len(frames)) if frames else ""
        self.count.setText(f"{frames[index].at} · {place}" if frames else "")

    # --- inside ----------------------------------------------------------------------------------------

    def _show(self, frame: Frame | None) -> None:
        kind = frame.mark.kind if frame else ""
        self.shape.setVisible(bool(kind))
        self.shape.set(kind or "pass")
        self.mark.setText(frame.mark.word if frame else "")
        restyle(self.mark, role=kind or "pass")
        self.value.setText(f"{frame.value} {frame.unit}".strip() if frame else "")
        struck = t("review.struck", reason=frame.struck) if frame and frame.struck else ""
        self.what.setText(" · ".join(part for part in (frame.what, struck) if part) if frame else "")
        self.proof.setText(frame.proof if frame else "")
        self.raw.setText("  ".join(frame.frames) if frame else "")
        self.raw.setToolTip("\n".join(frame.frames) if frame else "")

    def _wait(self) -> None:
        following = self._played.frames[min(self._at + 1, len(self._played.frames) - 1)]
        self._timer.start(round(max(min(following.after, LONGEST) / self.speed, SHORTEST) * 1000))

    def _next(self) -> None:
        if self._at + 1 < len(self._played.frames):
            self.go(self._at + 1)
            self._wait()
            return
        self._show_pace()
        self.changed.emit()

    def _show_pace(self) -> None:
        self.play.set_icon("pause" if self.playing else "play")
        self.play.setAccessibleName(t("review.pause" if self.playing else "review.play"))
        self.pace.setText(f"{self.speed}×")
        self.pace.setAccessibleName(t("review.speed", speed=f"{self.speed}×"))

    def _lay_out(self) -> None:
        for button in (self.back, self.play, self.forward, self.pace):
            button.setFixedSize(48, 48)
        head, middle, line = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.sum)
        middle.setSpacing(4)
        for part in (self.play, self.back, self.forward):
            middle.addWidget(part)
        middle.addSpacing(8)
        middle.addWidget(self.trace, 1)
        middle.addWidget(self.pace)
        line.setSpacing(8)
        line.addWidget(self.value)
        line.addSpacing(8)
        line.addWidget(self.shape)
        line.addWidget(self.mark, 1)
        line.addWidget(self.count)
        words = QVBoxLayout()
        words.setSpacing(2)
        for part in (self.what, self.proof, self.raw):
            words.addWidget(part)
        self.column.addLayout(head)
        self.column.addLayout(middle, 1)
        self.column.addLayout(line)
        self.column.addLayout(words)
