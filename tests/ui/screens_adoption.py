"""The adoption page in its states, as pictures: python tests/ui/screens_adoption.py [folder]"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


from fieldcal.domain import events as ev
from fieldcal.services.prescribed import is_open
from fieldcal.services.revise import place
from tests.ui.screens import folder_of_pictures, shoot, sign_in, stage

NAME, ADMIN = "jjg443-2023", ("admin", "4444")


def confirm(page, upto, changes=None):
    """As an administrator with the printed text before them; `changes` by source."""
    adoptions = page._adoptions
    for line in adoptions.lines(NAME):
        if line.entry.id == upto:
            return
        clause = line.entry.source.clause
        found = ev.Confirmed("JJG 443-2023", "7.2.1" if is_open(clause) else clause, "12")
        new = (changes or {}).get(line.entry.id)
        change = {place(line.entry.values[0].path): new} if new else {}
        adoptions.confirm(NAME, line.entry.id, found, change, "admin")


def pictures(app, shell, target):
    shoot(app, shell, target, "signin-admin")
    sign_in(shell, ADMIN)
    page = shell.desk.content("adoption")
    page._adoptions.withdraw("jjg539-2016-truck", "一个数值有误", *ADMIN)
    page.refresh()
    shoot(app, shell, target, "adoption-list", narrow=True)
    confirm(page, "mmq", {"mpe": "0.25"})
    page.open(NAME)
    shoot(app, shell, target, "adoption-value", narrow=True)
    page.steps.choose("d_n")
    shoot(app, shell, target, "adoption-table", narrow=True)
    page.steps.choose("beta_e10")
    page.card.fields["clause"].setText("JJG 443-2023, clause not confirmed")
    page._confirm(page.card.line)
    shoot(app, shell, target, "adoption-refused")
    confirm(page, "", {"mpe": "0.25", "beta_e10": "0.00115"})
    page.open(NAME)
    shoot(app, shell, target, "adoption-moved", narrow=True)
    while page.trial.moved:
        page._accept()
    shoot(app, shell, target, "adoption-ready")


def main(target):
    with stage(target) as (app, shell):
        pictures(app, shell, target)


if __name__ == "__main__":
    main(folder_of_pictures())
