"""Instruments that speak unasked: the simulator on a counted clock, on a real pseudo-terminal, in a transcript."""

import pytest

from fieldcal.devices.bench import Bench
from fieldcal.devices.serial_link import SerialLink
from fieldcal.driverkit import Between, ReplyTimeout, Simulator, Truncated
from fieldcal.driverkit.benchlink import CountedClock, SimulatorLink
from fieldcal.driverkit.manifest import SerialSettings
from fieldcal.driverkit.transcript import RecordLink, ReplayLink, WrongRequest, read_transcript, write_transcript

FRAME = Between(b"<", b">")


class Talker(Simulator):
    """Counts aloud, ten times a second."""

    frame = FRAME
    period = 0.1

    def __init__(self, *args, **settings):
        super().__init__(*args, **settings)
        self.said = 0

    def answer(self, request):
        return None

    def push(self):
        self.said += 1
        return b"<%03d>" % self.said


def on_a_clock(fault=""):
    clock = CountedClock()
    talker = Talker({}, clock)
    talker.switch(fault)
    return SimulatorLink(talker, clock)


def test_each_listening_gives_the_next_frame():
    link = on_a_clock()
    assert [link.listen(FRAME, 1.0) for _ in range(3)] == [b"<001>", b"<002>", b"<003>"]


def test_a_silent_instrument_is_a_timeout_at_the_deadline():
    link = on_a_clock("silence")
    with pytest.raises(ReplyTimeout):
        link.listen(FRAME, 1.0)
    assert link.clock.now == pytest.approx(1.0)


def test_frames_that_never_end_are_truncated():
    with pytest.raises(Truncated):
        on_a_clock("cut").listen(FRAME, 0.15)


@pytest.fixture
def port():
    bench = Bench()
    talker = Talker({})
    link = SerialLink.open(bench.attach("talker", talker), SerialSettings())
    yield link, talker, bench
    link.close()
    bench.close()


def test_over_a_pseudo_terminal_the_freshest_frame_comes_and_an_old_one_never(port):
    link, talker, _ = port
    first = link.listen(FRAME, 2.0)
    while talker.said < int(first[1:4]) + 5:
        pass
    assert int(link.listen(FRAME, 2.0)[1:4]) >= talker.said - 1


def test_a_recorded_listening_is_replayed(port):
    link, _, _ = port
    recorder = RecordLink(link)
    heard = [recorder.listen(FRAME, 2.0) for _ in range(2)]
    text = write_transcript(recorder.exchanges)
    assert text.count("\n>\n") + text.startswith(">\n") == 2
    replay = ReplayLink(read_transcript(text))
    assert [replay.listen(FRAME, 2.0) for _ in range(2)] == heard
    assert replay.ended


def test_listening_where_a_request_was_recorded_is_refused():
    replay = ReplayLink(read_transcript("> Q\n< <001>\n"))
    with pytest.raises(WrongRequest):
        replay.listen(FRAME, 1.0)
