"""Press print three times: the rate, the form and the driver of an instrument that only prints."""

import pytest

from fieldcal.devices.doctor import diagnose
from fieldcal.devices.doctor_rates import RATES, clean, next_rate
from fieldcal.driverkit.misread import misread
from fieldcal.services.doctor import PRINTS, Print
from tests.devices.printing import CATALOG, framed, kinds, prints_of

SEARCHED = [
    (kind, baud) for kind in kinds() for baud in CATALOG.load(kind.partition("/")[0]).manifest.serial.baud
]  # fmt: skip


def heard_of(prints, sent):
    """What three presses of the key leave, listening each time where the last print points to."""
    heard = []
    for data in prints:
        rate = next_rate(heard)
        heard.append(Print(rate, misread(data, sent, rate)))
    return heard


@pytest.mark.parametrize(("kind", "baud"), SEARCHED)
def test_every_printing_instrument_is_found_at_every_rate_of_its_list_in_three_prints(kind, baud):
    bits = CATALOG.load(kind).manifest.serial.bits
    prints = prints_of(kind)
    heard = heard_of([framed(data, bits) for data in prints], baud)
    assert len(heard) == PRINTS
    found = diagnose(heard, CATALOG)
    assert found.form is not None
    assert found.form.baud == baud
    assert found.form.bits == (bits if bits[0] == "7" else "8N1")
    proposed = [proposal.driver.partition("/")[0] for proposal in found.proposals]
    assert kind.partition("/")[0] in proposed[:2]  # two makers may print the very same line
    right = next(one for one in found.proposals if one.driver.partition("/")[0] == kind.partition("/")[0])
    assert "1200.5" in right.values[-1] or "1.200" in right.values[-1] or kind.startswith("nmea")


@pytest.mark.parametrize("sent", RATES)
@pytest.mark.parametrize("bits", ["8N1", "7E1", "7O1"])
@pytest.mark.parametrize(
    "line", [b"     92.2 g  \r\n", b"ST,+00012.34  g\r\n", b"=000058.2=000058.2", b"12.5\r\n1.5\r\n"]
)
def test_garbage_tells_the_rate_within_two_prints(sent, bits, line):
    heard = heard_of([framed(line, bits)] * PRINTS, sent)
    assert heard[-1].rate == sent
    assert clean(heard[-1].data) == (bits, line)


def test_a_print_in_columns_has_width_sign_and_decimals():
    form = diagnose([Print(9600, line) for line in prints_of("sartorius_sbi/columns_16")], CATALOG).form
    assert (form.ending, form.decimals, form.unit, form.sign, form.width) == ("\r\n", 2, "g", "column", 14)


def test_a_print_in_tokens_has_no_width():
    prints = [b"Gross 12.5 kg\n", b"Gross 1.0 kg\n", b"Gross -103.5 kg\n"]
    form = diagnose([Print(9600, line) for line in prints], CATALOG).form
    assert (form.ending, form.decimals, form.unit, form.sign, form.width) == ("\n", 1, "kg", "attached", 0)


def test_a_checked_frame_is_not_taken_for_an_unchecked_one():
    found = diagnose([Print(9600, data) for data in prints_of("toledo_continuous/sum8")], CATALOG)
    assert found.proposals[0].driver == "toledo_continuous/sum8"


def test_garbage_alone_gives_no_form():
    assert diagnose([Print(9600, b"\x80\x00\x80\x00\xf8\x80")], CATALOG).form is None
