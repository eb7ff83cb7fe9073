"""A procedure file as its technicians will meet it: their run page, simulated instruments, nothing recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldcal.services.preview import File, Opened, Previews, Result, Stage, Take
from fieldcal.ui import theme
from fieldcal.ui.i18n import explain, t
from fieldcal.ui.models import preview as model
from fieldcal.ui.models.preview_play import Autoplay
from fieldcal.ui.runtime import Run
from fieldcal.ui.shell import Page
from fieldcal.ui.views.preview_parts import Ending, Faults, Outline
from fieldcal.ui.views.run import RunPage
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.empty_state import EmptyState
from fieldcal.ui.widgets.key_strip import KeyStrip
from fieldcal.ui.widgets.keys import Key
from fieldcal.ui.widgets.pdf_view import all_pages
from fieldcal.ui.widgets.rows import RowList

if TYPE_CHECKING:
    from fieldcal.domain.judge import Judgement

SLIM = 22  # px: the page of the technician keeps the height that it has without a preview
ROOM = 1080  # px of the page above which the outline finds room beside the run


class PreviewPage(Page):
    """`back` from the list of files. Everything but the widgets of the page lies on the stage."""

    back = Signal()
    own_head = True  # the devices and the clock of the laboratory have nothing to do with it

    def __init__(self, previews: Previews, runner: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._previews, self._runner = previews, runner
        self.files: list[File] = []
        self.opened: Opened | None = None
        self.take: Take | None = None
        self.result: Result | None = None
        self.run: RunPage | None = None
        self.auto: Autoplay | None = None
        self._stage: Stage | None = None
        self._outlined: bool | None = None  # None: where there is room
        self._busy = False
        self.bar, self.controls = label(role="bar"), KeyStrip(slim=True)
        self.bar.setProperty("slim", "true")
        self.bar.setFixedHeight(SLIM)
        self.bar.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.failed, self.list, self.waits = Banner("warn"), RowList(64), EmptyState("eye")
        self.outline, self.faults, self.ending = Outline(), Faults(), Ending()
        self._lay_out()
        self.list.opened.connect(self._open_row)
        self.list.chosen.connect(lambda _row: self.keys_changed.emit())
        self.outline.kind_chosen.connect(self.start_over)
        self.outline.item_chosen.connect(self._look)
        self.ending.paper_chosen.connect(self._paper)
        theme.signals.changed.connect(self._themed)

    # --- the files ---------------------------------------------------------------------------------

    def shown(self) -> None:
        if self.opened is None and not self._busy:
            self.browse()
        elif self.run is not None and self._here() is self._work:
            self.run.shown()

    def browse(self) -> None:
        """The files there are."""
        self._leave()
        self._say("")
        self._do(self._previews.files, self._listed)

    def _listed(self, files: list[File]) -> None:
        self.files = files
        self.list.set_rows([model.file_row(at, file) for at, file in enumerate(files)])
        if files and self.list.choice() is None:
            self.list.choose("0")
        self._turn(self._files)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_row(self, row: str = "") -> None:
        row = row or self.list.choice() or ""
        if row:
            self.open_file(self.files[int(row)])

    def open(self, name: str, sha256: str = "") -> None:
        """By path or id, the adopted revision with this hash if there is one."""
        self._say("")
        self._leave()
        self._do(lambda: self._previews.find(name, sha256), self.open_file)

    def open_file(self, file: File) -> None:
        self._leave()
        self._load(file, lambda stage, opened: stage.begin(opened))

    def read_again(self) -> None:
        """After the author changed it; the place is kept."""
        if self.opened is None:
            return
        take = self.take
        if take is None:
            self._load(self.opened.file, lambda stage, opened: stage.begin(opened))
        else:
            self._load(self.opened.file, lambda stage, opened: stage.carry(take, opened))

    def start_over(self, kind: str = "") -> None:
        """Another run of the same file from its nameplate on."""
        opened, chosen = self.opened, kind or (self.take.kind if self.take else "")
        if opened is not None and opened.compiled is not None:
            self._do(lambda: (self._previews.stage(), opened, self._previews.stage().begin(opened, chosen)), self._set)

    def _load(self, file: File, make: Callable[[Stage, Opened], Take]) -> None:
        def work() -> tuple[Stage | None, Opened, Take | None]:
            opened = self._previews.read(file)
            if opened.faults:
                return None, opened, None
            stage = self._previews.stage()
            return stage, opened, make(stage, opened)

        self._do(work, self._set)

    def _set(self, made: tuple[Stage | None, Opened, Take | None]) -> None:
        stage, self.opened, take = made
        self._say("")
        if stage is None or take is None:
            self.faults.set(self.opened.faults)
            self._turn(self.faults)
            return
        self.take, self.result = take, None
        run, auto = self._desk(stage)
        auto.begin(take)
        run.open(take.run)
        self._turn(self._work)
        self._show()

    def _desk(self, stage: Stage) -> tuple[RunPage, Autoplay]:
        """The page of the technician, on the stage: made once."""
        if self.run is None or self.auto is None or self._stage is not stage:
            self._stage = stage
            self.run = RunPage(stage.services, self._runner)
            self.auto = Autoplay(stage, self.run.model, self.run.form.values, self._runner)
            self.run.retranslate()
            self._row.addWidget(self.run, 1)
            self.run.keys_changed.connect(self.keys_changed)
            self.run.model.changed.connect(self._show)
            self.run.done.connect(self._done)
            self.auto.changed.connect(self._show)
            self.auto.said.connect(self._say)
            self.auto.ended.connect(self._ended)
        return self.run, self.auto

    # --- what the keys do ----------------------------------------------------------------------------

    def keys(self) -> list[Key]:
        here, back = self._here(), Key("Esc", t("common.back"), callback=self.browse)
        if here is self._work and self.run is not None:
            return self.run.keys()
        if here is self._files:
            one = self.list.choice() is not None
            return [
                Key("Up Down", t("common.select")),
                Key("Esc", t("common.back"), callback=self.back.emit),
                Key("Return", t("preview.open"), None, self._open_row, enabled=one, primary=True),
            ]
        return [back]

    def _control_keys(self) -> list[Key]:
        again = Key("Ctrl+R", t("preview.read_again"), None, self.read_again)
        auto, here = self.auto, self._here()
        if auto is None or here is not self._work:
            over = Key("Ctrl+N", t("preview.start_over"), None, self.start_over, enabled=here is self.ending)
            return [again] if here is self.faults else [again, over]
        idle = not auto.busy and not auto.playing
        working = idle and self.run is not None and self.run.model.phase == "work"
        play = Key("F9", t("preview.pause" if auto.playing else "preview.play"), None, self._play)
        return [
            Key("F7", t("preview.step"), None, self._step, enabled=idle),
            play,
            Key("F10", t("preview.fail"), None, self._fail, enabled=working),
            Key("F11", t("preview.borderline"), None, self._borderline, enabled=working),
            again,
            Key("Ctrl+N", t("preview.start_over"), None, self.start_over),
            Key("Ctrl+O", t("preview.outline"), None, self.toggle_outline),
            Key("Ctrl+T", t(f"preview.speed_{auto.speed}"), None, auto.faster),
        ]

    def _play(self) -> None:
        self._act(lambda auto: (auto.pause if auto.playing else auto.play)())

    def _step(self) -> None:
        self._act(Autoplay.step)

    def _fail(self) -> None:
        self._act(lambda auto: auto.bend("fail"))

    def _borderline(self) -> None:
        self._act(lambda auto: auto.bend("borderline"))

    def _act(self, what: Callable[[Autoplay], object]) -> None:
        """What was said of the step before does not outlive it."""
        self._say("")
        if self.auto is not None:
            what(self.auto)

    def toggle_outline(self) -> None:
        self._outlined = self.outline.isHidden()
        self._fit()

    def _look(self, item: str) -> None:
        if self.run is not None:
            self.run.columns.steps.chosen.emit(item)

    def _done(self) -> None:
        """The technician went, or signed by hand: then the office signs, too."""
        if self.auto is None or self.take is None or self._here() is not self._work or self._stage is None:
            return
        if self._stage.services.runs.view(self.take.run).state == "signed":
            self.auto.finish()
        else:
            self.browse()

    # --- how it ends ---------------------------------------------------------------------------------

    def _ended(self, result: Result) -> None:
        self.result = result
        self._say("")
        self._show_ending()
        self._turn(self.ending)
        self._paper(self.ending.papers.choice() or "")

    def _show_ending(self) -> None:
        if self.take is not None and self.result is not None and self._stage is not None:
            judged = self._stage.services.runs.judgement(self.take.run)
            self.ending.set(self.take.compiled, judged, self.result)

    def _paper(self, kind: str) -> None:
        if self.result is not None and kind in self.result.papers:
            pdf = self.result.papers[kind]
            self._runner(lambda: all_pages(pdf), self.ending.show_paper, lambda error: self._say(explain(error)))

    # --- what is shown ---------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.waits.set(t("preview.wait"), t("preview.wait_text"))
        if self.run is not None:
            self.run.retranslate()
        if self.opened is not None and self._here() is self.faults:
            self.faults.set(self.opened.faults)
        self.list.set_rows([model.file_row(at, file) for at, file in enumerate(self.files)])
        self._show_ending()
        self.controls.refresh()
        self._show()

    def _show(self) -> None:
        name = model.name_of(self.opened.file) if self.opened else ""
        self.bar.setText(t("preview.bar_file", file=name) if name else t("preview.bar"))
        self.controls.setVisible(self._here() not in (self._files, self.waits))
        self.controls.set_keys(self._control_keys())
        if self.take is not None and self.run is not None and self.run.model.run == self.take.run:
            at, judged = self.run.model.at, self._judged()
            self.outline.set(self.take.compiled, self.take.kind, judged, at.item if at else "")
        self._fit()
        self.keys_changed.emit()

    def _themed(self, _name: str) -> None:
        self.controls.refresh()

    def _judged(self) -> Judgement | None:
        return self.run.model.judged if self.run is not None else None

    def _here(self) -> QWidget | None:
        return self._pages.currentWidget()

    def _turn(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self._show()

    def _say(self, sentence: str) -> None:
        self.failed.set(sentence)
        self.failed.setVisible(bool(sentence))

    def _leave(self) -> None:
        """The run on the stage is left where it stands; nobody will look for it."""
        if self.auto is not None:
            self.auto.pause()
            self.auto.take = None
        if self.run is not None:
            self.run.model.reader.watch(None)
        self.opened = self.take = self.result = None

    def stop(self) -> None:
        """Nothing is played or read any more: the stage is about to go."""
        self._leave()

    def _do(self, work: Callable[[], object], done: Callable[..., None]) -> None:
        """On the worker: reading a file, making the stage, beginning a run."""
        self._busy = True
        if self.take is None:
            self._turn(self.waits)

        def ok(made: object) -> None:
            self._busy = False
            done(made)

        self._runner(work, ok, self._broke)

    def _broke(self, error: Exception) -> None:
        self._busy = False
        if self.opened is None:
            self._turn(self._files)
        self._say(explain(error))

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing plays on where nobody looks."""
        if self.auto is not None and self.auto.playing:
            self.auto.pause()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() >= ROOM
        outlined = room if self._outlined is None else self._outlined
        self.outline.set_wide(not room)
        self.outline.setVisible(outlined)
        if self.run is not None and self.run.isHidden() is (room or not outlined):
            self.run.setVisible(room or not outlined)
            if room or not outlined:
                self.run.model.reload()  # it stops reading its instruments while it is hidden

    def _lay_out(self) -> None:
        self.failed.hide()
        self._work = QWidget()
        self._row = QHBoxLayout(self._work)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.outline)
        self._pages = QStackedWidget()
        self._files, card = QWidget(), Box("card", 8, 0)
        card.column.addWidget(self.list)
        around = QVBoxLayout(self._files)
        around.setContentsMargins(24, 16, 24, 16)
        around.addWidget(card)
        for part in (self.waits, self._files, self.faults, self._work, self.ending):
            self._pages.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.bar, self.controls, self.failed):
            column.addWidget(part)
        column.addWidget(self._pages, 1)
