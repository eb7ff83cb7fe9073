"""The Devices page in all its states, as pictures: python tests/ui/screens_devices.py [folder]"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


from fieldcal.services.doctor import PortPack
from tests.devices.printing import CATALOG, Printer, prints_of
from tests.ui import jobs
from tests.ui.device_desk import Lines, give_doctor
from tests.ui.screens import folder_of_pictures, settle, shoot, sign_in, stage


def devices(app, shell, target, lines):
    """Walks through the page as a technician who has a scale, a printing one, and a cable with nothing on it."""
    services = shell.desk.services
    simulator = CATALOG.load("mt_sics").simulator(serial="11111111")
    port = lines.attach("COM5", simulator)
    printer = Printer(prints_of("ohaus/defender_3000"))
    printing = lines.attach("COM6", printer, 2400, "USB-SERIAL CH340 (COM6)", ("1A86", "7523", "1-2"))
    silent = lines.attach("COM7", Printer([]), 0, "Prolific USB-to-Serial Comm Port (COM7)", ("067B", "2303", ""))
    lines.list("COM9", "Standard Serial over Bluetooth link (COM9)")
    lines.remember("scale", printing)
    shell.go("devices")
    page = shell.desk.content("devices")
    page.read_once()

    def snap(name, narrow=False):
        shoot(app, shell, target, f"devices-{name}", narrow=narrow)

    snap("bound", narrow=True)
    unbound_and_found(app, page, services, port, snap)
    printed(app, page, printing, printer, snap)
    choose(page, silent)
    page.doctor.ask()
    snap("finding")
    until(app, lambda: page.doctor._search.done)
    snap("nobody")
    other(app, page, services, lines, port, snap)
    for state in list(services.devices.state()):
        services.devices.unbind(state.role)
    lines.infos.clear()
    page.refresh()
    page._back_to_roles()
    page.refresh()
    snap("empty")


def unbound_and_found(app, page, services, port, snap):
    services.devices.unbind("scale")
    page.refresh()
    page.list.choose("scale")
    snap("by-hand")
    choose(page, port)
    snap("port")
    page.doctor.ask()
    until(app, lambda: page.doctor._search.done)
    snap("found", narrow=True)


def printed(app, page, port, printer, snap):
    choose(page, port)
    page.doctor.listen()
    for count in (1, 2, 3):
        until(app, lambda: page.doctor._heard.open)
        if count == 2:
            snap("press", narrow=True)
        printer.press()
        until(app, lambda count=count: len(page.doctor._heard.prints) == count)
    until(app, lambda: page.doctor._heard.done)
    snap("printed", narrow=True)


def other(app, page, services, lines, port, snap):
    page._desk.bind("scale", PortPack("x", "mt_sics", {}, "answered"), port)
    lines.bench.attach("COM5", CATALOG.load("mt_sics").simulator(serial="22222222"))
    page._back_to_roles()
    page.list.choose("scale")
    until(app, lambda: any(state.error == "other-instrument" for state in services.devices.state()))
    page.refresh()
    snap("other", narrow=True)


def choose(page, port):
    page.refresh()
    page.port_list.choose("port:" + port)
    page._port_chosen("port:" + port)


def until(app, holds):
    for _ in range(150):
        if holds():
            return
        settle(app, 0.1)
    raise AssertionError("it did not come to that")


def main(target):
    lines = Lines()
    with stage(target, lambda services: give_doctor(services, lines, services.folder)) as (app, shell):
        sign_in(shell, jobs.TECH)
        devices(app, shell, target, lines)
    lines.close()


if __name__ == "__main__":
    main(folder_of_pictures())
