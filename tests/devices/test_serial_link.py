"""The link on a real pseudo-terminal."""

import os
import threading
import time
from pathlib import Path

import pytest

from fieldcal.devices.bench import Bench
from fieldcal.devices.loader import load
from fieldcal.devices.serial_link import SerialLink
from fieldcal.driverkit import (
    BadReply,
    Blocked,
    Cancelled,
    Disconnected,
    Fixed,
    Line,
    Noisy,
    ReplyTimeout,
    SilentGap,
    Truncated,
)
from fieldcal.driverkit.manifest import SerialSettings

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
DRIVERS = Path(__file__).parents[2] / "drivers"
LINE = Line(b"\r\n", 64)


def test_a_reply_in_pieces_is_put_together(far):
    far.reply(b"S S   ", 0.05, b"  100.00", 0.12, b" g\r", 0.02, b"\n")
    assert far.link.exchange(b"S\r\n", LINE, 2.0) == b"S S     100.00 g"


def test_a_cut_reply_is_truncated_and_never_returned(far):
    far.reply(b"S S     10")
    with pytest.raises(Truncated):
        far.link.exchange(b"S\r\n", LINE, 0.3)


def test_silence_ends_at_the_deadline(far):
    begin = time.monotonic()
    with pytest.raises(ReplyTimeout):
        far.link.exchange(b"S\r\n", LINE, 0.3)
    assert 0.28 < time.monotonic() - begin < 1.0


def test_a_late_answer_is_not_taken_for_the_next_one(far):
    far.reply(0.25, b"old\r\n")
    with pytest.raises(ReplyTimeout):
        far.link.exchange(b"A\r\n", LINE, 0.1)
    time.sleep(0.2)
    far.reply(b"new\r\n")
    assert far.link.exchange(b"B\r\n", LINE, 1.0) == b"new"


def test_bytes_nobody_asked_for_are_thrown_away(far):
    far.reply(b"one\r\n")
    assert far.link.exchange(b"A\r\n", LINE, 1.0) == b"one"
    far.say(b'I4 A "power on"\r\n')
    far.reply(b"two\r\n")
    assert far.link.exchange(b"B\r\n", LINE, 1.0) == b"two"


def test_a_surplus_behind_a_reply_does_not_answer_the_next_request(far):
    far.reply(b"one\r\nghost\r\n")
    assert far.link.exchange(b"A\r\n", LINE, 1.0) == b"one"
    far.reply(b"two\r\n")
    assert far.link.exchange(b"B\r\n", LINE, 1.0) == b"two"


def test_a_line_that_never_falls_silent_is_noisy(far):
    stop = threading.Event()

    def babble():
        while not stop.wait(0.02):
            os.write(far.master, b"x")

    thread = threading.Thread(target=babble, daemon=True)
    thread.start()
    try:
        with pytest.raises(Noisy):
            far.link.exchange(b"A\r\n", LINE, 1.0)
    finally:
        stop.set()
        thread.join()


def test_a_cancel_ends_a_long_wait_at_once(far):
    threading.Timer(0.2, far.link.cancel).start()
    begin = time.monotonic()
    with pytest.raises(Cancelled):
        far.link.exchange(b"A\r\n", LINE, 20.0)
    assert time.monotonic() - begin < 1.0


def test_an_unplug_in_the_middle_of_a_frame_is_disconnected(far):
    far.reply(b"S S   ", 0.05, then=far.unplug)
    with pytest.raises(Disconnected):
        far.link.exchange(b"S\r\n", LINE, 3.0)


def test_a_request_held_back_ends_blocked(far):
    begin = time.monotonic()
    with pytest.raises(Blocked):
        far.link.exchange(b"x" * 200_000, LINE, 3.0)
    assert time.monotonic() - begin < 2.0


def test_a_silent_gap_ends_a_frame_without_an_end(far):
    far.reply(b"abc", 0.02, b"def")
    assert far.link.exchange(b"A", SilentGap(0.15), 2.0) == b"abcdef"


def test_a_port_that_is_not_there_is_disconnected():
    from fieldcal.devices.serial_link import SerialLink
    from fieldcal.driverkit.manifest import SerialSettings

    with pytest.raises(Disconnected):
        SerialLink.open("/dev/no-such-port", SerialSettings())


def test_every_byte_value_passes_unchanged(far):
    everything = bytes(range(256))
    far.reply(everything)
    assert far.link.exchange(b"A", Fixed(256), 2.0) == everything


def test_a_simulated_instrument_with_seven_bits_is_reached_over_a_pseudo_terminal():
    bench = Bench()
    try:
        port = bench.attach("scale", load(DRIVERS / "mt_sics").simulator())
        link = SerialLink.open(port, SerialSettings(bits="7E1"))
        assert link.exchange(b"I4\r\n", Line(b"\r\n"), 1.0) == b'I4 A "1234567"'
        assert link.exchange(b"I4\r\n", Line(b"\r\n"), 0.9) == b'I4 A "1234567"'
        link.close()
    finally:
        bench.close()


def test_a_port_that_refuses_its_settings_is_disconnected_and_closed(far, monkeypatch):

    termios = pytest.importorskip("termios")

    def refuse(*_arguments):
        raise termios.error(22, "Invalid argument")

    monkeypatch.setattr(termios, "tcgetattr", refuse)
    with pytest.raises(Disconnected):
        SerialLink.open(os.ttyname(far.slave), SerialSettings())
    with pytest.raises(Disconnected):  # a wait of another length sets the port up anew
        far.link.exchange(b"Q\r\n", LINE, 0.05)


def test_what_is_told_has_no_answer_and_the_next_frame_is_still_heard(far):
    far.reply(b"told ", 0.2, b"1.5 kg\r\n")
    far.link.tell(b"Z\r\n")
    assert far.link.listen(LINE, 2.0).endswith(b"1.5 kg")


def test_an_answer_a_little_too_late_is_waited_for_before_the_next_question(far):
    far.reply(0.3, b"old\r\n")
    with pytest.raises(ReplyTimeout):
        far.link.exchange(b"A\r\n", LINE, 0.2)
    far.reply(b"new\r\n")
    assert far.link.exchange(b"A\r\n", LINE, 1.0) == b"new"


def test_two_answers_after_a_missed_deadline_are_both_refused(far):
    far.reply(0.45, b"old\r\n")
    with pytest.raises(ReplyTimeout):
        far.link.exchange(b"A\r\n", LINE, 0.1)
    far.reply(0.3, b"new\r\n")
    with pytest.raises(BadReply, match="a second answer"):
        far.link.exchange(b"A\r\n", LINE, 1.0)
    far.reply(b"next\r\n")
    assert far.link.exchange(b"A\r\n", LINE, 1.0) == b"next"
