"""Sound level meters: the check on site and the limits of the weighting."""

from __future__ import annotations

from typing import Any

import pytest

from fieldcal import bootstrap
from fieldcal.services.case_sound import acoustic, weighting
from fieldcal.services.procedures import Library


@pytest.fixture(scope="module")
def library() -> Library:
    return bootstrap.library()


@pytest.mark.parametrize(
    ("reading", "verdict"), [("94.3", "pass"), ("94.4", "fail"), ("93.3", "pass"), ("93.2", "fail")]
)
def test_the_reading_is_compared_with_the_corrected_level_and_not_with_94(
    library: Library, reading: str, verdict: str
) -> None:
    given = {"L_cal": "94.0", "C_mic": "-0.2", "C_p": "0", "L": reading}
    case: dict[str, Any] = {"kind": "in_use", "instrument": {"class": "2"}, "given": given, "expect": {}}
    out = acoustic(case, library)
    assert (str(out["L_exp"]), out["verdict"]) == ("93.8", verdict)


@pytest.mark.parametrize(
    ("response", "u", "within", "u_ok", "verdict"),
    [
        ("-3.6", "0.7", True, True, "pass"),
        ("-3.7", "0.7", False, True, "fail"),
        ("0.4", "0.7", True, True, "pass"),
        ("0.5", "0.7", False, True, "fail"),
        ("-1.1", "0.8", True, False, "fail"),
    ],
)
def test_at_8_khz_the_limits_are_unequal_and_the_uncertainty_is_judged_too(
    library: Library, response: str, u: str, within: bool, u_ok: bool, verdict: str
) -> None:
    given = {"frequency_Hz": "8000", "response_dB": response, "U_dB": u, "U_max_dB": "0.7"}
    case: dict[str, Any] = {"kind": "first", "instrument": {"class": "1"}, "given": given, "expect": {}}
    out = weighting(case, library)
    assert (out["within"], out["u_ok"], out["verdict"]) == (within, u_ok, verdict)


def test_the_check_on_site_never_calls_itself_a_verification(library: Library) -> None:
    for name in ("jjg188-2017", "jjg176-2022"):
        procedure = library.get(name).procedure
        assert procedure.kinds == ["in_use"]
        assert all("非检定" in text.zh and "no verification" in text.en for text in procedure.conclusion.values())
