"""One lot: its sample with the runs at the left; what is known of it, or its paper once it has one, at the right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QStackedWidget, QWidget

from fieldcal.domain.lot import name_of
from fieldcal.services import identity
from fieldcal.services.lots import Member
from fieldcal.ui.i18n import message, t
from fieldcal.ui.models import lots as model
from fieldcal.ui.runtime import Run
from fieldcal.ui.views.certificates_jobs import print_pages
from fieldcal.ui.views.lots_parts import DrawQuestion, LotCard
from fieldcal.ui.views.run_dialogs import PinDialog, ReasonDialog
from fieldcal.ui.widgets.basic import Box
from fieldcal.ui.widgets.empty_state import EmptyState
from fieldcal.ui.widgets.keys import Key
from fieldcal.ui.widgets.pdf_view import PdfView, all_pages
from fieldcal.ui.widgets.rows import RowList

if TYPE_CHECKING:
    from fieldcal.services.app import Services


class OneLot(QWidget):
    """`changed`: another of the sample was chosen, or the paper is there. `wanted` carries a write and what to do when
    the journal has it, `stepped` the lot that was written, `broke` what was not done."""

    start_wanted = Signal(str, str)
    run_wanted = Signal(str)
    left = Signal()
    wanted = Signal(object, object)
    stepped = Signal(str)
    changed = Signal()
    said = Signal(str)
    broke = Signal(Exception)

    def __init__(self, services: Services, runner: Run) -> None:
        super().__init__()
        self._services, self._runner = services, runner
        self.sight: model.Sight | None = None
        self._paper: tuple[str, bytes] = ("", b"")
        self.question: QDialog | None = None
        self.sample, self.card, self.paper = RowList(64), LotCard(), PdfView(whole=False)
        self.paper.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sample.chosen.connect(lambda _name: self.changed.emit())
        self._undrawn = EmptyState("lots")
        self._lay_out()

    def show_sight(self, sight: model.Sight) -> None:
        fresh = self.sight is None or not self.sight.members or self.sight.view.stream != sight.view.stream
        self.sight = sight
        self.retranslate()
        if sight.members and (fresh or self.sample.choice() is None):
            open_one = next((one.serial for one in sight.members if one.result is None), sight.members[0].serial)
            self.sample.choose(open_one)
        if sight.view.paper and not self.pdf:
            self._read(sight.view.stream)

    def picked(self) -> Member | None:
        name = self.sample.choice()
        members = self.sight.members if self.sight else []
        return next((member for member in members if member.serial == name), None)

    def retranslate(self) -> None:
        sight = self.sight
        if sight is None:
            return
        self.sample.set_rows([model.member_row(sight, one) for one in sight.members])
        self._samples.setCurrentWidget(self.sample if sight.members else self._undrawn)
        self._undrawn.set(t("lots.undrawn"), "" if sight.view.abandoned else t("lots.undrawn_text"))
        self.card.show_sight(sight, {one.id: one.name for one in self._services.ws.catalogue.people.values()})
        self._right.setCurrentWidget(self.paper if self.pdf else self.card)

    def set_narrow(self, narrow: bool) -> None:
        self._right.setFixedWidth(480 if narrow else 640)

    # --- what can be done -------------------------------------------------------------------------------

    def keys(self) -> list[Key]:
        """What can be done now; the way back last but for the primary one."""
        sight, member = self.sight, self.picked()
        state, works = sight.state if sight else "", model.may_work(self._services)
        judges = model.may_judge(self._services)
        drops = works if state == "open" else judges and state == "drawn"
        found = [Key("Up Down", t("common.select"))]
        if state == "drawn" and works:
            may = member is not None and model.replaceable(member)
            found.append(Key("F4", t("lots.replace"), None, self.ask_replace, enabled=may))
        if drops:
            found.append(Key("Del", t("lots.abandon"), None, self.ask_abandon))
        if state in ("accepted", "rejected"):
            found += [
                Key("F7", t("lots.save"), None, self.save, enabled=bool(self.pdf)),
                Key("F3", t("certificates.zoom"), None, self.zoom, enabled=bool(self.pdf)),
                Key("PgUp", t("lots.paper_up"), None, lambda: self.turn(-1)),
                Key("PgDown", t("lots.paper_down"), None, lambda: self.turn(1)),
            ]
        found.append(Key("Esc", t("common.back"), None, self.left.emit))
        if primary := self._primary(state, works, judges, member):
            found.append(primary)
        return found

    def _primary(self, state: str, works: bool, judges: bool, member: Member | None) -> Key | None:
        if state in ("accepted", "rejected"):
            return Key("Return", t("common.print"), "print", self.act, enabled=bool(self.pdf), primary=True)
        if state == "open" and works:
            return Key("Return", t("lots.draw"), None, self.act, primary=True)
        if state != "drawn":
            return None
        if judges and (not works or (self.sight is not None and self.sight.complete)):
            ready = self.sight is not None and self.sight.complete
            return Key("Return", t("lots.judge"), "sign", self.act, enabled=ready, primary=True)
        if not works:
            return None
        going = member is not None and model.open_run(member) is not None
        may = going or (member is not None and model.startable(member))
        return Key("Return", t("site.go_on" if going else "site.start"), None, self.act, enabled=may, primary=True)

    def act(self) -> None:
        """Enter: takes the lot one step further, or prints its paper."""
        sight = self.sight
        if sight is None:
            return
        works, judges = model.may_work(self._services), model.may_judge(self._services)
        if sight.view.judged:
            self.print()
        elif sight.state == "open" and works:
            self.ask_draw()
        elif sight.state == "drawn" and judges and sight.complete:
            self.ask_judge()
        else:
            self.work()

    def work(self) -> None:
        """Starts the run of the instrument in hand, or goes on with it."""
        sight, member = self.sight, self.picked()
        if sight is None or member is None or sight.state != "drawn" or not model.may_work(self._services):
            return
        if (run := model.open_run(member)) is not None:
            self.run_wanted.emit(run.stream)
        elif model.startable(member):
            self.start_wanted.emit(member.instrument, sight.view.lot.kind)

    def ask_draw(self) -> None:
        if self.sight is None:
            return
        lot = self.sight.view.lot
        text = t("lots.draw_text", sample=lot.sample, count=len(lot.serials))
        asked = self._asked(DrawQuestion(text, self))
        if asked.exec() == QDialog.DialogCode.Accepted:
            self._do(lambda lots, name, actor, seed=asked.seed: lots.draw(name, actor, seed), t("lots.drawn"))

    def ask_replace(self) -> None:
        member = self.picked()
        if member is None:
            return
        ready = [t("lots.reason_broken"), t("lots.reason_missing")]
        title, text = t("lots.replace_ask", serial=member.serial), t("lots.replace_text")
        asked = self._asked(ReasonDialog(title, text, t("lots.replace"), ready, "primary", self))
        if asked.exec() == QDialog.DialogCode.Accepted:
            self._do(lambda lots, name, actor, why=asked.reason: lots.replace(name, member.serial, why, actor),
                     t("lots.replaced", serial=member.serial))  # fmt: skip

    def ask_abandon(self) -> None:
        if self.sight is None:
            return
        title = t("lots.abandon_ask", name=name_of(self.sight.view.stream))
        asked = self._asked(ReasonDialog(title, t("lots.abandon_text"), t("lots.abandon"), parent=self))
        if asked.exec() == QDialog.DialogCode.Accepted:
            self._do(lambda lots, name, actor, why=asked.reason: lots.abandon(name, why, actor), t("lots.abandoned"))

    def ask_judge(self) -> None:
        person, sight = self._services.person, self.sight
        if person is None or sight is None:
            return
        pin = self._services.demo_pins().get(person.id, "")
        hint = t("signin.demo_pin", pin=pin) if pin else ""
        check = lambda pin: "" if identity.knows(person, pin) else message("wrong-pin")  # noqa: E731
        title = t("lots.judge_ask", name=name_of(sight.view.stream))
        asked = self._asked(PinDialog(title, model.outlook(sight), check, hint, self))
        if asked.exec() == QDialog.DialogCode.Accepted:
            self._do(lambda lots, name, actor, pin=asked.pin: lots.judge(name, actor, pin), t("lots.judged"))

    def _asked(self, asked: Any) -> Any:
        self.question = asked
        return asked

    def _do(self, work: Callable[[Any, str, str], object], said: str) -> None:
        """One step of the lot in front. What is shown and said comes after the journal has it."""
        assert self.sight is not None
        name, person = self.sight.view.stream, self._services.person
        actor = person.id if person else ""

        def done(_made: object) -> None:
            self.said.emit(said)
            self.stepped.emit(name)

        self.wanted.emit(lambda: work(model.of(self._services), name, actor), done)

    # --- its paper --------------------------------------------------------------------------------------

    @property
    def pdf(self) -> bytes:
        """Of the lot in front, b"" until it is read."""
        name, data = self._paper
        return data if self.sight is not None and name == self.sight.view.stream else b""

    def save(self, path: str = "") -> None:
        """Asks where, unless it is handed in."""
        data = self.pdf
        if self.sight is None or not data:
            return
        name = str(Path.home() / f"{name_of(self.sight.view.stream)}.pdf")
        chosen = path or QFileDialog.getSaveFileName(self, t("lots.save"), name, "PDF (*.pdf)")[0]
        if chosen:
            done = lambda _size: self.said.emit(t("explain.saved", name=Path(chosen).name))  # noqa: E731
            self._runner(lambda: Path(chosen).write_bytes(data), done, self.broke.emit)

    def print(self) -> None:
        if data := self.pdf:
            done = lambda _none: self.said.emit(t("explain.printed"))  # noqa: E731
            print_pages(data, self, self._runner, done, self.broke.emit)

    def zoom(self) -> None:
        """The whole page, or as wide as there is room."""
        self.paper.set_whole(not self.paper.whole)

    def turn(self, by: int) -> None:
        bar = self.paper.verticalScrollBar()
        bar.setValue(bar.value() + by * bar.pageStep())

    def _read(self, name: str) -> None:
        def work() -> tuple[str, bytes, list[QImage]]:
            data = model.of(self._services).paper(name)
            return name, data, all_pages(data)

        self._runner(work, self._arrived, self.broke.emit)

    def _arrived(self, read: tuple[str, bytes, list[QImage]]) -> None:
        name, data, images = read
        self._paper = name, data
        self.paper.set_pages(images)
        self.retranslate()
        self.changed.emit()

    def _lay_out(self) -> None:
        self._right, self._samples = QStackedWidget(), QStackedWidget()
        for part in (self.sample, self._undrawn):
            self._samples.addWidget(part)
        for part in (self.card, self.paper):
            self._right.addWidget(part)
        box = Box("card", 8, 0)
        box.column.addWidget(self._samples, 1)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(16)
        both.addWidget(box, 1)
        both.addWidget(self._right)
