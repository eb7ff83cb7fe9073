"""The preview of a procedure file in its states, as pictures: python tests/ui/screens_preview.py [folder]"""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


from fieldcal import paths
from tests.ui.screens import folder_of_pictures, settle, shoot, sign_in, stage

ADMIN = ("admin", "4444")
STOPS = {"jjg52-2013": ("error", 3), "jjg596-2012": ("basic_error", 1), "jjg692-2010": ("static_mmhg", 2)}
WRONG = (('field = "step"', 'field = "stepp"'), ('high = "25", source = "environment"', 'source = "enviroment"'))


def until(page, item, row):
    """Plays up to this row of the item, or the last of it."""
    page.auto.step()
    while (at := page.run.model.at) is not None and at.item != item:
        page.auto.step()
    while (at := page.run.model.at) is not None and at.item == item and at.row < row:
        page.auto.step()


def finish(page):
    while page.result is None:
        page.auto.step()


def broken(folder):
    text = (paths.resources() / "procedure_template" / "procedure.toml").read_text("utf-8")
    text = text.replace("EXAMPLE-ID", "my-gauge")
    for old, new in WRONG:
        text = text.replace(old, new)
    (folder / "procedures").mkdir(exist_ok=True)
    (folder / "procedures" / "my-gauge.toml").write_text(text, "utf-8")


def pictures(app, shell, target, folder):
    sign_in(shell, ADMIN)
    shoot(app, shell, target, "preview-way-in")
    broken(folder)
    shell.desk.open_preview("jjg692-2010", "")
    page = shell.desk.content("preview")
    page.browse()
    shoot(app, shell, target, "preview-files", narrow=True)
    page.open("my-gauge")
    shoot(app, shell, target, "preview-faults", narrow=True)
    for name, stop in STOPS.items():
        page.open(name)
        shoot(app, shell, target, f"preview-{name}-plate", narrow=name == "jjg52-2013")
        until(page, *stop)
        settle(app, 1)
        shoot(app, shell, target, f"preview-{name}-run", narrow=True)
    page.auto.bend("fail")
    settle(app, 0.5)
    shoot(app, shell, target, "preview-failing")
    finish(page)
    shoot(app, shell, target, "preview-failed", narrow=True)
    page.open("jjg52-2013")
    finish(page)
    shoot(app, shell, target, "preview-passed", narrow=True)


def main(target):
    with stage(target) as (app, shell):
        pictures(app, shell, target, shell.desk.services.folder)


if __name__ == "__main__":
    main(folder_of_pictures())
