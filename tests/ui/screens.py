"""Every page in both languages and three themes, as pictures to look at.

    python tests/ui/screens.py [folder]      (default build/screens)

Makes a demo workspace in a temporary folder, measures a few instruments on the simulated bench, walks through the pages
and saves <page>-<lang>-<theme>.png at 1366x768; the busiest pages also at 1024x768 as <page>1024-<lang>-<theme>.png.
"""

import os
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from fieldcal.services.hands import NozzleHands, ScaleHands
from fieldcal.services.walk import Walker
from fieldcal.ui import i18n
from fieldcal.ui.app import build, close
from fieldcal.ui.garbage import Garbage
from fieldcal.ui.i18n import LANGUAGES, set_language
from fieldcal.ui.runtime import inline
from fieldcal.ui.theme import NAMES, set_theme
from tests.ui import jobs, screens_bench

WIDE, NARROW = (1366, 768), (1024, 768)
SETTLE_S = 0.9  # a live reading is asked for five times a second


def sign_in(shell, who):
    shell.desk.services.sign_in(*who)
    shell.desk.enter()


def looks(app):
    for language in LANGUAGES:
        for theme in NAMES:
            set_language(language)
            set_theme(app, theme)
            yield f"{language}-{theme}"
    set_language("zh")
    set_theme(app, "light")


def settle(app, seconds):
    end = time.monotonic() + seconds
    while True:
        app.processEvents()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # as a running loop would
        if time.monotonic() > end:
            return
        time.sleep(0.01)


def shoot(app, shell, target, name, live=False, narrow=False):
    """One picture a look; a page with a live reading is given time for it."""
    for size, suffix in ((WIDE, ""), (NARROW, "1024"))[: 2 if narrow else 1]:
        shell.resize(*size)
        for look in looks(app):
            settle(app, SETTLE_S if live else 0.1)
            shell.grab().save(str(target / f"{name}{suffix}-{look}.png"))
    shell.resize(*WIDE)


def walk_to(walker, run, item, row):
    """Works as a technician until this row is due."""
    runs = walker.s.runs
    while (at := runs.judgement(run).position) is not None and (at.item, at.row) != (item, row):
        walker.step(run, at)


def weighing(services):
    """A scale in the middle of its loads, one reading struck."""
    walker = Walker(services, ScaleHands(services.bench.scale), "tech")
    run = walker.start("stall-05", "subsequent", "weighing")
    walk_to(walker, run, "weighing", 2)
    walker.step(run, services.runs.judgement(run).position)
    services.runs.reject(run, "weighing", 2, "砝码未放稳", "tech")
    walk_to(walker, run, "weighing", 4)
    return run


def unloaded(services):
    """At zero, where a scale that tracks zero has to be loaded with 10 e first."""
    walker = Walker(services, ScaleHands(services.bench.scale), "tech")
    run = walker.start("stall-10", "subsequent", "zero", {"zero_tracking": "yes"})
    walk_to(walker, run, "zero", 0)
    return run


def unmoved(app, shell):
    """One load taken, and nobody has placed the next: the technician is asked."""
    services, page = shell.desk.services, shell.desk.content("run")
    demo, services.demo = services.demo, False
    settle(app, 3)
    page.accept()
    settle(app, 2)
    services.demo = demo


def nozzle(services):
    walker = Walker(services, NozzleHands(services.bench.probes, 1), "tech")
    run = walker.start("nozzle-1-2", "subsequent", "nozzle")
    walk_to(walker, run, "flow", 2)
    return run


def prepare(services):
    """Two jobs issued, four that wait for the checker."""
    for make, name in ((jobs.good_scale, "stall-01"), (jobs.bad_scale, "stall-02")):
        jobs.issued(services, make(services, name))
    for name in ("stall-03", "stall-04", "stall-06"):
        jobs.good_scale(services, name)
    jobs.bad_scale(services, "stall-07")
    jobs.issued(services, jobs.good_nozzle(services))


def field(app, shell, target):
    services = shell.desk.services
    sign_in(shell, jobs.TECH)
    shoot(app, shell, target, "today")
    shell.go("site")
    shoot(app, shell, target, "site", narrow=True)
    shell.desk.start("stall-08", "subsequent")
    shoot(app, shell, target, "prepare")
    shell.desk.content("run").start()
    shoot(app, shell, target, "checklist")
    for name, make in (("run", weighing), ("run-zero", unloaded), ("nozzle", nozzle)):
        shell.desk.open_run(make(services))
        shoot(app, shell, target, name, live=True, narrow=True)
        if name == "run":
            unmoved(app, shell)
            shoot(app, shell, target, "run-unmoved", live=True, narrow=True)
    finished = jobs.good_scale(services, "stall-09")
    services.certificates.send_back(finished, "照片看不清", "check")
    shell.desk.open_run(finished)
    shoot(app, shell, target, "finish")
    shell.go("today")
    shoot(app, shell, target, "today-going", narrow=True)
    for name in ("devices", "delivery", "help"):
        shell.go(name)
        if name == "devices":
            shell.desk.content(name).read_once()
        shoot(app, shell, target, name)


def office(app, shell, target):
    shell.desk.leave()
    sign_in(shell, jobs.CHECK)
    shell.go("review")
    shoot(app, shell, target, "review", narrow=True)
    replay = shell.desk.content("review").view.replay
    frames = shell.desk.content("review").detail.played.frames
    replay.go(next(at for at, frame in enumerate(frames) if "S S" in frame.raw))
    shoot(app, shell, target, "review-replay", narrow=True)
    shell.desk.leave()
    sign_in(shell, jobs.APPROVE)
    shell.go("certificates")
    shoot(app, shell, target, "certificates", narrow=True)


@contextmanager
def stage(target, prepared=lambda _services: None):
    """(application, window) of a demo of its own, signed out; for pictures into `target`."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    i18n.be_strict()
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        services = jobs.open_fast(Path(folder) / "demo")
        prepared(services)
        shell = build(services, inline)
        shell.show()
        Garbage(shell)
        yield app, shell
        close(shell)
        services.close()


def folder_of_pictures():
    return Path(sys.argv[1] if len(sys.argv) > 1 else "build/screens")


def main(target):
    with stage(target, prepare) as (app, shell):
        shoot(app, shell, target, "signin")
        field(app, shell, target)
        office(app, shell, target)
    screens_bench.pictures(app, target, shoot, looks, settle)
    print(f"{len(list(target.glob('*.png')))} pictures in {target}")


if __name__ == "__main__":
    main(folder_of_pictures())
