"""Pictures of the simulated bench: a scale at work, a meter with many values, the choice of a driver, nothing yet."""

from decimal import Decimal

from fieldcal import bootstrap
from fieldcal.cli.bench_stand import Stand
from fieldcal.devices.bench import Bench
from fieldcal.devices.serial_link import SerialLink
from fieldcal.ui.views.bench_window import BenchWindow

METER, CLIMATE = "dlt645/dlt645_2007", "modbus_generic/thermo_hygrometer"


def asked(stand, name):
    """A reading over the port, for bytes to show."""
    one = next(found for found in stand.instruments() if found.name == name)
    loaded = bootstrap.catalog().load(one.offer.id)
    link = SerialLink.open(one.port, loaded.serial)
    loaded.driver(link).live_mass()
    link.close()


def choices(app, window, target, looks, settle):
    """The question in every look; it is as large as it wants to be, and made anew as its words do not change."""
    for look in looks(app):
        window.page.ask()
        settle(app, 0.1)
        window.page.question.grab().save(str(target / f"bench-add-{look}.png"))
        window.page.question.reject()
        settle(app, 0)


def pictures(app, target, shoot, looks, settle):
    """`shoot` takes one window in every look, `looks` goes through them, `settle` lets the window paint."""
    stand = Stand(bootstrap.catalog(), Bench())
    window = BenchWindow(stand)
    window.show()
    window.page.shown()
    shoot(app, window, target, "bench-empty")
    choices(app, window, target, looks, settle)
    for driver in ("mt_sics", CLIMATE, METER):
        window.page.add(driver)
    window.toast.hide()
    shoot(app, window, target, "bench-meter", narrow=True)
    stand.unplug("modbus_generic-thermo_hygrometer")
    window.page.list.choose("mt_sics")
    for knob, value in (("load", "7500"), ("corner", "2"), ("corner_error", "10"), ("drift", "-25")):
        window.page.turn(knob, Decimal(value))
    asked(stand, "mt_sics")
    window.page.switch("late-answer")
    shoot(app, window, target, "bench", narrow=True)
    window.close()
    stand.close()
