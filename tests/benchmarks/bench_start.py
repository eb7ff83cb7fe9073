"""From starting Python to the sign-in with its people's tiles painted, against a bare window; memory at that moment.

Ours is `fieldcal demo` on an existing workspace, as the command line starts it. Painted means: the paint event of
the last tile has returned and the event loop has come round again. Both sides fill a screen of 1366 x 768 and run from
cached bytecode, as installed programs do; neither has a filter on the application's events. Run as a script.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).parents[2]
SCREEN = {"name": "tablet", "x": 0, "y": 0, "width": 1366, "height": 768}
TELL = """
import os, sys, time

def tell(last=False):
    at = time.monotonic()
    with open("/proc/self/status") as status:
        memory = next(line.split()[1] for line in status if line.startswith("VmRSS"))
    print(at, memory, flush=True)
    if last:
        os._exit(0)
"""
BARE = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel

class Label(QLabel):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, lambda: tell(last=True))

app = QApplication([])
label = Label("bare")
label.showMaximized()
app.exec()
"""
OURS = """
def watch():
    from PySide6.QtCore import QTimer
    from fieldcal.ui.models.signin import SignIn
    from fieldcal.ui.widgets.people_tile import PeopleTile

    painted, waiting, paint, opened = set(), [], PeopleTile.paintEvent, SignIn.opened

    def painting(tile, event):
        paint(tile, event)
        painted.add(tile)
        if not waiting and painted.issuperset(tile.window().desk.signin.tiles.values()):
            waiting.append(tile)
            QTimer.singleShot(0, tell)

    def ready(model, services):
        opened(model, services)
        tell(last=True)

    PeopleTile.paintEvent, SignIn.opened = painting, ready

class Watched:
    def find_spec(self, name, path=None, target=None):
        if name == "fieldcal.ui.opening":  # imported by the window, before it makes anything
            sys.meta_path.remove(self)
            watch()

sys.meta_path.insert(0, Watched())
from fieldcal.cli.main import main

main(["demo", "--workspace", sys.argv[1]])
"""


@dataclass(frozen=True)
class Start:
    """Medians: seconds to the first page, resident megabytes then, seconds until people can sign in."""

    seconds: float
    megabytes: float
    ready: float


def run(rounds: int = 11) -> tuple[Start, Start]:
    """(ours, bare), taken in turns on an existing demo workspace."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for code in (OURS, OURS, BARE):  # makes the workspace, its faces and the bytecode
            _start(code, folder)
        taken = [(_start(OURS, folder), _start(BARE, folder)) for _ in range(rounds)]
    ours, bare = zip(*taken, strict=True)
    return _median(ours), _median(bare)


def _median(starts: tuple[Start, ...]) -> Start:
    columns = zip(*((s.seconds, s.megabytes, s.ready) for s in starts), strict=True)
    return Start(*map(statistics.median, columns))


def _start(code: str, folder: Path) -> Start:
    screen = folder / "screen.json"
    screen.write_text(json.dumps({"screens": [SCREEN]}), "utf-8")
    env = os.environ | {"QT_QPA_PLATFORM": f"offscreen:configfile={screen}"}
    env["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", TELL + code, str(folder / "demo")]
    begun = monotonic()
    told = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout
    lines = [line.split() for line in told.splitlines()]
    return Start(float(lines[0][0]) - begun, int(lines[0][1]) / 1024, float(lines[-1][0]) - begun)


if __name__ == "__main__":
    ours, bare = run()
    ratio = ours.seconds / bare.seconds
    print(f"first page {ours.seconds * 1000:.0f} ms, bare window {bare.seconds * 1000:.0f} ms, ratio {ratio:.2f}")
    print(f"memory then {ours.megabytes:.0f} MB, bare window {bare.megabytes:.0f} MB")
    print(f"people can sign in after {ours.ready * 1000:.0f} ms")
