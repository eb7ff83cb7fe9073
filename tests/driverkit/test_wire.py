"""Frames, codecs, Modbus and transcripts against published vectors and any bytes."""

import struct
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldcal.driverkit import (
    BadChecksum,
    BadReply,
    Between,
    Chunk,
    DeviceFault,
    Fixed,
    LengthPrefixed,
    Line,
    Register,
    bcd,
    crc16,
    number,
    sum8,
    xor8,
)
from fieldcal.driverkit.modbus import ReadRegisters, parse_request
from fieldcal.driverkit.transcript import Exchange, read_transcript, write_transcript

FRAMES = [Line(b"\r\n", 16), Fixed(4), LengthPrefixed(1, 2), Between(b"\x02", b"\x03", 16)]


@pytest.mark.parametrize(
    ("frame", "buffer", "taken"),
    [
        (Line(), b"ab\r\ncd", (b"ab", b"cd")),
        (Line(), b"ab\r", None),
        (Fixed(3), b"abcd", (b"abc", b"d")),
        (Fixed(3), b"ab", None),
        (LengthPrefixed(1, 1), b"\x10\x02abXrest", (b"\x10\x02abX", b"rest")),
        (LengthPrefixed(1, 1), b"\x10\x02ab", None),
        (Between(b"<", b">"), b"junk<a>b", (b"<a>", b"b")),
        (Between(b"<", b">"), b"><a", None),
    ],
)
def test_a_frame_is_taken_whole_or_not_at_all(frame, buffer, taken):
    assert frame.take(buffer) == taken


@given(st.sampled_from(FRAMES), st.binary(max_size=60))
def test_a_framer_loses_and_invents_nothing(frame, data):
    try:
        hit = frame.take(data)
    except BadReply:
        return
    if hit:
        assert data.endswith(hit[1])
        assert hit[0] in data


def test_a_line_without_end_does_not_grow_for_ever():
    with pytest.raises(BadReply):
        Line(b"\r\n", 16).take(b"x" * 17)


@pytest.mark.parametrize("text", ["", " 1", "1 ", "1.", ".5", "1e3", "NaN", "1_0", "１２", "١٢٣", "--1", "1,5", "1\n"])
def test_what_is_not_plainly_a_number_is_refused(text):
    with pytest.raises(BadReply):
        number(text)


@pytest.mark.parametrize("text", ["100.00", "-0.05", "7", "+3.10"])
def test_a_number_keeps_its_resolution(text):
    assert str(number(text)) == text.lstrip("+")


def test_checksums_match_published_values():
    assert crc16(b"123456789") == bytes.fromhex("374b")
    assert sum8(b"\xff\x02") == 1
    assert xor8(b"\x0f\xf0\x01") == 0xFE
    assert bcd(b"\x12\x34") == 1234
    with pytest.raises(BadReply):
        bcd(b"\x1a")


def test_a_read_request_has_the_published_bytes():
    assert ReadRegisters(1, 3, 0, 2).request() == bytes.fromhex("010300000002C40B")
    assert parse_request(bytes.fromhex("010300F600022439")) == ReadRegisters(1, 3, 246, 2)


def test_a_published_reply_is_read():
    reply = bytes.fromhex("01030402 92FF9B5A3D")
    assert ReadRegisters(1, 3, 0, 2).payload(reply) == bytes.fromhex("0292FF9B")


@pytest.mark.parametrize("other", [ReadRegisters(2, 3, 0, 2), ReadRegisters(1, 4, 0, 2), ReadRegisters(1, 3, 0, 1)])
def test_a_foreign_reply_is_refused(other):
    with pytest.raises(BadReply):
        other.payload(bytes.fromhex("01030402 92FF9B5A3D"))


def test_an_exception_of_the_slave_is_its_fault():
    with pytest.raises(DeviceFault) as caught:
        ReadRegisters(1, 3, 0, 2).payload(bytes.fromhex("018302C0F1"))
    assert caught.value.fault == "illegal-address"


@given(st.integers(0, 71))
def test_no_single_wrong_bit_passes_the_checksum(bit):
    reply = bytearray.fromhex("01030402 92FF9B5A3D")
    reply[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadChecksum):
        ReadRegisters(1, 3, 0, 2).payload(bytes(reply))


@pytest.mark.parametrize(
    ("order", "data"),
    [("ABCD", "42F6E979"), ("CDAB", "E97942F6"), ("BADC", "F64279E9"), ("DCBA", "79E9F642")],
)
def test_a_float_is_read_in_each_order(order, data):
    register = Register(0, 3, "float32", order, Decimal("0.001"), "°C")
    assert str(register.decode(bytes.fromhex(data))) == "123.456"
    assert register.encode(Decimal("123.456")) == bytes.fromhex(data)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e30, 151.0, -61.0])
def test_no_broken_sensor_gives_a_value(value):
    register = Register(0, 3, "float32", "ABCD", Decimal("0.01"), "°C", Decimal(-60), Decimal(150))
    with pytest.raises(BadReply):
        register.decode(struct.pack(">f", value))


def test_a_sentinel_is_no_temperature():
    register = Register(0, 3, "int16", "AB", Decimal("0.1"), "°C", sentinels=(-32768,))
    assert register.decode(b"\xff\x9b") == Decimal("-10.1")
    with pytest.raises(BadReply):
        register.decode(b"\x80\x00")


@given(
    st.lists(
        st.tuples(
            st.binary(min_size=1, max_size=20),
            st.lists(st.tuples(st.binary(min_size=1, max_size=20), st.integers(0, 5000)), max_size=4),
        ),
        max_size=5,
    )
)
def test_a_transcript_is_read_back_as_it_was_written(raw):
    exchanges = [Exchange(request, [Chunk(data, ms / 1000) for data, ms in chunks]) for request, chunks in raw]
    assert read_transcript(write_transcript(exchanges, "a title")) == exchanges


@pytest.mark.parametrize("text", ["? x", "> a\\q", "< tail\\", "@ten\n> a"])
def test_a_bad_line_of_a_transcript_is_refused(text):
    with pytest.raises(ValueError):
        read_transcript(text)
