"""FC1 against the published vectors, and against texts made to break it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import cbor2
import pytest
import segno

from fieldcal.reporting import qr
from tests.reporting.sample import FAILING, PASSING, SeedSigner

CASES = json.loads((Path(__file__).parents[1] / "data/golden/qr_payload.json").read_text("utf-8"))["cases"]
SIGNER = SeedSigner()
KEY = qr.Key(SIGNER.kid, SIGNER.public_key, date(2026, 1, 1), date(2028, 12, 31))
TODAY = date(2026, 12, 1)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _map(given: dict[str, Any]) -> dict[int, Any]:
    out: dict[int, Any] = {}
    for key, value in given["payload_map"].items():
        if key in given["bytes_keys"]:
            out[int(key)] = bytes.fromhex(value)
        else:
            out[int(key)] = int(value) if key in given["int_keys"] else value
    return out


def _symbol(text: str, expect: dict[str, Any]) -> None:
    for level, version in expect["qr_version"].items():
        code = segno.make(text, error=level, micro=False, boost_error=False)
        assert (str(code.version), code.mode) == (version, expect["qr_mode"])
    middle = segno.make(text, error="m", micro=False, boost_error=False)
    assert (middle.symbol_size(border=4)[0]) * 0.5 == float(expect["size_mm_M_0_5mm_modules"])


def base45_encode(given: dict[str, Any], expect: dict[str, Any]) -> None:
    assert qr.base45_encode(bytes.fromhex(given["bytes"])) == expect["text"]


def base45_decode(given: dict[str, Any], expect: dict[str, Any]) -> None:
    if expect["bytes"] is None:
        with pytest.raises(qr.MalformedCode):
            qr.base45_decode(given["text"])
    else:
        assert qr.base45_decode(given["text"]).hex() == expect["bytes"]


def date_code(given: dict[str, Any], expect: dict[str, Any]) -> None:
    assert str(qr.days(date.fromisoformat(given["date"]))) == expect["days"]


def build(given: dict[str, Any], expect: dict[str, Any]) -> None:
    signer = SeedSigner(bytes.fromhex(given["seed"]))
    text = qr.build(_map(given), signer)
    assert signer.public_key.hex() == expect["public_key"]
    assert signer.kid.hex() == expect["kid"]
    assert qr.envelope(_map(given), signer).hex() == expect["cose"]
    assert (text, str(len(text))) == (expect["text"], expect["text_len"])
    _symbol(text, expect)


def build_url(given: dict[str, Any], expect: dict[str, Any]) -> None:
    text = qr.build_url(_map(given), SeedSigner(bytes.fromhex(given["seed"])), given["prefix"])
    assert (text, str(len(text))) == (expect["text"], expect["text_len"])
    _symbol(text, expect)
    assert qr.verify(text, [KEY], TODAY).status == "VALID"


def verify(given: dict[str, Any], expect: dict[str, Any]) -> None:
    keys = [
        qr.Key(
            bytes.fromhex(key["kid"]),
            bytes.fromhex(key["public_key"]),
            date.fromisoformat(key["valid_from"]),
            date.fromisoformat(key["valid_to"]),
            _day(key["revoked_from"]),
        )
        for key in given["key_list"]
    ]
    today = date.fromisoformat(given["today"])
    assert qr.verify(given["text"], keys, today, set(given["superseded"])).status == expect["verdict"]


CHECKS = {check.__name__: check for check in (base45_encode, base45_decode, date_code, build, build_url, verify)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_published_case_holds(case: dict[str, Any]) -> None:
    CHECKS[case["item"]](case["given"], case["expect"])


def test_there_are_thirteen_published_cases() -> None:
    assert len(CASES) == 13


def signed(body: bytes, protected: bytes | None = None) -> str:
    protected = protected or cbor2.dumps({1: -8, 4: SIGNER.kid})
    signature = SIGNER.sign(cbor2.dumps(["Signature1", protected, b"", body]))
    return "FC1:" + qr.base45_encode(cbor2.dumps(cbor2.CBORTag(18, [protected, {}, body, signature])))


GOOD = cbor2.dumps({1: 1, 3: "A", 4: "B", 8: 1, 9: 20777, 10: 21141})
DOUBLED = b"\xa6" + GOOD[1:-4] + cbor2.dumps(3) + cbor2.dumps("Z")


def test_a_hand_made_good_text_is_valid_so_the_broken_ones_break_for_their_fault() -> None:
    assert qr.verify(signed(GOOD), [KEY], TODAY).status == "VALID"


@pytest.mark.parametrize(
    "body",
    [
        DOUBLED,
        GOOD + b"\x00",
        b"\xb8\x06" + GOOD[1:],
        GOOD[:-1],
        b"",
        cbor2.dumps([1]),
        cbor2.dumps({1: 1, 3: "A", 4: "B", 8: True, 9: 20777}),
        cbor2.dumps({1: 1, 3: "A", 4: 5, 8: 1, 9: 20777}),
        cbor2.dumps({1: 1, 3: "A", 8: 1, 9: 20777}),
        cbor2.dumps({1: 1, 3: "A", 4: "B", 8: 1, 9: 20777, 13: "?"}),
        cbor2.dumps({1: 2, 3: "A", 4: "B", 8: 1, 9: 20777}),
        cbor2.dumps({1: 1, 3: "A", 4: "B", 8: 1, 9: 10**12}),
    ],
    ids=lambda body: body.hex()[:12],
)
def test_a_signed_but_ill_formed_map_is_malformed(body: bytes) -> None:
    assert qr.verify(signed(body), [KEY], TODAY).status == "MALFORMED"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "HC1:BB8",
        "FC1:",
        "FC1:a",
        "FC1:GGW",
        "FC1:BB8",
        signed(GOOD) + "000",
        signed(GOOD, cbor2.dumps({1: -7, 4: SIGNER.kid})),
        signed(GOOD, cbor2.dumps({1: -8})),
        "https://v.example.cn/c#!!!",
        "https://v.example.cn/c#",
        "FC1:" + qr.base45_encode(cbor2.dumps(cbor2.CBORTag(18, [b"", {}, b"", b""]))),
        "FC1:" + "0" * 5000,
    ],
)
def test_what_is_no_envelope_is_malformed_and_never_raises(text: str) -> None:
    assert qr.verify(text, [KEY], TODAY).status == "MALFORMED"


def test_more_than_a_kilobyte_is_neither_built_nor_read() -> None:
    big = {1: 1, 3: "A", 4: "B" * 1000, 8: 1, 9: 20777}
    with pytest.raises(qr.MalformedCode):
        qr.build(big, SIGNER)
    assert qr.verify(signed(cbor2.dumps(big)), [KEY], TODAY).status == "MALFORMED"


def test_a_superseded_number_is_said_before_its_expiry() -> None:
    assert qr.verify(signed(GOOD), [KEY], date(2029, 1, 1), {"A"}).status == "SUPERSEDED"


@pytest.mark.parametrize(
    ("first", "last", "revoked", "status"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), None, "VALID"),
        (date(2026, 11, 21), date(2027, 1, 1), None, "UNKNOWN_KEY"),
        (date(2026, 1, 1), date(2026, 11, 19), None, "UNKNOWN_KEY"),
        (date(2026, 1, 1), date(2027, 1, 1), date(2026, 11, 20), "UNKNOWN_KEY"),
        (date(2026, 1, 1), date(2027, 1, 1), date(2026, 11, 21), "VALID"),
    ],
)
def test_a_key_counts_only_inside_its_window_and_before_its_loss(
    first: date, last: date, revoked: date | None, status: str
) -> None:
    key = qr.Key(SIGNER.kid, SIGNER.public_key, first, last, revoked)
    assert qr.verify(signed(GOOD), [key], TODAY).status == status


def test_keys_that_share_a_kid_are_all_tried() -> None:
    other = qr.Key(SIGNER.kid, SeedSigner(b"\x07" * 32).public_key, date(2026, 1, 1), date(2028, 1, 1))
    assert qr.verify(signed(GOOD), [other, KEY], TODAY).status == "VALID"
    assert qr.verify(signed(GOOD), [other], TODAY).status == "BAD_SIGNATURE"


def test_a_notice_has_no_last_day_and_does_not_expire() -> None:
    text = qr.build(qr.payload(FAILING), SIGNER)
    outcome = qr.verify(text, [KEY], date(2050, 1, 1))
    assert outcome.status == "VALID"
    assert qr.VALID_TO not in outcome.fields
    assert outcome.fields[qr.RESULT] == 0


def test_the_map_of_a_certificate_comes_back_with_the_digest_of_its_content() -> None:
    fields = qr.verify(qr.build(qr.payload(PASSING), SIGNER), [KEY], TODAY).fields
    assert fields == qr.payload(PASSING)
    assert PASSING.digest().startswith(fields[qr.RECORD])


def test_bytes_of_every_length_survive_base45() -> None:
    for size in range(40):
        data = bytes(255 - n for n in range(size))
        assert qr.base45_decode(qr.base45_encode(data)) == data
