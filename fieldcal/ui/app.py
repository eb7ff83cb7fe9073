"""The window of the program: pages by role, the way from one to the next, what the header says."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from fieldcal.services.faces import NONE, Faces
from fieldcal.ui import fonts
from fieldcal.ui.i18n import set_language, t
from fieldcal.ui.language import language as language_of
from fieldcal.ui.loop import close as close
from fieldcal.ui.loop import shown
from fieldcal.ui.opening import Open, Opening, unseen
from fieldcal.ui.pages import ASIDE, LATER, LOOKS, pages_for
from fieldcal.ui.runtime import Run, Runner
from fieldcal.ui.shell import Shell
from fieldcal.ui.theme import dress_forms, set_theme
from fieldcal.ui.views.later import Later
from fieldcal.ui.views.signin import SignInPage

if TYPE_CHECKING:
    from fieldcal.domain.events import PersonPut
    from fieldcal.services.app import Services
    from fieldcal.ui.fault import FaultBanner

STATUS_MS = 3000
SIZE = (1366, 768)


class Desk(QObject):
    """Joins the pages: who may see which, where a signal leads, what the header shows."""

    services: Services  # from `opened` on; before it nobody is in, and no page but the sign-in is made

    def __init__(self, services: Services | None, runner: Run, shell: Shell, faces: Faces = NONE) -> None:
        super().__init__(shell)
        self.runner, self.shell = runner, shell
        self._pages: dict[str, Any] = {}
        self._before = self._from = "today"  # where help leads back to; where a run was begun
        self._banner: FaultBanner | None = None
        self.signin = SignInPage(services, runner, faces)
        self.signin.signed_in.connect(self.enter)
        shell.person_pressed.connect(self.leave)
        shell.help_asked.connect(self.help)
        shell.moved.connect(self._moved)
        language_of.changed.connect(self.status)
        leave = QShortcut(QKeySequence("Ctrl+L"), shell)
        leave.activated.connect(self.leave)
        self._timer = QTimer(self)
        self._timer.setInterval(STATUS_MS)
        self._timer.timeout.connect(self.status)
        if services is not None:
            self._join(services)
        self._lock()

    def opened(self, services: Services) -> None:
        """The workspace is open and checked: from here on people can sign in."""
        self._join(services)
        self.complete()
        self.signin.opened(services)

    def complete(self) -> None:
        """What the first page does without: a filter on every event of the program, a style in Python."""
        from fieldcal.ui.scanner import Scanner

        app = QApplication.instance()
        assert isinstance(app, QApplication)
        dress_forms(app)
        self.shell.scanner = Scanner(app, self.scanned)  # type: ignore[attr-defined]

    def _join(self, services: Services) -> None:
        self.services = services
        self.shell.header.set_clock(services.ws.clock.now)
        self.shell.set_developer(services.ws.catalogue.developer_mode)
        self._timer.start()

    def fault(self, code: str) -> None:
        """Something failed that nobody caught."""
        from fieldcal.ui.fault import FaultBanner

        if self._banner is None:
            self._banner = FaultBanner(self.shell.stack)
        self._banner.tell(code)

    @property
    def person(self) -> PersonPut | None:
        """Who is signed in."""
        return self.services.person if hasattr(self, "services") else None

    def stop(self) -> None:
        """No look at the devices after this: the services are about to close."""
        self._timer.stop()

    # --- people ------------------------------------------------------------------------------------

    def enter(self) -> None:
        """The pages of the person who signed in; the first of them in front."""
        person = self.person
        if person is None:
            return
        names = pages_for(person.roles)
        aside = [*(other for name in names for other in ASIDE.get(name, [])), "help"]
        shown = [(name, *LOOKS[name], self.page(name)) for name in [*names, *aside]]
        shown.append(("signin", *LOOKS["signin"], self.signin))
        self.shell.set_bare(False)
        self.shell.set_pages(shown, hidden=(*aside, "signin"))
        self.shell.set_notice("shell.demo" if self.services.demo else "")
        self.shell.set_status(person=person.name)
        self.status()

    def leave(self) -> None:
        """Everything is on disk already, so nobody is asked."""
        if self.person is None:
            return
        self.services.sign_out()
        self._lock()

    def _lock(self) -> None:
        self.shell.set_bare(True)
        self.shell.set_pages([("signin", *LOOKS["signin"], self.signin)])

    # --- ways ---------------------------------------------------------------------------------------

    def page(self, name: str) -> QWidget:
        """The page as it stands in the frame."""
        if name not in self._pages:
            make = getattr(self, f"_make_{name}")
            self._pages[name] = Later(make) if name in LATER else make()
        return self._pages[name]

    def content(self, name: str) -> Any:
        """The page itself, made now if it was not yet."""
        page = self.page(name)
        return page.content() if isinstance(page, Later) else page

    def open_site(self, site: str, instrument: str = "") -> None:
        self.content("site").open(site, instrument)
        self.shell.go("site")
        self.shell.set_trail([t("shell.today"), self.services.ws.catalogue.sites[site].name])

    def open_run(self, run: str) -> None:
        self.shell.go("run")
        self.content("run").open(run)
        self._run_trail(self.services.runs.view(run).instrument)

    def start(self, instrument: str, kind: str) -> None:
        self.shell.go("run")
        self.content("run").prepare(instrument, kind)
        self._run_trail(instrument)

    def open_preview(self, procedure: str, sha256: str) -> None:
        self.content("preview").open(procedure, sha256)
        self.shell.go("preview")

    def home(self) -> None:
        person = self.person
        self.shell.go(pages_for(person.roles)[0] if person else "signin")

    def help(self) -> None:
        if self.person is None:
            return
        if self.shell.here() != "help":
            self._before = self.shell.here()
            self.shell.go("help")
        else:
            self.shell.go(self._before)

    def scanned(self, text: str) -> bool:
        """A badge at the sign-in, the code of a paper on its page, elsewhere the serial of an instrument."""
        if self.person is None:
            return self.signin.scanned(text)
        if self.shell.here() == "certificates" and self.content("certificates").scanned(text):
            return True
        from fieldcal.ui.models.site import by_serial

        found = by_serial(list(self.services.ws.catalogue.instruments.values()), text)
        if found is None or "technician" not in self.person.roles:
            self.shell.say(t("site.unknown_code", serial=text))
        else:
            self.open_site(found.site, found.id)
        return True

    # --- the header ---------------------------------------------------------------------------------

    def status(self) -> None:
        if self.person is None:
            return
        self.shell.set_developer(self.services.ws.catalogue.developer_mode)
        self.shell.set_status(device=device_line(list(self.services.devices.state())))
        self.runner(self.services.delivery.pending, self._set_waiting, lambda _error: None)

    def _set_waiting(self, count: int) -> None:
        words = t("shell.delivery_waiting", count=count) if count else t("shell.delivery_done")
        self.shell.set_status(delivery=words)
        self.shell.set_count("delivery", count)

    def _moved(self, name: str) -> None:
        if name != "help":
            self._before = name
        if name in ("today", "site", "lots"):
            self._from = name
        self.status()

    def _run_trail(self, instrument: str) -> None:
        found = self.services.ws.catalogue.instrument(instrument)
        site = self.services.ws.catalogue.sites.get(found.site)
        self.shell.set_trail([site.name if site else "", found.place])

    # --- pages, each made when it is first needed ------------------------------------------------------

    def _make_today(self) -> QWidget:
        from fieldcal.ui.views.today import TodayPage

        made = TodayPage(self.services, self.runner)
        made.run_wanted.connect(self.open_run)
        made.site_wanted.connect(self.open_site)
        return made

    def _make_site(self) -> QWidget:
        from fieldcal.ui.views.site import SitePage

        made = SitePage(self.services, self.runner)
        made.start_wanted.connect(self.start)
        made.run_wanted.connect(self.open_run)
        made.back.connect(self.home)
        made.said.connect(self.shell.say)
        made.lots_wanted.connect(lambda: self.shell.go("lots"))
        return made

    def _make_lots(self) -> QWidget:
        from fieldcal.ui.views.lots import LotsPage

        made = LotsPage(self.services, self.runner)
        made.start_wanted.connect(self.start)
        made.run_wanted.connect(self.open_run)
        made.changed.connect(self.status)
        made.said.connect(self.shell.say)
        made.back.connect(self.home)
        return made

    def _make_run(self) -> QWidget:
        from fieldcal.ui.views.run import RunPage

        made = RunPage(self.services, self.runner)  # type: ignore[arg-type]
        made.done.connect(self._run_done)
        return made

    def _run_done(self) -> None:
        self.status()
        self.shell.go("lots" if self._from == "lots" else "site" if self._pages.get("site") else "today")

    def _make_review(self) -> QWidget:
        from fieldcal.ui.views.review import ReviewPage

        made = ReviewPage(self.services, self.runner)
        made.changed.connect(self.status)
        made.said.connect(self.shell.say)
        made.back.connect(self.home)
        return made

    def _make_certificates(self) -> QWidget:
        from fieldcal.ui.views.certificates import CertificatesPage

        made = CertificatesPage(self.services, self.runner)
        made.changed.connect(self.status)
        made.said.connect(self.shell.say)
        made.back.connect(self.home)
        return made

    def _make_adoption(self) -> QWidget:
        from fieldcal.ui.views.adoption import AdoptionPage

        made = AdoptionPage(self.services, self.runner)
        made.said.connect(self.shell.say)
        made.back.connect(self.home)
        made.preview_wanted.connect(self.open_preview)
        return made

    def _make_preview(self) -> QWidget:
        from fieldcal.ui.views.preview import PreviewPage

        made = PreviewPage(self.services.previews, self.runner)
        made.back.connect(lambda: self.shell.go("adoption"))
        return made

    def _make_devices(self) -> QWidget:
        from fieldcal.ui.views.devices import DevicesPage

        made = DevicesPage(self.services, self.runner)
        made.changed.connect(lambda states: self.shell.set_status(device=device_line(states)))
        made.back.connect(self.home)
        made.said.connect(self.shell.say)
        return made

    def _make_delivery(self) -> QWidget:
        from fieldcal.ui.views.delivery import DeliveryPage

        made = DeliveryPage(self.services, self.runner)
        made.changed.connect(self.status)
        made.back.connect(self.home)
        return made

    def _make_help(self) -> QWidget:
        from fieldcal.ui.views.help import HelpPage

        made = HelpPage()
        made.back.connect(self.help)
        return made


def device_line(states: list[Any]) -> str:
    """What the header says of the devices: the first that is lost, else how many are linked."""
    from fieldcal.ui.models import devices as device_words

    lost = next((state for state in states if not state.linked), None)
    if lost is not None:
        return t("shell.device_lost", device=device_words.role(lost.role))
    return t("shell.devices_linked", count=len(states)) if states else t("shell.device_none")


def build(
    services: Services | None,
    runner: Run | None = None,
    language: str = "zh",
    theme: str = "light",
    faces: Faces = NONE,
) -> Shell:
    """The whole window, not shown yet, on the QApplication there is. `shell.desk` joins its pages.

    Without services it stands at the sign-in, with `faces`, until `shell.desk.opened` brings them. Without a
    runner it makes one of its own and closes it with the window.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    fonts.load()
    set_theme(app, theme, forms=services is not None)
    set_language(language)
    shell = Shell()
    own: Run = runner or Runner(shell)
    desk = Desk(services, own, shell, faces)
    shell.desk, shell.runner, shell.scanner = desk, own, None  # type: ignore[attr-defined]
    if services is not None:
        desk.complete()
    shell.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    shell.resize(*SIZE)
    return shell


def run_app(
    source: Services | Open,
    language: str = "zh",
    theme: str = "light",
    faces: Faces = NONE,
    failed: Callable[[Exception], object] = lambda _error: None,
) -> int:
    """Shows the window until it is closed; the exit code. The caller closes the services afterwards.

    A source that still has to be opened is opened on the worker, after the sign-in with `faces` was painted;
    `failed` is told when that cannot be done, and the window says so.
    """

    def made() -> Shell:
        shell = build(None if callable(source) else source, language=language, theme=theme, faces=faces)
        if callable(source):
            _open_later(source, shell, failed)
        return shell

    return shown(made)


def _open_later(source: Open, shell: Shell, failed: Callable[[Exception], object]) -> None:
    desk: Desk = shell.desk  # type: ignore[attr-defined]
    opening = Opening(source, shell.runner, desk.signin)  # type: ignore[attr-defined]
    opening.opened.connect(desk.opened)
    opening.failed.connect(failed)
    if unseen():
        opening.failed.connect(shell.close)


def display_missing() -> bool:
    """True where no window can be opened: Linux without X11 or Wayland, and no other platform asked for."""
    asked = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    return sys.platform.startswith("linux") and not asked
