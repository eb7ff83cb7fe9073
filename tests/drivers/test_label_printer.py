"""Label printers in two languages: what is printed, what is not, noise, and a real line."""

import random
from pathlib import Path

import pytest

from fieldcal.driverkit import BadReply, DeviceFault
from fieldcal.driverkit.benchlink import CountedClock, SimulatorLink
from fieldcal.driverkit.conformance import check
from fieldcal.driverkit.folder import load_class, read_profile

DRIVERS = Path(__file__).parents[2] / "drivers"
FOLDER = DRIVERS / "label_printer"
Zpl, Tspl = load_class(FOLDER, "driver:Zpl")(), load_class(FOLDER, "driver:Tspl")()
LINES, CODE = ["A-1 合格", "2026-11-23", "SN 12_3"], "V1:2026-03-12:SN12345:P"
GOOD_ZPL = b"\x02030,0,0,0240,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,1,2,4,0,00000000,1,000\x03\r\n\x020000,0\x03\r\n"


def on_simulator(name: str, **settings):
    profile, clock = {**read_profile(FOLDER, name), **settings}, CountedClock()
    printer = load_class(FOLDER, "simulator:Printer")(profile, clock)
    link = SimulatorLink(printer, clock)
    return load_class(FOLDER, "driver:Printer")(link, profile), printer, link


def test_the_kit_finds_nothing_in_either_language():
    assert check(FOLDER) == []


@pytest.mark.parametrize("name", ["zpl", "tspl"])
def test_a_label_is_printed_once_and_to_the_letter(name):
    driver, printer, _ = on_simulator(name)
    driver.print_label(LINES, CODE)
    assert [(label.lines, label.code) for label in printer.labels] == [(LINES, CODE)]


def test_the_bytes_of_a_zpl_label_are_the_documented_ones():
    found = Zpl.label(["one"], CODE, {})
    assert found.startswith(b"^XA^CI28^PW400^LL240^FO16,16^BQN,2,4^FH_^FDMA,V1:2026-03-12:SN12345:P^FS")
    assert found.endswith(b"^FO160,16^A0N,24,24^FH_^FDone^FS^XZ\r\n")


def test_the_bytes_of_a_tspl_label_are_the_documented_ones():
    text = Tspl.label(["one"], CODE, {}).decode().split("\r\n")
    assert text[:2] == ["SIZE 50 mm,30 mm", "GAP 2 mm,0"]
    assert text[4:] == [f'QRCODE 16,16,M,4,A,0,M2,"{CODE}"', 'TEXT 160,16,"2",0,1,1,"one"', "PRINT 1,1", ""]


def test_signs_that_command_a_zpl_printer_are_printed_and_not_obeyed():
    driver, printer, link = on_simulator("zpl")
    driver.print_label(["^XZ~JA_5E"], "^FS^XZ")
    assert [(label.lines, label.code) for label in printer.labels] == [(["^XZ~JA_5E"], "^FS^XZ")]
    assert link.requests[-1].count(b"^XZ") == 1


@pytest.mark.parametrize("text", ['a"b', "a\\[b", "a\r\nCLS", "\x1b!R"])
def test_a_text_that_would_command_a_tspl_printer_is_refused(text):
    driver, printer, link = on_simulator("tspl")
    for lines, code in (([text], CODE), ([], text)):
        with pytest.raises(DeviceFault) as caught:
            driver.print_label(lines, code)
        assert caught.value.fault == "bad-text"
    assert (printer.labels, link.requests) == ([], [])


@pytest.mark.parametrize("name", ["zpl", "tspl"])
@pytest.mark.parametrize("fault", ["paper-out", "ribbon-out", "head-open", "paused"])
def test_nothing_is_sent_to_a_printer_that_cannot_print(name, fault):
    driver, printer, link = on_simulator(name)
    printer.switch(fault)
    with pytest.raises(DeviceFault) as caught:
        driver.print_label(LINES, CODE)
    assert caught.value.fault == fault
    assert len(link.requests) == 1
    printer.switch("")
    driver.print_label(LINES, CODE)
    assert len(printer.labels) == 1


@pytest.mark.parametrize("name", ["zpl", "tspl"])
def test_paper_that_runs_out_with_the_label_is_told(name):
    driver, printer, link = on_simulator(name)
    exchange = link.exchange

    def empty_after_one(*args, **kwargs):
        if link.requests:
            printer.switch("paper-out")
        return exchange(*args, **kwargs)

    link.exchange = empty_after_one
    with pytest.raises(DeviceFault) as caught:
        driver.print_label(LINES, CODE)
    assert caught.value.fault == "paper-out"
    assert printer.labels == []


@pytest.mark.parametrize("kind", [b"`", b"P", b"E"])
def test_a_tspl_printer_at_work_is_no_fault_and_one_in_error_is(kind):
    faults = Tspl.faults(b"\x02" + kind + b"@@@\x03\r\n")
    assert faults == {b"`": ["paused"], b"P": [], b"E": ["printer-error"]}[kind]


def test_a_bit_that_no_manual_names_is_a_fault_too():
    assert Tspl.faults(b"\x02@@`@\x03\r\n") == ["printer-error"]
    assert Tspl.faults(b"\x02@@@P\x03\r\n") == ["printer-error"]


@pytest.mark.parametrize(("language", "good"), [(Zpl, GOOD_ZPL), (Tspl, b"\x02@@@@\x03\r\n")], ids=["zpl", "tspl"])
def test_noise_in_a_state_is_a_list_of_faults_or_a_bad_reply(language, good):
    source = random.Random(20261123)
    for _ in range(500):
        data = bytearray(good)
        for _ in range(source.randrange(1, 4)):
            data[source.randrange(len(data))] = source.randrange(256)
        for noise in (bytes(data), source.randbytes(source.randrange(60))):
            try:
                assert isinstance(language.faults(noise), list)
            except BadReply:
                continue


def test_a_zpl_printer_is_named_with_or_without_its_frame_signs():
    for reply in (b"\x02ZTC SIM,V1.0.0,8,8192KB\x03\r\n", b"ZTC SIM,V1.0.0,8,8192KB\r\n"):
        driver, _, link = on_simulator("zpl")
        link.spoil = lambda _, reply=reply: reply
        assert driver.identify().model == "ZTC SIM"


def test_more_lines_than_fit_are_refused():
    driver, printer, _ = on_simulator("zpl", lines=2)
    with pytest.raises(DeviceFault) as caught:
        driver.print_label(["1", "2", "3"], CODE)
    assert caught.value.fault == "too-many-lines"
    assert printer.labels == []


@pytest.mark.parametrize(("name", "model"), [("zpl", "ZTC SIM-203dpi ZPL"), ("tspl", "TSPL printer")])
def test_the_printer_on_a_line_prints(gateway, bench, name, model):
    printer = gateway.catalog.load(f"label_printer/{name}").simulator()
    identity = gateway.bind("labels", f"label_printer/{name}", bench.attach("labels", printer))
    assert (identity.model, identity.serial) == (model, "")
    gateway.request("labels", "print-label", lines=LINES, code=CODE).result(6)
    assert [(label.lines, label.code) for label in printer.labels] == [(LINES, CODE)]
