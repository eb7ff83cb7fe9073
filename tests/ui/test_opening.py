"""The window stands before the workspace is open: what may be done meanwhile, and what when it cannot be opened."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QLabel

from fieldcal.paths import resources
from fieldcal.services import faces
from fieldcal.storage.errors import DamagedFile
from fieldcal.ui import i18n, tables
from fieldcal.ui.app import build, close
from fieldcal.ui.opening import Opening
from fieldcal.ui.runtime import inline

pytest_plugins = ["tests.ui.demo_window"]
Key = Qt.Key
HEAVY = ("reportlab", "numpy", "sqlite3", "sqlite_utils", "cryptography", "msgspec", "segno", "pypdfium2", "PIL")
SEEN = faces.Faces(
    {"name": "示例所", "name_en": "Example"},
    [faces.Face("tech", "检定员甲", ["technician"]), faces.Face("old", "离职者", ["checker"])],
)


@pytest.fixture
def early(qtbot):
    """The window with the faces of the last session and no workspace yet."""
    shell = build(None, inline, faces=SEEN)
    shell.show()
    qtbot.waitExposed(shell)
    yield shell
    close(shell)
    shell.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def typed(qtbot, shell, *names):
    for name in names:
        press = qtbot.keyClicks if isinstance(name, str) else qtbot.keyClick
        press(shell.page("signin"), name)


def test_the_faces_of_the_last_session_are_shown_while_the_workspace_opens(early):
    page = early.page("signin")
    assert [tile.accessibleName() for name, tile in page.tiles.items() if name] == [
        "检定员甲, 检定员",
        "离职者, 核验员",
    ]
    assert page._institution.text() == "示例所"
    assert page._hint.text() == i18n.t("signin.opening")


def test_nobody_signs_in_before_the_workspace_is_open(qtbot, early, services):
    typed(qtbot, early, "1111", Key.Key_Return)
    early.desk.enter()
    early.desk.scanned("ZJ-2024-0101")
    early.desk.help()
    assert early.desk.person is None
    assert early.here() == "signin"
    assert not early.rail.isVisible()
    assert early.page("signin").model.typed == 4
    early.desk.opened(services)
    assert early.desk.person is None
    typed(qtbot, early, Key.Key_Return)
    assert services.person.id == "tech"
    assert early.here() == "today"


def test_the_workspace_decides_who_there_is_not_the_faces(early, services):
    early.desk.opened(services)
    assert [name for name in early.page("signin").tiles if name] == ["tech", "check", "approve", "admin"]


def test_what_was_typed_for_somebody_who_is_gone_is_forgotten(qtbot, early, services):
    typed(qtbot, early, Key.Key_Right, "2222")
    early.desk.opened(services)
    assert early.page("signin").model.chosen == "tech"
    assert early.page("signin").model.typed == 0


def test_opening_begins_after_the_first_paint_and_says_how_far_it_is(qtbot, early, services):
    steps = []

    def work(tell):
        tell("check")
        steps.extend(words.text() for words in early.page("signin").health.findChildren(QLabel))
        return services

    opening = Opening(work, inline, early.desk.signin)
    with qtbot.waitSignal(opening.opened) as brought:
        early.page("signin").update()
    assert brought.args == [services]
    assert i18n.t("signin.check") in steps


def test_a_workspace_that_cannot_be_opened_is_said_and_admits_nobody(qtbot, early):
    def work(_tell):
        raise DamagedFile(Path("fieldcal.db"), "hash 4")

    opening = Opening(work, inline, early.desk.signin)
    with qtbot.waitSignal(opening.failed) as told:
        early.page("signin").update()
    page = early.page("signin")
    assert told.args[0].code == "damaged-file"
    assert page._who.text() == i18n.t("signin.not_open")
    assert page._hint.text() == i18n.message("damaged-file")
    assert [name for name in page.tiles if name] == []
    typed(qtbot, early, "1111", Key.Key_Return)
    assert early.desk.person is None


def test_the_texts_and_tokens_are_read_as_toml_reads_them():
    files = [*(resources() / "i18n").glob("*.toml"), *(resources() / "themes").glob("*.toml")]
    assert len(files) >= 3
    for file in files:
        assert tables.read(file) == tomllib.loads(file.read_text("utf-8"))


@pytest.mark.parametrize("line", ['a = "x \\" y"', "a = [1, 2]", 'a = """x"""', "a = true", "a = 1_000", "a = 'x # y'"])
def test_what_the_quick_reader_does_not_know_goes_to_toml(tmp_path, line):
    file = tmp_path / "odd.toml"
    file.write_text(f'[one.two]  # three\nb = "c"  # d\n{line}\n', "utf-8")
    assert tables.read(file) == tomllib.loads(file.read_text("utf-8"))


def run(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, "-c", code, *words], env=env, capture_output=True, text=True, timeout=60, check=False
    )


def test_until_the_tiles_are_painted_nothing_heavy_is_imported(services):
    faces.write(services.folder, {"name": "示例所"}, services.ws.catalogue.people.values())
    services.close()
    code = (
        "import os, sys\n"
        "from fieldcal.ui.widgets.people_tile import PeopleTile\n"
        "paint = PeopleTile.paintEvent\n"
        "def painted(tile, event):\n"
        "    paint(tile, event)\n"
        f"    loaded = [name for name in {(*HEAVY, 'fieldcal.bootstrap')!r} if name in sys.modules]\n"
        "    print(tile.accessibleName(), loaded, flush=True)\n"
        "    os._exit(0)\n"
        "PeopleTile.paintEvent = painted\n"
        "from fieldcal.cli.main import main\n"
        "main(['demo', '--workspace', sys.argv[1]])\n"
    )
    done = run(code, str(services.folder))
    assert done.stdout.strip() == "检定员甲, 检定员 []", done.stderr


def test_a_damaged_workspace_is_one_line_and_an_exit_code_where_no_eye_sees_the_window(tmp_path, services):
    services.close()
    file = services.folder / "fieldcal.db"
    data = bytearray(file.read_bytes())
    data[8192:20480] = bytes(12288)
    file.write_bytes(data)
    done = run(
        "import sys; from fieldcal.cli.main import main; sys.exit(main(sys.argv[1:]))", "--workspace", str(file.parent)
    )
    lines = [line for line in done.stderr.splitlines() if "propagateSizeHints" not in line]
    assert done.returncode == 2
    assert len(lines) == 1
    assert lines[0].startswith("fieldcal: damaged-file")
