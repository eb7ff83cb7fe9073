"""The published frames of every protocol, through the decoder of its driver: to the digit."""

import pytest

from tests.drivers import polled

CASES = [
    pytest.param(case, id=case["id"])
    for path in sorted((polled.ROOT / "tests/data/frames").glob("*.json"))
    for case in polled.frames(path.stem)
]


@pytest.mark.parametrize("case", CASES)
def test_every_public_frame_is_decoded_to_the_digit(case):
    result = polled.judged(case)
    assert result.differences == []
    assert set(result.not_compared) <= ({"reason"} if case["protocol"] == "vaisala" else set())
