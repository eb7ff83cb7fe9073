"""The bench as a driver author runs it: its own process, ports that anything can open."""

import json
import subprocess
import sys

import pytest
import serial

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
