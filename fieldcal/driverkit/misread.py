"""What a receiver makes of bytes that were sent at another baud rate: the waveform, sampled again."""

from __future__ import annotations


def misread(data: bytes, sent: int, heard: int) -> bytes:
    """`data` in 8N1 at `sent` baud, as a receiver set to `heard` baud sees it; a faster one sees more bytes than there
    were, a slower one fewer. Bytes whose stop bit is not one are kept, as a port without parity check keeps them."""
    line = [bit for byte in data for bit in (0, *((byte >> at) & 1 for at in range(8)), 1)]
    long, short = 2 * heard, sent  # a bit as it was sent, half a bit as it is heard, in ticks

    def level(tick: int) -> int:
        at = tick // long
        return line[at] if at < len(line) else 1

    out, tick, end = bytearray(), 0, len(line) * long
    while tick < end:
        if level(tick) or level(tick + short):  # idle or a stop bit, or too short for a start: on to the next
            tick = (tick // long + 1) * long
            continue
        out.append(sum(level(tick + short * (2 * bit + 3)) << bit for bit in range(8)))
        tick += short * 19
        while tick < end and not level(tick):  # a line held low is no new start
            tick = (tick // long + 1) * long
    return bytes(out)
