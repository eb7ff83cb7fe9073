"""A pseudo-terminal whose far end is the test, and a gateway on a simulated bench."""

from __future__ import annotations

import os
import threading
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fieldcal.devices.catalog import Catalog
from fieldcal.devices.gateway import Gateway
from fieldcal.devices.serial_link import SerialLink
from fieldcal.driverkit.manifest import SerialSettings

DRIVERS = Path(__file__).parents[2] / "drivers"
Step = bytes | float


class FarEnd:
    """The instrument's end of the cable: waits for a request, then plays steps (bytes, or seconds)."""

    def __init__(self) -> None:
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.link = SerialLink.open(os.ttyname(self.slave), SerialSettings())
        self.threads: list[threading.Thread] = []
        self.open = True

    def reply(self, *steps: Step, then: Callable[[], None] | None = None) -> None:
        def play() -> None:
            os.read(self.master, 4096)
            self.say(*steps)
            if then:
                then()

        self.threads.append(threading.Thread(target=play, daemon=True))
        self.threads[-1].start()

    def say(self, *steps: Step) -> None:
        for step in steps:
            if isinstance(step, bytes):
                os.write(self.master, step)
            else:
                time.sleep(step)

    def unplug(self) -> None:
        if self.open:
            self.open = False
            os.close(self.slave)
            os.close(self.master)

    def close(self) -> None:
        for thread in self.threads:
            thread.join(3)
        self.link.close()
        self.unplug()


@pytest.fixture
def far() -> Iterator[FarEnd]:
    end = FarEnd()
    yield end
    end.close()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway(Catalog([DRIVERS]))
    yield made
    made.close()
