"""What tests of every part of the program stand on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fieldcal.devices.bench import KINDS, Bench


@pytest.fixture(params=KINDS)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """An empty simulated bench on each kind of port there is."""
    made = Bench(request.param)
    yield made
    made.close()
