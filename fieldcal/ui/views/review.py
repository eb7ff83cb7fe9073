"""Review: what waits for the checker or approver, exceptions first; one signature for all the clean ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldcal.domain.errors import DomainError
from fieldcal.domain.explained import Place
from fieldcal.services import identity
from fieldcal.ui.i18n import message, t
from fieldcal.ui.models import review as model
from fieldcal.ui.models import review_detail, review_replay
from fieldcal.ui.models.explain_browser import Browser
from fieldcal.ui.models.review import Job
from fieldcal.ui.models.review_detail import Detail
from fieldcal.ui.models.review_replay import Played
from fieldcal.ui.models.run_state import sentence
from fieldcal.ui.runtime import Run
from fieldcal.ui.shell import Page
from fieldcal.ui.touch import NARROW
from fieldcal.ui.views.explain_dialog import ask
from fieldcal.ui.views.review_detail import DetailView
from fieldcal.ui.views.review_dialogs import DraftDialog, PhotoDialog
from fieldcal.ui.views.review_list import JobList
from fieldcal.ui.views.run_dialogs import PinDialog, ReasonDialog
from fieldcal.ui.widgets.banner import Banner
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.empty_state import EmptyState, Progress
from fieldcal.ui.widgets.keys import Key
from fieldcal.ui.widgets.pdf_view import all_pages

if TYPE_CHECKING:
    from fieldcal.services.app import Services

REASONS = ("review.reason_reading", "review.reason_photo", "review.reason_plate")


class ReviewPage(Page):
    """`changed` after a signature, so that the header counts anew; `said` carries what is on disk now."""

    changed = Signal()
    said = Signal(str)
    back = Signal()

    def __init__(self, services: Services, runner: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._runner = services, runner
        self.jobs: list[Job] = []
        self.detail: Detail | None = None
        self._pictures: list[tuple[QPixmap, str]] = []
        self._batch: list[Job] = []
        self._batch_total, self._pin, self._busy = 0, "", False
        self._wanted = ""  # the run whose detail is asked for; a job for another one is not worth doing any more
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title, self.failed = label(role="heading"), Banner("fail")
        self.failed.hide()
        self.list, self.all, self.progress = JobList(), Button(kind="secondary", icon="sign"), Progress()
        self.view, self.empty = DetailView(), EmptyState("review")
        self.list.chosen.connect(self._chosen)
        self.list.doubleClicked.connect(lambda _index: self.sign())
        self.all.clicked.connect(self.sign_clean)
        self.progress.cancelled.connect(self._stop_batch)
        self.view.photos.opened.connect(self.show_photo)
        self.view.worst.pressed.connect(self.explain)
        self.view.record.table.tapped.connect(self.explain)
        self.view.replay.changed.connect(self.keys_changed)
        self._lay_out()

    # --- what the frame asks --------------------------------------------------------------------------

    def shown(self) -> None:
        self.refresh()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        self._runner(lambda: model.load(self._services), self._loaded, self._broke)

    def retranslate(self) -> None:
        self.detail = None
        self.empty.set(t("review.empty"), t("review.empty_hint"))
        self.refresh()

    def keys(self) -> list[Key]:
        job = self.job()
        free = job is not None and not self._busy
        clean = [one for one in self.jobs if one.clean]
        replay = self.view.replay
        signable = free and job is not None and not job.own
        return [
            Key("Up Down", t("common.select")),
            Key("Space", t("review.pause" if replay.playing else "review.play"), callback=replay.toggle, enabled=free),
            Key("F1", t("common.explain"), callback=self.explain, enabled=free and self.detail is not None),
            Key("F2", t("review.photos"), callback=self.show_photo, enabled=free and bool(self._pictures)),
            Key("F3", t("review.draft"), callback=self.show_draft, enabled=free),
            Key("F4", t("review.send_back"), callback=self.send_back, enabled=signable),
            Key("F7", t("review.sign_clean", count=len(clean)), callback=self.sign_clean, enabled=free and bool(clean)),
            Key("Esc", t("common.back"), callback=self.back.emit),
            Key("Right", t("review.step"), callback=replay.step_on, enabled=free),
            Key("Left", t("review.step_back"), callback=replay.step_back, enabled=free),
            Key("F9", t("review.speed", speed=f"{replay.speed}×"), callback=replay.faster, enabled=free),
            Key("Return", self._sign_word(), callback=self.sign, primary=True, enabled=signable),
        ]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pages = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}.get(Qt.Key(event.key()))
        if pages is None:
            super().keyPressEvent(event)
        else:
            self.view.record.table.turn(pages)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._left.setFixedWidth(440 if self.width() >= NARROW - 88 else 344)

    def job(self) -> Job | None:
        run = self.list.choice()
        return next((job for job in self.jobs if job.run == run), None)

    # --- what can be done ------------------------------------------------------------------------------

    def sign(self) -> None:
        """Checks or approves the job in hand; a wrong PIN keeps the question open."""
        job = self.job()
        if job is None or job.own or self._busy:
            return
        title = t("review.pin_check" if job.step == "check" else "review.pin_approve", place=job.title)
        self._ask_pin(title, lambda pin: self._start([job], pin))

    def sign_clean(self) -> None:
        """One PIN for every clean job; a flagged one never joins them."""
        clean = [job for job in self.jobs if job.clean]
        if clean and not self._busy:
            self._ask_pin(t("review.pin_clean", count=len(clean)), lambda pin: self._start(clean, pin))

    def send_back(self) -> None:
        job, person = self.job(), self._services.person
        if job is None or person is None or job.own or self._busy:
            return
        title, ready = t("review.send_back_title", place=job.title), [t(key) for key in REASONS]
        asked = ReasonDialog(title, t("review.send_back_text"), t("review.send_back"), ready, parent=self)
        if asked.exec() != QDialog.DialogCode.Accepted:
            return
        put = lambda: self._services.certificates.send_back(job.run, asked.reason, person.id)  # noqa: E731
        self._runner(put, lambda _none: self._finished(t("review.returned", place=job.title)), self._broke)

    def show_draft(self) -> None:
        job = self.job()
        if job is not None:
            self._runner(lambda: all_pages(self._services.certificates.draft(job.run)), self._open_draft, self._broke)

    def explain(self, place: Place | None = None) -> None:
        """A number of the record: the one that was tapped, else the worst."""
        if self.detail is not None:
            ask(Browser(self._services, self.detail.job.run, place or self.detail.looked), self._runner, self)

    def show_photo(self, at: int = 0) -> None:
        if self._pictures:
            PhotoDialog(self._pictures, at, self).exec()

    # --- signing ---------------------------------------------------------------------------------------

    def _ask_pin(self, title: str, put: Any) -> None:
        person = self._services.person
        if person is None:
            return
        hint = self._services.demo_pins().get(person.id, "")
        hint = t("signin.demo_pin", pin=hint) if hint else ""
        check = lambda pin: "" if identity.knows(person, pin) else message("wrong-pin")  # noqa: E731
        asked = PinDialog(title, t("review.pin_text", person=person.name), check, hint, self)
        if asked.exec() == QDialog.DialogCode.Accepted:
            put(asked.pin)

    def _start(self, jobs: list[Job], pin: str) -> None:
        self._batch, self._batch_total, self._pin, self._busy = [*jobs], len(jobs), pin, True
        self.failed.hide()
        self._next("")

    def _next(self, said: str) -> None:
        """One job after another, so that the window lives and the count is true."""
        done = self._batch_total - len(self._batch)
        if not self._batch:
            self._pin, self._busy = "", False
            self._finished(said if self._batch_total == 1 else t("review.batch", done=done))
            return
        job, pin = self._batch.pop(0), self._pin
        self._show_progress(done)
        self._runner(lambda: self._put(job, pin), self._next, self._broke)

    def _put(self, job: Job, pin: str) -> str:
        person = self._services.person
        assert person is not None
        if job.step == "check":
            self._services.certificates.check(job.run, person.id, pin)
            return t("review.checked", place=job.title)
        issued = self._services.certificates.approve(job.run, person.id, pin)
        return t("review.issued", place=job.title, number=issued.number)

    def _stop_batch(self) -> None:
        self._batch = []

    def _finished(self, said: str) -> None:
        if said:
            self.said.emit(said)
        self.changed.emit()
        self.refresh()

    def _broke(self, error: Exception) -> None:
        self._batch, self._pin, self._busy = [], "", False
        words = sentence(error) if isinstance(error, DomainError) else str(error)
        self.failed.set(t("review.failed"), words)
        self.failed.show()
        self.refresh_list()

    # --- showing ---------------------------------------------------------------------------------------

    def _loaded(self, jobs: list[Job]) -> None:
        self.jobs = jobs
        self.refresh_list()
        if self.job() is None:
            self.detail = None

    def refresh_list(self) -> None:
        clean = [job for job in self.jobs if job.clean]
        self._title.setText(t("review.waiting", count=len(self.jobs)))
        self.list.set_jobs(self.jobs, t("review.look"), t("review.clean"))
        self.all.setText(t("review.sign_clean", count=len(clean)))
        self.all.setVisible(bool(clean) and not self._busy)
        self.progress.setVisible(self._busy)
        self._stack.setCurrentWidget(self.empty if not self.jobs else self._both)
        self.keys_changed.emit()

    def _show_progress(self, done: int) -> None:
        self.progress.set(done, self._batch_total, t("review.signing"))
        self.refresh_list()

    def _sign_word(self) -> str:
        job = self.job()
        if job is None or job.step == "check":
            return t("review.check")
        return t("review.notice" if job.kind in ("fail",) else "review.approve")

    def _chosen(self, run: str) -> None:
        job = next((one for one in self.jobs if one.run == run), None)
        self._wanted = run
        if job is not None and (self.detail is None or self.detail.job != job):
            self._runner(lambda: self._read(job), self._show_detail, self._broke)
        self.keys_changed.emit()

    def _read(self, job: Job) -> tuple[Detail, list[tuple[bytes, str]]] | None:
        if job.run != self._wanted:  # the list went on before its turn came
            return None
        detail = review_detail.load(self._services, job)
        return detail, [(self._services.ws.blobs.get(p.sha256).data, p.caption) for p in detail.photos]

    def _show_detail(self, read: tuple[Detail, list[tuple[bytes, str]]] | None) -> None:
        if read is None:
            return
        self.detail, photos = read
        run = self.detail.job.run
        images = [(QImage.fromData(data), caption) for data, caption in photos]
        self._pictures = [(QPixmap.fromImage(image), caption) for image, caption in images if not image.isNull()]
        self.view.set(self.detail, self._pictures)
        self._runner(lambda: self._replayed(run), self._show_replay, self._broke)
        self.keys_changed.emit()

    def _replayed(self, run: str) -> tuple[str, Played] | None:
        return (run, review_replay.replayed(self._services, run)) if run == self._wanted else None

    def _show_replay(self, found: tuple[str, Played] | None) -> None:
        if found is not None and self.detail is not None and self.detail.job.run == found[0]:
            self.detail = replace(self.detail, played=found[1])
            self.view.replay.update_with(found[1])

    def _open_draft(self, pages: list[QImage]) -> None:
        DraftDialog(t("review.draft_title"), pages, self).exec()

    def _lay_out(self) -> None:
        self._left = Box("rail", 0, 12)
        self._left.column.setContentsMargins(24, 20, 24, 16)
        for part in (self._title, self.failed):
            self._left.column.addWidget(part)
        self._left.column.addWidget(self.list, 1)
        for part in (self.progress, self.all):
            self._left.column.addWidget(part)
        self.all.setMinimumHeight(56)
        self._both, self._stack = QWidget(), QStackedWidget()
        row = QHBoxLayout(self._both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left)
        row.addWidget(self.view, 1)
        self._stack.addWidget(self._both)
        self._stack.addWidget(self.empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
