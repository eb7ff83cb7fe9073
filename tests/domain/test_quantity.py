from decimal import Decimal

import pytest

from fieldcal.domain.errors import BadInput
from fieldcal.domain.plate import measure
from fieldcal.domain.quantity import number, quantity, show, trim


@pytest.mark.parametrize(
    ("text", "value"), [("１２．５", "12.5"), ("12,5", "12.5"), ("−0.50", "-0.50"), (" 7. ", "7"), ("＋3", "3")]
)
def test_what_people_type_is_read_exactly(text, value):
    assert number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), ("  ", "empty"), ("NaN", "not-a-number"), ("1e5", "not-a-number"), ("1,234.5", "not-a-number"),
     ("1_0", "not-a-number"), ("inf", "not-a-number"), ("٣", "not-a-number"), ("1" * 25, "too-long")],
)  # fmt: skip
def test_what_is_no_number_names_the_field(text, code):
    with pytest.raises(BadInput) as error:
        number(text, "load")
    assert (error.value.code, error.value.field) == (code, "load")


def test_a_quantity_keeps_its_zeros_and_converts_exactly():
    value = quantity("1.250", "kg").to("g")
    assert (str(value), value.resolution) == ("1250 g", Decimal(1))
    assert (show(Decimal("-0.00")), trim(Decimal("1.50")), trim(Decimal("1E+2"))) == ("0.00", "1.5", "100")


def test_a_typed_unit_converts_and_a_foreign_one_is_refused():
    assert measure("15 kg", "g", "max") == 15000
    assert measure("0.5t", "g", "max") == 500000
    for text in ("15 L", "15 lb"):
        with pytest.raises(BadInput) as error:
            measure(text, "g", "max")
        assert (error.value.code, error.value.field) == ("wrong-unit", "max")
