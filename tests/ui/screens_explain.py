"""Numbers with an uncertainty budget explained, as pictures: python tests/ui/screens_explain.py [folder]"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


from fieldcal import bootstrap, paths
from fieldcal.services.proof import generic_cases
from fieldcal.services.simulate import play
from fieldcal.ui.models.explain_browser import Browser
from fieldcal.ui.runtime import inline
from fieldcal.ui.views.explain_dialog import ExplainDialog
from tests.ui import jobs
from tests.ui.screens import NARROW, folder_of_pictures, looks, settle, sign_in, stage

GAUGE, TYRE = "jjg52-2013", "jjg927-2013"  # the tyre gauge asks for its step


def played(services, procedure):
    compiled = services.ws.library.get(procedure)
    cases = generic_cases(compiled, paths.resources() / "procedures")
    return play(services, compiled, cases, bootstrap.simulators_for(services, compiled)).run


def numbers(services):
    """Name of the picture, run, and item and name of the number."""
    yield "scale", jobs.good_scale(services), "weighing", "error_corrected"
    yield "dispenser", jobs.good_nozzle(services), "flow", "error_mean_percent"
    yield "gauge", played(services, GAUGE), "error", "error_after"


def fields(app, shell, target):
    """What nobody can presume: asked, refused, stated, and off for an administrator."""
    services = shell.desk.services
    run = played(services, TYRE)
    texts = {"asked": {}, "refused": {"dut_step": "wide"}, "stated": {"dut_step": "1 kPa"}, "off": {}}
    for state, typed in texts.items():
        services.sign_in(*(("admin", "4444") if state == "off" else jobs.TECH))
        for look in looks(app):
            browser = Browser(services, run)
            browser.at = next(at for at, _ in enumerate(browser.places) if _budget(browser, at))
            dialog = ExplainDialog(browser, inline, shell)
            dialog.show()
            assert dialog.budget is not None
            dialog.state(typed)
            settle(app, 0.2)
            dialog.body.verticalScrollBar().setValue(dialog.budget.y())
            settle(app, 0.1)
            dialog.grab().save(str(target / f"explain-values-{state}1024-{look}.png"))
            dialog.accept()


def _budget(browser, at):
    browser.at = at
    return browser.told().budget


def opened(shell, run, item, name):
    """The dialog on the last such number that has a budget; made anew for every look, as a person would open it."""
    services = shell.desk.services
    browser = Browser(services, run)
    for at, place in enumerate(browser.places):
        browser.at = at
        if (place.item, place.name) == (item, name) and (told := browser.told().budget) and told.parts:
            dialog = ExplainDialog(browser, inline, shell)
            dialog.show()
            return dialog
    raise AssertionError(run)


def pictures(app, shell, target):
    shell.resize(*NARROW)
    for name, run, item, number in list(numbers(shell.desk.services)):
        for look in looks(app):
            dialog = opened(shell, run, item, number)
            settle(app, 0.2)
            dialog.grab().save(str(target / f"explain-{name}1024-{look}.png"))
            dialog.draw()
            settle(app, 0.2)
            assert dialog.budget is not None
            bar = dialog.body.verticalScrollBar()
            for part, at in (("budget", 0), ("trials", 400), ("end", bar.maximum())):
                bar.setValue(dialog.budget.y() + at)
                settle(app, 0.1)
                dialog.grab().save(str(target / f"explain-{name}-{part}1024-{look}.png"))
            dialog.accept()
    fields(app, shell, target)


def main(target):
    with stage(target) as (app, shell):
        sign_in(shell, jobs.TECH)
        pictures(app, shell, target)


if __name__ == "__main__":
    main(folder_of_pictures())
