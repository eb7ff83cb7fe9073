"""What the tests of drivers are given: a driver at a pseudo-terminal, and a gateway over the shipped drivers."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from fieldcal.devices.gateway import Gateway
from tests.drivers import polled


@pytest.fixture
def on_a_line() -> Iterator[Any]:
    """`on_a_line("ohaus/scout_10", settle=0.3)`: the driver and the simulator it talks to over a pseudo-terminal."""
    with ExitStack() as stack:
        yield lambda driver_id, **settings: stack.enter_context(polled.at_a_line(driver_id, **settings))


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway(polled.CATALOG)
    yield made
    made.close()
