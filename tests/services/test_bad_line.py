"""What comes over the wire and cannot be used, at the service: the reading is refused, the run waits and goes on by
hand, nothing accepted is lost. Real drivers over pseudo-terminals."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldcal.bootstrap import open_demo
from fieldcal.devices.catalog import Catalog
from fieldcal.devices.gateway import Gateway
from fieldcal.domain.judge import Position
from fieldcal.driverkit import DeviceError
from fieldcal.services.app import Services
from fieldcal.services.capture import Capture
from fieldcal.services.clock import DemoClock
from fieldcal.services.walk import PIXEL
from fieldcal.ui.i18n import LANGUAGES, explain
from tests.ui import jobs

DRIVERS = Path(__file__).parents[2] / "drivers"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    made = open_demo(jobs.fresh(tmp_path / "demo"), clock=DemoClock(20))
    made.sign_in("tech", "1111")
    yield made
    made.close()


@pytest.fixture
def run(services: Services) -> str:
    """Started and bound, up to the first cell that the scale fills."""
    runs = services.runs
    run = runs.open("stall-01", "subsequent", "tech")
    runs.prepare(run, "tech")
    services.bind_bench(run)
    while (at := due(services, run)).column != "indication":
        if at.question:
            runs.add_evidence(run, at.item, at.question, PIXEL, "image/png", "photo", "tech")
            runs.answer(run, at.item, at.question, "pass", "tech")
        else:
            text, unit = {"load": ("0", "g")}.get(at.column, ("20", "" if at.column == "x" else "°C"))
            runs.take(run, at, text, "%" if at.column == "humidity" else unit, "tech")
    return run


def due(services: Services, run: str) -> Position:
    found = services.runs.judgement(run).position
    assert found is not None
    return found


def goes_on_by_hand(services: Services, run: str, code: str) -> None:
    at, readings = due(services, run), services.runs.view(run).readings
    services.runs.device_failed(run, "scale", code, "", "tech")
    assert services.runs.view(run).state == "waiting"
    assert services.runs.view(run).readings == readings
    services.runs.take(run, at, "0.000", "kg", "tech")
    assert services.runs.view(run).readings == readings + 1
    assert services.runs.view(run).state == "running"


FAULTS = {
    "cut": ("truncated", "broke off"), "silence": ("timeout", "did not answer"),
    "unplug": ("disconnected", "is disconnected"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_line_that_fails_in_a_frame_gives_no_reading_and_the_run_goes_on_by_hand(
    services: Services, run: str, fault: str
) -> None:
    code, words = FAULTS[fault]
    capture = services.capture(run, "scale")
    assert capture is not None
    services.bench.scale.switch(fault)
    with pytest.raises(DeviceError) as refused:
        capture.poll()
    assert refused.value.code == code
    assert words in explain(refused.value, "en")
    assert all(explain(refused.value, language) != code for language in LANGUAGES)
    goes_on_by_hand(services, run, code)


def test_a_driver_that_raises_gives_no_reading_and_the_run_goes_on_by_hand(
    services: Services, run: str, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(DRIVERS / "mt_sics", tmp_path / "drivers" / "mt_sics"))
    source = (folder / "driver.py").read_text("utf-8")
    line = 'return decode(self._ask("SI", timeout=PROMPT, answers_as=b"S"))'
    assert line in source
    (folder / "driver.py").write_text(source.replace(line, 'raise RuntimeError("a bug of the driver")'), "utf-8")
    gateway = Gateway(Catalog([tmp_path / "drivers"]))
    try:
        gateway.bind("scale", "mt_sics", services.bench.bench.attach("broken", services.bench.scale))
        capture = Capture(gateway, "scale", "live-mass", services.ws.clock)
        with pytest.raises(DeviceError) as refused:
            capture.poll()
    finally:
        gateway.close()
    assert refused.value.code == "driver-failed"
    assert "a bug of the driver" in str(refused.value)
    assert "typed in" in explain(refused.value, "en")
    assert "手工输入" in explain(refused.value, "zh")
    goes_on_by_hand(services, run, "driver-failed")
