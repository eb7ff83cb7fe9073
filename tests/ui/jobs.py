"""Jobs that are finished and signed on the simulated bench, for the pages that come after the run."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage

from fieldcal.bootstrap import make_demo, open_demo
from fieldcal.services.app import Services
from fieldcal.services.clock import DemoClock
from fieldcal.services.hands import NozzleHands, ScaleHands
from fieldcal.services.walk import Walker

TECH, CHECK, APPROVE = ("tech", "1111"), ("check", "2222"), ("approve", "3333")
HEAVY = Decimal("0.0012")  # relative error of a scale that fails


@cache
def _made() -> Path:
    place = Path(mkdtemp(prefix="fieldcal-demo-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    make_demo(place, DemoClock(1, jump=True))
    return place


def fresh(folder: Path) -> Path:
    """A demo workspace that nobody has worked in yet; made once for the process, and copied."""
    return shutil.copytree(_made(), folder, dirs_exist_ok=True)


def open_fast(folder: Path) -> Services:
    """A demo workspace whose waiting times pass at once."""
    clock = DemoClock(1, jump=True)
    return open_demo(fresh(folder), clock=clock, link_clock=clock.mono)


@contextmanager
def copied(workspace: Path, folder: Path) -> Iterator[Services]:
    """A copy of a workspace, open; what one test does to it the next doesn't see."""
    shutil.copytree(workspace, folder)
    clock = DemoClock(1, jump=True)
    services = open_demo(folder, clock=clock, link_clock=clock.mono)
    yield services
    services.close()


def good_scale(services: Services, instrument: str = "stall-01") -> str:
    return _scale(services, instrument)


def bad_scale(services: Services, instrument: str = "stall-02") -> str:
    pan = services.bench.scale
    kept, pan.error = pan.error, lambda load: load * HEAVY
    run = _scale(services, instrument)
    pan.error = kept
    return run


def good_nozzle(services: Services, instrument: str = "nozzle-1-1") -> str:
    walker = Walker(services, NozzleHands(services.bench.probes, 1), TECH[0])
    run = walker.start(instrument, "subsequent", instrument)
    walker.finish(run, TECH[1])
    return run


def issued(services: Services, run: str) -> str:
    """Checked and approved; the number of its paper."""
    services.certificates.check(run, *CHECK)
    return services.certificates.approve(run, *APPROVE).number


def picture(color: str) -> bytes:
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())


def _scale(services: Services, instrument: str) -> str:
    walker = Walker(services, ScaleHands(services.bench.scale), TECH[0])
    run = walker.start(instrument, "subsequent", instrument)
    at = services.runs.judgement(run).position
    assert at is not None
    for caption, color in (("铭牌", "#8a9a5b"), ("封印", "#5b6f9a")):
        services.runs.add_evidence(run, at.item, at.question, picture(color), "image/png", caption, TECH[0])
    walker.finish(run, TECH[1])
    return run
