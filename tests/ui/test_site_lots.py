"""The lots of a site stand above its instruments."""

import pytest

from fieldcal.domain.lot import serials
from fieldcal.services.lots import Lots, Plan
from fieldcal.ui.models import site_lots

pytest_plugins = ["tests.ui.demo_window"]
PLATE = {
    "dn": "20", "q1": "0.025", "q2": "0.040", "q3": "2.5", "q4": "3.125", "scale_interval": "0.05",
    "tightness_pressure": "1.6", "tightness_time": "60",
}  # fmt: skip


@pytest.fixture
def page(technician, services):
    technician.desk.open_site("market")
    return technician.page("site")


def opened(services, site="market"):
    lots = Lots(services.certificates)
    plan = Plan(3, 0, 1, "7.9")
    return lots, lots.open("jjg162-2019", "first", site, serials("W01..W40"), "tech", plate=PLATE, plan=plan)


def test_a_site_without_lots_says_nothing_of_them(page, services):
    opened(services, "station")
    page.refresh()
    assert not page.lots.isVisible()


def test_a_lot_is_told_with_its_sample_and_the_drawn_meters_are_on_the_list(page, services):
    before = page.list.model().rowCount()
    lots, lot = opened(services)
    page.refresh()
    assert page.lots.isVisible()
    assert "40" in page.lots.text()
    lots.draw(lot, "tech", "seed")
    page.refresh()
    name = lot.removeprefix("lot:")
    assert page.lots.text() == f"批 {name}：共 40 台，样本 3 台，已出证 0 台"
    assert page.list.model().rowCount() == before + 3
    page.search.setText(name)
    assert page.list.model().rowCount() == 3
    lots.abandon(lot, "sent back", "approve")
    page.refresh()
    assert not page.lots.isVisible()


def test_a_drawn_meter_is_started_with_the_kind_of_its_lot(page, services):
    lots, lot = opened(services)
    lots.draw(lot, "tech", "seed")
    page.refresh()
    seen = []
    page.start_wanted.disconnect()
    page.start_wanted.connect(lambda instrument, kind: seen.append((instrument, kind)))
    member = lots.members(lots.view(lot))[0]
    page.list.choose(member.instrument)
    page.next_kind()
    assert page.card.kinds.choice() == "first"
    page.act()
    page.list.choose("stall-01")
    page.act()
    assert seen == [(member.instrument, "first"), ("stall-01", "in_use")]


def test_a_meter_that_left_its_sample_unmeasured_leaves_the_list_too(page, services):
    lots, lot = opened(services)
    lots.draw(lot, "tech", "seed")
    gone, kept, _ = lots.members(lots.view(lot))
    lots.replace(lot, gone.serial, "crushed", "tech")
    page.refresh()
    listed = {one.instrument.id for one in page.data.found}
    assert gone.instrument not in listed
    assert {member.instrument for member in lots.members(lots.view(lot))} <= listed
    services.runs.open(kept.instrument, "first", "tech")
    lots.abandon(lot, "sent back", "approve")
    page.refresh()
    assert [one.instrument.id for one in page.data.found if one.instrument.id.startswith(lot)] == [kept.instrument]


def test_every_state_of_a_lot_has_its_words():
    lines = tuple(site_lots.LotLine("L1", state, 40, 3, 3, "first", ()) for state in ("open", "accepted", "rejected"))
    assert [line.rpartition("，")[2] for line in site_lots.text(lines).splitlines()] == ["尚未抽取", "合格", "不合格"]
    assert site_lots.text(()) == ""
