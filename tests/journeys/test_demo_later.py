"""The headless demo's jobs after 2027-01-08, in a workspace that was made before."""

import io
from datetime import datetime
from pathlib import Path

from pypdf import PdfReader

from fieldcal import bootstrap
from fieldcal.cli.demo import Journey
from fieldcal.services.clock import DemoClock
from fieldcal.services.demo import MADE_UP
from fieldcal.services.hands import NozzleHands, ScaleHands


def clock_at(day: str) -> DemoClock:
    return DemoClock(1, jump=True, start=datetime.fromisoformat(f"{day}T01:00:00+00:00"))


def test_scales_get_their_paper_by_the_new_procedure_and_dispensers_by_their_own(tmp_path: Path) -> None:
    folder, clock = tmp_path / "workspace", clock_at("2027-02-01")
    folder.mkdir()
    (tmp_path / "out").mkdir()
    bootstrap.make_demo(folder, clock_at("2026-12-01"))
    services = bootstrap.open_demo(folder, clock=clock, link_clock=clock.mono)
    try:
        journey = Journey(services, tmp_path / "out", 1)
        journey.job("scale-pass", "stall-01", ScaleHands(services.bench.scale))
        journey.job("nozzle-pass", "nozzle-1-1", NozzleHands(services.bench.probes, 1))
        assert [(job["verdict"], job["valid_to"]) for job in journey.jobs] == [
            ("pass", "2028-01-31"), ("pass", "2027-07-31"),
        ]  # fmt: skip
        for job, regulation in zip(journey.jobs, ("JJG1204-2025", "JJG443-2023"), strict=True):
            pages = PdfReader(io.BytesIO(services.certificates.paper(job["number"]))).pages
            text = "".join("".join(page.extract_text() for page in pages).split())
            assert regulation in text
            assert "JJG539" not in text
        used = services.runs.compiled("run:scale-pass")
        adoption = services.ws.catalogue.adoption(used.sha256)
        assert adoption is not None
        assert adoption.event.values["mpe"].edition == MADE_UP  # nobody takes the demo's numbers for the regulation's
    finally:
        services.close()
