"""Loads and weights before the first step and on the run page: shop scale, nozzle, truck scale, what is refused.

python tests/ui/screens_loads.py [folder]      (default build/screens)
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import msgspec

from fieldcal.domain import events as ev
from tests.ui import jobs
from tests.ui.screens import NARROW, WIDE, folder_of_pictures, looks, nozzle, settle, sign_in, stage, weighing

TRUCK = {
    "maker": "示例衡器制造有限公司", "model": "SCS-60", "serial": "T2301", "max": "60 t",
    "min": "400 kg", "e": "20 kg", "n_supports": "8", "standards_mass": "20 t",
}  # fmt: skip
TONS = [{"nominal": "1 t", "count": "20"}, {"nominal": "20 kg", "count": "30"}]


def shoot(app, shell, target, name, live=False, refuse=None):
    shell.resize(*NARROW)
    for look in looks(app):
        if refuse:
            refuse()  # its words are of the language it was said in
        settle(app, 0.9 if live else 0.5)
        shell.grab().save(str(target / f"{name}-{look}.png"))
    shell.resize(*WIDE)


def van(services):
    """A truck scale at the market, and the truck with its weights beside the small box."""
    ws = services.ws
    ws.put(
        "instrument:truck-01", ev.InstrumentPut("truck-01", "market", "地磅房", "jjg539-2016-truck", TRUCK), "system"
    )
    box = ws.catalogue.standards["M1-01"]
    tons = msgspec.structs.replace(box, id="M1-T", name="砝码车", model="20 kg～1 t", serial="W20250203", pieces=TONS)
    ws.put("standard:M1-T", tons, "system")


def truck(services):
    """Past the zero of the eccentric loads: the load that the procedure proposes can't be laid, the next larger can."""
    runs = services.runs
    run = runs.open("truck-01", "subsequent", "tech", "truck")
    runs.prepare(run, "tech")
    while (at := runs.judgement(run).position).item != "eccentricity":
        if at.question:
            runs.answer(run, at.item, at.question, "pass", "tech")
        else:
            runs.skip(run, at.item, "not-done", "下雨", "tech")
    while (at := runs.judgement(run).position).row == 0:
        runs.take(run, at, {"delta_load": "10"}.get(at.column, "0"), "kg", "tech")
    return run


def before(app, shell, target, name, instrument):
    shell.desk.content("run").leave()
    shell.desk.start(instrument, "subsequent")
    shoot(app, shell, target, name)


def main(target):
    with stage(target) as (app, shell):
        services = shell.desk.services
        sign_in(shell, jobs.TECH)
        before(app, shell, target, "loads-scale", "stall-08")
        page = shell.desk.content("run")
        for field, text in (("max", "150 kg"), ("e", "50 g"), ("min", "1 kg")):
            page.form.field(field).line.setText(text)
        page.start()  # keeps what was typed
        shoot(app, shell, target, "loads-refused", refuse=page.start)
        van(services)
        before(app, shell, target, "loads-nozzle", "nozzle-1-3")
        before(app, shell, target, "loads-truck", "truck-01")
        for name, make in (("loads-run", weighing), ("loads-run-nozzle", nozzle), ("loads-run-truck", truck)):
            shell.desk.open_run(make(services))
            shoot(app, shell, target, name, live=True)


if __name__ == "__main__":
    main(folder_of_pictures())
