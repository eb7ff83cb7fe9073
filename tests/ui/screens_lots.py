"""The lots page in its states, as pictures: python tests/ui/screens_lots.py [folder]"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


from fieldcal.services.lots import Lots, Plan
from fieldcal.ui.views.lots_parts import DrawQuestion
from tests.ui import jobs
from tests.ui.lot_jobs import BASIS, drawn, opened, with_rig, work
from tests.ui.screens import folder_of_pictures, shoot, sign_in, stage


def some(services):
    """One of each state; the one in work is returned, then the judged one."""
    lots = Lots(services.certificates)
    judged = drawn(services, "W001..W250", plan=Plan(3, 1, 2, BASIS))
    work(services, judged, 3, 1)
    lots.judge(judged, *jobs.APPROVE)
    rejected = drawn(services, "X10..X60", plan=Plan(2, 0, 1, BASIS))
    work(services, rejected, 2, 1)
    lots.judge(rejected, *jobs.APPROVE)
    lots.abandon(opened(services, "Z1..Z9"), "清单有误", "tech")
    opened(services, "V0001..V0400")
    going = drawn(services, "U001..U120")
    lots.replace(going, lots.view(going).sample[3], "运输中损坏，无法检定", "tech")
    work(services, going, 2, 1)
    lots.runs.open(lots.members(lots.view(going))[2].instrument, "first", "tech")
    return going, judged


def form(app, shell, page, target):
    page.new()
    shoot(app, shell, target, "lots-form", narrow=True)
    page.form.serials.setPlainText("W0001..W0250，W0260\nW0300")
    page.form.field("sample").line.setText("zwanzig")
    page.form._tell()
    page.act()
    shoot(app, shell, target, "lots-refused", narrow=True)
    page.form.serials.setPlainText("W0300..W0001")
    page.act()
    shoot(app, shell, target, "lots-serials")
    page.escape()


def pictures(app, shell, target):
    services = shell.desk.services
    sign_in(shell, jobs.TECH)
    shell.go("lots")
    page = shell.desk.content("lots")
    shoot(app, shell, target, "lots-empty")
    with_rig(services)
    going, judged = some(services)
    page.refresh()
    shoot(app, shell, target, "lots-list", narrow=True)
    form(app, shell, page, target)
    page.open(next(one.view.stream for one in page.found if one.state == "open"))
    shoot(app, shell, target, "lots-open", narrow=True)
    question = DrawQuestion("…", page)
    question.show()
    question.grab().save(str(target / "lots-draw-zh-light.png"))
    question.reject()
    page.open(going)
    shoot(app, shell, target, "lots-drawn", narrow=True)
    shell.go("site")
    shoot(app, shell, target, "lots-site", narrow=True)
    shell.desk.leave()
    sign_in(shell, jobs.APPROVE)
    shell.go("lots")
    page.open(going)
    shoot(app, shell, target, "lots-approver")
    page.open(judged)
    shoot(app, shell, target, "lots-judged", narrow=True)


def main(target):
    with stage(target) as (app, shell):
        pictures(app, shell, target)


if __name__ == "__main__":
    main(folder_of_pictures())
