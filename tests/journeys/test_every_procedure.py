"""Every shipped procedure, played without hands: from simulated instruments on a serial line to the signed paper."""

import io
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from pypdf import PdfReader

from fieldcal import bootstrap
from fieldcal.domain.compiled import load
from fieldcal.services.app import Services
from fieldcal.services.clock import DemoClock
from fieldcal.services.demo import nozzle_plate
from fieldcal.services.fill import fill
from fieldcal.services.proof import generic_cases
from fieldcal.services.simulate import Played, play

NAMES = [compiled.procedure.id for compiled in bootstrap.library().all()]
FOLDER = Path(__file__).parents[2] / "resources" / "procedures"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    clock = DemoClock(1, jump=True)
    folder = tmp_path_factory.mktemp("every") / "workspace"
    found = bootstrap.open_demo(folder, clock=clock, link_clock=clock.mono)
    yield found
    found.close()


@pytest.fixture(scope="module")
def play_once(services: Services) -> Callable[[str], Played]:
    def once(name: str) -> Played:
        compiled = services.ws.library.get(name)
        simulators = bootstrap.simulators_for(services, compiled)
        return play(services, compiled, generic_cases(compiled, FOLDER), simulators)

    return cache(once)


@pytest.mark.parametrize("name", NAMES)
def test_it_ends_in_a_pass_and_a_paper_that_names_the_regulation(
    services: Services, play_once: Callable[[str], Played], name: str
) -> None:
    played = play_once(name)
    assert played.open == []
    assert played.verdict == "pass", played.items
    assert set(played.items.values()) <= {"pass", "not-applicable"}
    assert played.issued is not None
    data = services.certificates.paper(played.issued.number)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).replace(" ", "").replace("\n", "")
    assert played.issued.number in text
    assert services.runs.compiled(played.run).procedure.regulation.replace(" ", "") in text
    assert services.runs.view(played.run).state == "certified"


@pytest.mark.parametrize("name", NAMES)
def test_whatever_a_simulator_can_show_comes_off_the_line(
    services: Services, play_once: Callable[[str], Played], name: str
) -> None:
    played = play_once(name)
    view, compiled = services.runs.view(played.run), services.runs.compiled(played.run)
    bound = {device.role for device in view.bound}
    measured = {c.role for i in compiled.procedure.items for c in i.columns if played.items[i.id] == "pass"} & bound
    assert bool(measured) == (played.readings.get("wire", 0) > 0)


def test_a_fit_value_is_found_without_any_case_to_start_from() -> None:
    compiled = bootstrap.library().get("jjg443-2023")
    found = fill(compiled, "subsequent", nozzle_plate(1, 1), {})
    assert found.open == []
    assert len(found.items["flow"]) == 6


def test_what_no_value_can_pass_is_told() -> None:
    data = bootstrap.library().get("jjg443-2023").data
    text = data.decode().replace(
        'value = "temperature", low = "-25", high = "55"', 'value = "temperature", low = "120"'
    )
    compiled = load(text.encode())
    assert fill(compiled, "subsequent", nozzle_plate(1, 1), {}).open == ["environment"]
