"""Size of the frozen program against the smallest Widgets program, both built by PyInstaller as one folder.

Takes minutes, so it is run by itself: `python tests/benchmarks/bench_frozen.py`. What it finds is kept in
frozen.json, from which run.py takes its line of the table.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOUND = Path(__file__).with_name("frozen.json")
AIM = 1.45
BARE = """
from PySide6.QtWidgets import QApplication, QLabel

app = QApplication([])
label = QLabel("bare")
label.show()
app.exec()
"""


def run() -> dict[str, Any]:
    """Sizes in MB (10**6 bytes) of what is in the folders; a file that is linked twice counts once."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = folder / "bare.py"
        script.write_text(BARE, "utf-8")
        bare = _built(folder / "bare", [str(script), "--onedir", "--specpath", name])
        ours = _built(folder / "ours", [str(ROOT / "pyinstaller.spec")])
    return {"ours": ours, "bare": bare, "pyinstaller": version("pyinstaller"), "system": sys.platform}


def _built(folder: Path, what: list[str]) -> float:
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    command += ["--distpath", str(folder / "dist"), "--workpath", str(folder / "work"), *what]
    subprocess.run(command, cwd=ROOT, check=True)
    files = [path for path in (folder / "dist").rglob("*") if path.is_file() and not path.is_symlink()]
    return sum(path.stat().st_size for path in files) / 1e6


if __name__ == "__main__":
    found = run()
    FOUND.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    ratio = found["ours"] / found["bare"]
    print(f"frozen {found['ours']:.0f} MB, bare {found['bare']:.0f} MB, ratio {ratio:.2f} (aim {AIM})")
