"""The bench as a driver author runs it: its own process, ports that anything can open."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import serial

from fieldcal import bootstrap
from fieldcal.cli.bench_stand import Stand
from fieldcal.devices.bench import Bench

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")


@pytest.fixture
def bench():
    command = [sys.executable, "-m", "fieldcal", "bench", "--headless", "mt_sics", "modbus_generic/thermo_hygrometer"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        ports = dict(process.stdout.readline().split() for _ in range(2))

        def say(line):
            process.stdin.write(line + "\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        yield ports, say, process
        process.stdin.close()
        assert process.wait(10) == 0


def ask(port, command):
    with serial.Serial(port, 9600, timeout=3) as line:
        line.write(command + b"\r\n")
        return line.readline()


def test_another_program_reads_what_was_put_on_the_pan(bench):
    ports, say, _ = bench
    assert say("place mt_sics 2000") == "ok"
    assert ask(ports["mt_sics"], b"S") == b"S S      2.000 kg\r\n"


def test_a_fault_is_switched_on_and_off(bench):
    ports, say, _ = bench
    assert say("fault mt_sics silence") == "ok"
    with serial.Serial(ports["mt_sics"], 9600, timeout=0.5) as line:
        line.write(b"SI\r\n")
        assert line.readline() == b""
    assert say("fault mt_sics none") == "ok"
    assert ask(ports["mt_sics"], b"SI").startswith(b"S ")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("place mt_sics 2,x", "not-a-number"),
        ("place nobody 5", "modbus_generic-thermo_hygrometer"),
        ("fault mt_sics laziness", "laziness"),
        ("set mt_sics colour 5", "capacity"),
        ("place modbus_generic-thermo_hygrometer 5", "a scale"),
    ],
)
def test_a_bad_command_is_answered_and_the_bench_goes_on(bench, line, told):
    _, say, process = bench
    assert told in say(line)
    assert process.poll() is None


def test_the_instrument_on_a_port_is_found(bench):
    ports, _, _ = bench
    command = [sys.executable, "-m", "fieldcal", "drivers", "find", ports["mt_sics"], "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert (told["found"][0]["driver"], told["found"][0]["serial"]) == ("mt_sics", "1234567")


def test_a_port_that_is_not_there_is_refused_in_one_line(tmp_path):
    command = [sys.executable, "-m", "fieldcal", "drivers", "find", str(tmp_path / "COM9")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_an_unknown_driver_is_refused():
    done = subprocess.run(
        [sys.executable, "-m", "fieldcal", "bench", "--headless", "nope"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "nope" in done.stderr


def test_a_knob_is_turned_and_another_program_reads_it(bench):
    ports, say, _ = bench
    assert say("turn mt_sics load 3000") == "ok"
    assert say("turn mt_sics cheat 1.01") == "ok"
    assert ask(ports["mt_sics"], b"S") == b"S S      3.030 kg\r\n"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("turn mt_sics load 99999999", "out-of-range"),
        ("turn mt_sics colour 5", "corner_error"),
        ("turn nobody load 5", "mt_sics"),
        ("turn mt_sics load x", "not-a-number"),
        ("start nope", "nope"),
        ("stop nobody", "mt_sics"),
    ],
)
def test_a_knob_that_cannot_be_turned_so_is_answered(bench, line, told):
    _, say, process = bench
    assert told in say(line)
    assert process.poll() is None


def test_every_knob_tells_its_range_and_where_it_stands():
    command = [sys.executable, "-m", "fieldcal", "bench", "--headless", "mt_sics"]
    said = "turn mt_sics drift 2.5\nknobs\n"
    done = subprocess.run(command, input=said, capture_output=True, text=True, check=True)
    assert "mt_sics  drift  -500 … 500 g/min, step 0.5, now 2.5" in done.stdout.splitlines()


def test_instruments_come_and_go_while_the_bench_runs(bench):
    _, say, _ = bench
    name, port = say("start mt_sics").split()
    assert name == "mt_sics-2"
    assert ask(port, b"SI").startswith(b"S ")
    assert say(f"stop {name}") == "ok"
    assert not Path(port).exists()


@pytest.mark.parametrize("kind", ["tcp", "rfc2217"])
def test_the_instruments_stand_on_the_network_of_this_computer_when_asked(kind):
    command = [sys.executable, "-m", "fieldcal", "bench", "--headless", "--json", "--on", kind, "mt_sics"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        lines = iter(process.stdout.readline, "}\n")
        port = json.loads("".join([*lines, "}"]))["instruments"][0]["port"]
        with serial.serial_for_url(port, 9600, timeout=3) as line:
            line.write(b"SI\r\n")
            assert line.readline().startswith(b"S ")
        process.stdin.close()
        assert process.wait(10) == 0


def run(*words, **settings):
    return subprocess.run([sys.executable, "-m", "fieldcal", *words], capture_output=True, text=True, **settings)


def test_without_a_screen_the_form_that_needs_none_is_named():
    hidden = {name: value for name, value in os.environ.items() if "DISPLAY" not in name and "QT_QPA" not in name}
    done = run("bench", "mt_sics", "--lang", "en", check=False, env=hidden)
    if sys.platform.startswith("linux"):
        assert done.returncode == 4
        assert "fieldcal bench --headless" in done.stderr


def test_a_bench_without_a_window_needs_an_instrument():
    done = run("bench", "--headless", check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_the_window_serves_what_was_asked_for_and_takes_its_ports_with_it():
    there = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "fieldcal", "bench", "mt_sics"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=there) as process:
        _, port = process.stdout.readline().split()
        assert ask(port, b"SI").startswith(b"S ")
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert not Path(port).parent.exists()


def test_a_driver_without_a_map_in_its_name_is_shown_by_its_own_name():
    stand = Stand(bootstrap.catalog(), Bench())
    try:
        stand.start("dlt645")
        assert "DL/T" in stand.instruments()[0].offer.name["zh"]
    finally:
        stand.close()
