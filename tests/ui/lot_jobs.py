"""Lots of water meters in the window's workspace, their sample measured with no hands on the page."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from fieldcal.domain import events as ev
from fieldcal.domain.lot import serials
from fieldcal.services.lots import Lots, Plan
from tests.services.test_lots import PLATE, WATER, certified
from tests.services.workspace import Desk

PLAN = {"sample": "3", "accept": "0", "reject": "1", "basis": "JJG 162-2019, 7.9 (example)"}
BASIS = "JJG 162-2019，7.9（示例）"


class Bench:
    """What `certified` works with."""

    step = Desk.step

    def __init__(self, services):
        self.runs, self.certificates, self.clock = services.runs, services.certificates, services.ws.clock


def with_rig(services):
    """The standard that water meters are verified on."""
    until = (services.ws.today() + timedelta(days=300)).isoformat()
    rig = ev.StandardPut("rig", "水表装置", "X", "1", "water_rig", "0.1", {"error": "0.1"}, "C", "L", until)
    services.ws.put("standard:rig", rig, "system")


def opened(services, numbers, plan=None):
    lots = Lots(services.certificates)
    plan = plan or Plan(5, 1, 2, BASIS)
    return lots.open(WATER, "first", "market", serials(numbers), "tech", plate=PLATE, plan=plan)


def drawn(services, numbers, seed="seed of the pictures", plan=None):
    lot = opened(services, numbers, plan)
    Lots(services.certificates).draw(lot, "tech", seed)
    return lot


def work(services, lot, count, bad=0):
    """`count` of the sample get their papers, the first `bad` of them a notice."""
    lots = Lots(services.certificates)
    for at, member in enumerate(lots.members(lots.view(lot))[:count]):
        certified(cast("Desk", Bench(services)), member.instrument, good=at >= bad)
