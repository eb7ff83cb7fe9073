"""From starting Python to the first paint of the first page, against a bare window; and the memory then."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[2]
PAINTED = """
import os, sys
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])

class First(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and watched.isWidgetType():
            app.removeEventFilter(self)
            QTimer.singleShot(0, self.tell)
        return False

    def tell(self):
        memory = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmRSS"))
        print(memory, flush=True)
        os._exit(0)

first = First()
app.installEventFilter(first)
"""
BARE = PAINTED + "label = QLabel('bare')\nlabel.resize(1366, 768)\nlabel.show()\napp.exec()\n"
OURS = PAINTED + (
    "from pathlib import Path\nfrom fieldcal.bootstrap import open_demo\nfrom fieldcal.ui.app import run_app\n"
    "run_app(open_demo(Path(sys.argv[1])))\n"
)
MAKE = (
    "import sys\nfrom pathlib import Path\nfrom fieldcal.bootstrap import open_demo\n"
    "open_demo(Path(sys.argv[1])).close()\n"
)


@dataclass(frozen=True)
class Start:
    """Medians: seconds to the first paint, resident megabytes at that moment."""

    seconds: float
    megabytes: float


def run(rounds: int = 9) -> tuple[Start, Start]:
    """(ours, bare), taken in turns on an existing demo workspace."""
    with tempfile.TemporaryDirectory() as name:
        _python(MAKE, name)
        taken = [(_start(OURS, name), _start(BARE, name)) for _ in range(rounds)]
    ours, bare = zip(*taken, strict=True)
    return _median(ours), _median(bare)


def _median(starts: tuple[Start, ...]) -> Start:
    return Start(statistics.median(s.seconds for s in starts), statistics.median(s.megabytes for s in starts))


def _start(code: str, folder: str) -> Start:
    begun = perf_counter()
    told = _python(code, folder)
    return Start(perf_counter() - begun, int(told) / 1024)


def _python(code: str, folder: str) -> str:
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", code, folder]
    return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    ours, bare = run()
    print(f"first paint {ours.seconds * 1000:.0f} ms, bare window {bare.seconds * 1000:.0f} ms")
    print(f"memory then {ours.megabytes:.0f} MB, bare window {bare.megabytes:.0f} MB")
