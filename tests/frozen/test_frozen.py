"""The built program, run as a user has it: without this source tree, without its libraries."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

BARE = """from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
label = QLabel("bare")
label.show()
"""
DRIVER = """import bisect
import fractions
from decimal import Decimal

from fieldcal.driverkit import BadReply, Driver, Identity, Line, Reading

LINE = Line(ending=b"\\n", limit=32)


class Gauge(Driver):
    capabilities = frozenset({"identify", "live-mass"})

    def identify(self):
        if self.link.exchange(b"ID\\n", frame=LINE, timeout=1.0) != b"GAUGE 7":
            raise BadReply("no gauge")
        return Identity(maker="Shop", model="Gauge", serial="7")

    def live_mass(self):
        reply = self.link.exchange(b"W\\n", frame=LINE, timeout=1.0)
        if len(reply) != 6 or not reply.isdigit():
            raise BadReply(repr(reply))
        return Reading(Decimal(reply.decode()), "g", True, reply, "mass")
"""
SIMULATOR = """from fieldcal.driverkit import LINE_FAULTS, Line, Simulator


class Bench(Simulator):
    frame = Line(ending=b"\\n", limit=32)
    ending = b"\\n"
    faults = LINE_FAULTS

    def answer(self, request):
        return {b"ID": b"GAUGE 7\\n", b"W": b"001250\\n"}.get(request)
"""
MANIFEST = """id = "shop_gauge"
version = "0.1.0"
api = 1
entry = "driver:Gauge"
simulator = "simulator:Bench"
capabilities = ["identify", "live-mass"]
name = { en = "Gauge of the shop", zh = "自制量仪" }
"""
TRANSCRIPT = "> ID\\n\n< GAUGE 7\\n\n> W\\n\n< 001250\\n\n"


@pytest.fixture
def run(built, tmp_path):
    """Runs the program in an empty folder with an environment that knows no Python."""
    left_out = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")
    env = {name: value for name, value in os.environ.items() if name not in left_out}
    env |= {"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)}
    program = built / ("fieldcal.exe" if sys.platform == "win32" else "fieldcal")

    def start(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [str(program), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, encoding="utf-8", cwd=tmp_path, env=env, timeout=200)

    start.program, start.env = program, env
    return start


@pytest.fixture
def dropped(tmp_path) -> Path:
    """A driver of somebody else in the folder `drivers` of a workspace."""
    folder = tmp_path / "workspace" / "drivers" / "shop_gauge"
    folder.mkdir(parents=True)
    for name, text in (("driver.py", DRIVER), ("simulator.py", SIMULATOR), ("driver.toml", MANIFEST)):
        (folder / name).write_text(text, "utf-8")
    (folder / "transcripts").mkdir()
    (folder / "transcripts" / "weigh.txt").write_text(TRANSCRIPT, "utf-8")
    return folder


def test_the_whole_demo_ends_with_papers_and_no_problem(run, tmp_path):
    ran = run("demo", "--headless", "--out", "out", "--json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["ok"] is True
    papers = sorted(path.name for path in (tmp_path / "out").glob("*.pdf"))
    assert sum(name.endswith("certificate.pdf") for name in papers) == 4
    assert all((tmp_path / "out" / name).read_bytes().startswith(b"%PDF-") for name in papers)
    checked = run("journal", "verify", "--workspace", "out/workspace", "--json")
    assert (checked.returncode, json.loads(checked.stdout)["problems"]) == (0, [])
    trials = ("procedures", "budget", "scale-pass", "--workspace", "out/workspace", "--trials", 1_000_000, "--json")
    budgets = json.loads(run(*trials).stdout)["budgets"]
    assert budgets
    assert all("low" in one["trials"] for one in budgets)


def test_a_driver_dropped_in_is_listed_and_conforms(run, dropped):
    listed = run("drivers", "list", "--json", "--workspace", dropped.parents[1])
    found = {entry["id"]: entry for entry in json.loads(listed.stdout)["drivers"]}
    assert found["shop_gauge"]["problems"] == [], listed.stdout
    assert found["shop_gauge"]["folder"] == str(dropped)
    assert {"mt_sics", "modbus_generic"} < set(found)
    checked = run("drivers", "check", dropped, "--json")
    assert json.loads(checked.stdout)["problems"] == []
    assert checked.returncode == 0


def test_every_module_a_driver_may_import_is_there(run, dropped):
    from fieldcal.driverkit.imports import ALLOWED

    text = (dropped / "driver.py").read_text("utf-8")
    wanted = "".join(f"import {name}\n" for name in sorted(ALLOWED) if name != "__future__")
    (dropped / "driver.py").write_text(wanted + text, "utf-8")
    checked = run("drivers", "check", dropped, "--json")
    assert json.loads(checked.stdout)["problems"] == []


def test_a_driver_that_reaches_for_the_network_is_refused(run, dropped):
    text = (dropped / "driver.py").read_text("utf-8")
    (dropped / "driver.py").write_text("import socket\n" + text, "utf-8")
    checked = run("drivers", "check", dropped, "--json")
    assert checked.returncode == 1
    assert any("imports socket" in problem for problem in json.loads(checked.stdout)["problems"])


def test_the_window_opens_and_stays(run, tmp_path):
    command = [str(run.program), "demo", "--workspace", str(tmp_path / "demo")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=run.env, cwd=tmp_path) as window:
        time.sleep(6)
        alive = window.poll() is None
        window.kill()
        told = window.communicate()[1]
    assert alive, told
    assert "Traceback" not in told
    assert (tmp_path / "demo" / "fieldcal.db").stat().st_size > 0


@pytest.mark.parametrize(("kind", "driver"), [("tcp", "mt_sics"), ("rfc2217", "additel")])
def test_a_simulated_instrument_is_found_over_the_network(run, kind, driver, tmp_path):
    command = [str(run.program), "bench", "--headless", "--json", "--on", kind, driver]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=run.env, cwd=tmp_path, **pipes) as bench:
        told = ""
        while not told or told.count("{") != told.count("}"):
            told += bench.stdout.readline()
        port = json.loads(told)["instruments"][0]["port"]
        found = run("drivers", "find", port, "--json")
        bench.communicate("quit\n", 10)
    assert json.loads(found.stdout)["found"][0]["driver"].startswith(driver), found.stdout + found.stderr


def test_nothing_unwanted_is_inside(built):
    names = {path.name.lower() for path in built.rglob("*")}
    unwanted = ("pip", "f2py", "pandas", "tkinter", "pytest", "libqt6qml.so.6", "libqt6sql.so.6", "libqt6network.so.6")
    assert names.isdisjoint(unwanted)
    assert not any("avif" in name for name in names)
    drivers = [path.relative_to(built).as_posix() for path in built.rglob("mt_sics")]
    assert len(drivers) == 1  # as data, not a second time as code


def test_it_is_at_most_1_45_times_a_bare_window(built, tmp_path):
    (tmp_path / "bare.py").write_text(BARE, "utf-8")
    build = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", "bare.py"]
    subprocess.run(build, cwd=tmp_path, check=True, capture_output=True)
    bare = size(tmp_path / "dist" / "bare")
    shutil.rmtree(tmp_path / "dist")
    assert size(built) <= 1.45 * bare, f"{size(built) / 1e6:.0f} MB against {bare / 1e6:.0f} MB"


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
