"""Every page in both languages and three themes, as pictures to look at.

    python tests/ui/screens.py [folder]      (default build/screens)

Makes a demo workspace in a temporary folder, walks through the pages and saves <page>-<lang>-<theme>.png
at 1366x768; the run also at 1024x768 as run1024-<lang>-<theme>.png.
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtWidgets import QApplication

from fieldcal.bootstrap import open_demo
from fieldcal.ui import i18n
from fieldcal.ui.app import build, close
from fieldcal.ui.i18n import LANGUAGES, set_language
from fieldcal.ui.runtime import inline
from fieldcal.ui.theme import NAMES, set_theme

FIELD = ("today", "site", "run", "devices", "delivery", "help")
OFFICE = ("review", "certificates")


def sign_in(shell, role):
    services = shell.desk.services
    person = next(p for p in services.ws.catalogue.people.values() if role in p.roles)
    services.sign_in(person.id, services.demo_pins()[person.id])
    shell.desk.enter()


def take(app, shell, target, name):
    for _ in range(3):
        app.processEvents()
    shell.grab().save(str(target / f"{name}.png"))


def all_looks(app, shell, target, page):
    for language in LANGUAGES:
        for theme in NAMES:
            set_language(language)
            set_theme(app, theme)
            yield f"{page}-{language}-{theme}"
    set_language("zh")
    set_theme(app, "light")


def shoot(app, shell, target, page):
    for name in all_looks(app, shell, target, page):
        if page == "devices":
            shell.page("devices").read_once()
        take(app, shell, target, name)


def begin_run(shell):
    """A run as it looks at the first stall: opened and waiting for its first reading."""
    site = shell.page("site")
    shell.go("site")
    site.act()


def main(target):
    app = QApplication(sys.argv[:1])
    i18n.be_strict()
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        services = open_demo(Path(folder) / "demo")
        shell = build(services, inline)
        shell.show()
        shoot(app, shell, target, "signin")
        sign_in(shell, "technician")
        shoot(app, shell, target, "today")
        begin_run(shell)
        shoot(app, shell, target, "run")
        shell.resize(1024, 768)
        shoot(app, shell, target, "run1024")
        shell.resize(1366, 768)
        for page in FIELD[:2] + FIELD[3:]:
            shell.go(page)
            shoot(app, shell, target, page if page != "today" else "today-going")
        shell.desk.leave()
        sign_in(shell, "checker")
        for page in OFFICE:
            shell.go(page)
            shoot(app, shell, target, page)
        close(shell)
        services.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/screens"))
