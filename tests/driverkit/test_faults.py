"""Faults of the line as bytes, and the simulators' own: what is made of a reply, and who may take it for a value."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldcal.devices.loader import load
from fieldcal.driverkit import BadReply, DeviceError, Line, Reading, ReplyTimeout, Simulator
from fieldcal.driverkit.benchlink import CountedClock, SimulatorLink
from fieldcal.driverkit.linefaults import LINE_FAULTS, SPOILERS
from fieldcal.driverkit.misread import misread
from fieldcal.driverkit.verdict import ERROR, REQUIRED, compared, seen, wrong

DRIVERS = Path(__file__).parents[2] / "drivers"
LINE = Line()


class Counter(Simulator):
    """Says how often it was asked."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self.count = 0

    def answer(self, request: bytes) -> bytes | None:
        self.count += 1
        return b"answer %d\r\n" % self.count


def linked(fault: str = "") -> SimulatorLink:
    clock = CountedClock()
    simulator = Counter(clock=clock)
    simulator.switch(fault)
    return SimulatorLink(simulator, clock)


@given(st.binary(max_size=40), st.sampled_from([300, 1200, 9600, 115200]))
def test_bytes_heard_at_the_rate_they_are_sent_at_are_the_same(data, rate):
    assert misread(data, rate, rate) == data


def test_a_clock_that_is_two_percent_off_still_reads():
    assert misread(b"S S     1.000 kg\r\n", 9600, 9792) == b"S S     1.000 kg\r\n"


def test_twice_the_rate_makes_two_bytes_of_an_alternating_one():
    # U is 0 1010 1010 1 on the wire; each of its bits is two at twice the rate, the last is followed by rest
    assert misread(b"U", 4800, 9600) == bytes((0b01100110, 0b11100110))


def test_half_the_rate_reads_every_second_bit():
    assert misread(b"\xff", 9600, 4800) == b""  # a start bit too short to be one
    assert misread(b"\x00\x00", 9600, 4800) == b"\x08"  # the stop bit between them is the fourth that is seen


@given(st.text("0123456789+-. gk", min_size=12, max_size=20))
def test_a_line_of_figures_at_half_the_rate_has_no_end_any_more(text):
    assert LINE.take(misread(text.encode() + b"\r\n", 4800, 9600)) is None


def test_every_fault_of_the_line_has_what_it_does_and_what_must_come_of_it():
    assert set(SPOILERS) | {"stale"} == LINE_FAULTS
    assert set(REQUIRED) > LINE_FAULTS


def test_an_instrument_that_is_stuck_does_not_do_what_it_is_told():
    link = linked("stuck")
    with pytest.raises(ReplyTimeout):
        link.exchange(b"A\r\n", LINE, 1.0)
    link.simulator.switch("")
    assert link.exchange(b"A\r\n", LINE, 1.0) == b"answer 1"


def test_a_stale_instrument_repeats_its_last_answer():
    link = linked()
    assert link.exchange(b"A\r\n", LINE, 1.0) == b"answer 1"
    link.simulator.switch("stale")
    assert [link.exchange(b"A\r\n", LINE, 1.0) for _ in range(3)] == [b"answer 1"] * 3


def test_an_answer_that_misses_its_deadline_is_never_that_of_the_next_question():
    link = linked("late-answer")
    with pytest.raises(ReplyTimeout):
        link.exchange(b"A\r\n", LINE, 1.0)
    assert link.exchange(b"A\r\n", LINE, 1.0) == b"answer 2"


def test_an_answer_far_too_late_is_refused_together_with_the_one_behind_it():
    link = linked("late-answer")
    link.OVERDUE = 1.2  # longer than it is waited for
    with pytest.raises(ReplyTimeout):
        link.exchange(b"A\r\n", LINE, 1.0)
    with pytest.raises(BadReply, match="a second answer"):
        link.exchange(b"A\r\n", LINE, 1.0)


def test_a_frame_that_lies_there_before_the_request_is_thrown_away():
    link = linked("early")
    assert [link.exchange(b"A\r\n", LINE, 1.0) for _ in range(3)] == [b"answer 1", b"answer 2", b"answer 3"]


def test_bytes_without_an_end_are_refused_and_not_kept():
    with pytest.raises(BadReply, match="without an end"):
        linked("overflow").exchange(b"A\r\n", LINE, 5.0)


def test_a_drip_ends_with_the_deadline():
    link = linked("drip")
    with pytest.raises(DeviceError):
        link.exchange(b"A\r\n", LINE, 1.0)
    assert link.clock.now == pytest.approx(1.0)
    link.clock.now += 3
    assert link.exchange(b"A\r\n", LINE, 5.0) == b"answer 2"


def test_a_talker_is_told_and_answers_nothing():
    loaded, clock = load(DRIVERS / "toledo_continuous"), CountedClock()
    link = SimulatorLink(loaded.simulator(clock=clock, settle=0.0), clock)
    link.simulator.turn("load", Decimal(100))
    link.tell(b"T")
    assert link.simulator.standing("tare_weight") == 100


@pytest.mark.parametrize(
    ("got", "cell"),
    [
        ((Decimal("9.99"), "g"), "value"),
        ((Decimal("5.01"), "g"), "old"),
        ((Decimal(7), "g"), "wrong"),
        ((Decimal(10), "lb"), "in lb"),
    ],
)
def test_a_value_is_told_from_an_old_one(got, cell):
    assert compared({"mass": got}, {"mass": (Decimal(5), "g")}, {"mass": (Decimal(10), "g")}) == cell


def test_a_fault_that_must_be_an_error_is_wrong_with_any_value():
    assert [fault for fault in REQUIRED if wrong(fault, "measure-mass", "value")] == [
        fault for fault, need in REQUIRED.items() if need == ERROR
    ]
    assert wrong("late", "measure-mass", "old")
    assert not wrong("late", "measure-mass", "value")
    assert not wrong("stale", "measure-mass", "old")
    assert not wrong("unit", "measure-mass", "in lb")


def test_the_values_of_each_kind_of_result_are_seen():
    reading = Reading(Decimal(1), "g", True, b"", "mass")
    assert seen(reading) == {"mass": (Decimal(1), "g")}
    assert seen({"temperature": reading}) == {"temperature": (Decimal(1), "g")}
    assert seen({"lat": "1.5", "lon": "2", "time": "", "status": "ok"})["lat"] == (Decimal("1.5"), "°")
    assert seen("SN1") == {"text": ("SN1", "")}
    assert seen(None) == {}


def test_a_hang_that_no_driver_sees_shows_when_the_load_changes():
    loaded, clock = load(DRIVERS / "mt_sics"), CountedClock()
    link = SimulatorLink(loaded.simulator(clock=clock), clock)
    driver = loaded.driver(link)
    link.simulator.turn("load", Decimal(2500))
    clock.now += 1
    before = driver.live_mass()
    link.simulator.switch("stale")
    link.simulator.turn("load", Decimal(5000))
    clock.now += 1
    assert driver.live_mass() == before
