"""Worked cases without a procedure: rounding and judging, validity dates, the signed code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from fieldcal.domain.errors import BadInput
from fieldcal.domain.functions import deviation, spread
from fieldcal.domain.quantity import number, show
from fieldcal.domain.rounding import half_even, half_up, marked
from fieldcal.domain.validity import MINUS_ONE, base_date, valid_until
from fieldcal.domain.verdict import compare
from fieldcal.services.case_types import QrCodec, Unsupported
from fieldcal.services.procedures import Library

Case = dict[str, Any]
Given = dict[str, Any]
Out = dict[str, Any]
Rule = Callable[[Given], Out]


def _of(rules: dict[str, Rule], case: Case) -> Rule:
    if case["item"] not in rules:
        raise Unsupported(field="item", value=case["item"], accepted=", ".join(rules))
    return rules[case["item"]]


def rounding(case: Case, library: Library) -> Out:
    try:
        return _of(ROUNDING, case)(case["given"])
    except BadInput as error:
        if error.code != "bad-interval":
            raise
        return {"rounded": None, "verdict": "rejected"}


def _optional(given: Given, key: str) -> Decimal | None:
    return number(str(given[key]), key) if given.get(key) is not None else None


def _round(given: Given) -> Out:
    x, interval = number(given["x"], "x"), number(given["interval"], "interval")
    how = {"half_up": half_up, "half_even": half_even}[str(given.get("ties", "half_even"))]
    out: Out = {"rounded": show(how(x, interval)), "verdict": "computed"}
    if "wrong_chain_intervals" in given:
        chained = x
        for step in given["wrong_chain_intervals"]:
            chained = half_even(chained, number(step))
        out["wrong_chain_result"] = show(half_even(chained, interval))
    return out


def _marked(given: Given) -> Out:
    found = marked(number(given["reported"]), given["mark"], number(given["interval"]))
    return {"rounded": show(found), "verdict": "computed"}


def _limit(given: Given) -> Out:
    limit = _optional(given, "limit")
    low, high = _optional(given, "limit_low"), _optional(given, "limit_high")
    if limit is not None:
        low, high = -limit, limit
    return _judged(number(given["x"]), low, high, given)


def _judged(x: Decimal, low: Decimal | None, high: Decimal | None, given: Given) -> Out:
    how = str(given.get("judge", "FULL")).lower()
    verdict, full, near_verdict, near = compare(x, low, high, how, _optional(given, "round_interval"))
    out: Out = {"verdict_full": full.value, "verdict_rounded": near_verdict.value, "verdict": verdict.value}
    return out if near is None else {**out, "rounded": show(near)}


def _repeatability(given: Given) -> Out:
    """From the range by the factor d_n; without one, the sample standard deviation."""
    errors = [number(value) for value in given["errors"]]
    found = spread(errors) / number(given["d_n"]) if "d_n" in given else deviation(errors)
    shown = {"E_n": found, "E_n_approx": half_even(found, Decimal("0.0001"))}
    return {**_judged(found, None, number(given["limit"]), given), **shown}


ROUNDING: dict[str, Rule] = {
    "rounding": _round,
    "rounding_with_a_mark": _marked,
    "limit_judgement": _limit,
    "repeatability": _repeatability,
}


def validity(case: Case, library: Library) -> Out:
    return _of(VALIDITY, case)(case["given"])


def _until(given: Given, start: date, key: str = "valid_until") -> Out:
    if str(given.get("document", "")).upper() == "NOTICE":
        return {key: None, "verdict": "computed"}
    maximum = given.get("max_interval_months")
    months = int(given["interval_months"])
    try:
        end = valid_until(start, months, given.get("convention", MINUS_ONE), int(maximum) if maximum else None)
    except BadInput as error:
        if error.code not in ("interval-too-long", "out-of-range"):
            raise
        return {key: None, "verdict": "blocked"}
    out: Out = {key: end.isoformat(), "verdict": "computed"}
    if "today" in given:
        out["verdict"] = "pass" if date.fromisoformat(given["today"]) <= end else "fail"
    return out


def _verified(given: Given) -> Out:
    if "work_dates" in given:
        return _base(given)
    return _until(given, date.fromisoformat(given["verification_date"]))


def _base(given: Given) -> Out:
    start = base_date([date.fromisoformat(day) for day in given["work_dates"]])
    return {**_until(given, start), "base_date": start.isoformat()}


def _rotation(given: Given) -> Out:
    months = str(12 * int(given["rotation_years"]))
    start = date.fromisoformat(given["first_or_install_date"])
    return _until({**given, "interval_months": months}, start, "rotation_until")


VALIDITY: dict[str, Rule] = {
    "valid_until": _verified,
    "valid_on_a_day": _verified,
    "interval_against_the_regulation_maximum": _verified,
    "base_date": _base,
    "rotation_end": _rotation,
}


class SeedSigner:
    """Signs with the test key of a case."""

    def __init__(self, seed: str) -> None:
        from hashlib import sha256

        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
        self.public_key = self._key.public_key().public_bytes_raw()
        self.kid = sha256(self.public_key).digest()[:8]

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)


def qr_payload(case: Case, qr: QrCodec) -> Out:
    rules: dict[str, Rule] = {
        "base45_encode": lambda g: {"text": qr.base45_encode(bytes.fromhex(g["bytes"])), "verdict": "computed"},
        "base45_decode": lambda g: {"bytes": qr.base45_decode(g["text"]).hex(), "verdict": "computed"},
        "date_code": lambda g: {"days": str(qr.days(date.fromisoformat(g["date"]))), "verdict": "computed"},
        "build": lambda g: _build(g, qr),
        "build_url": lambda g: _build_url(g, qr),
        "verify": lambda g: _verify(g, qr),
    }
    rule = _of(rules, case)
    try:
        return rule(case["given"])
    except qr.MalformedCode:
        return {"bytes": None, "text": None, "verdict": "MALFORMED"}


def _payload(given: Given) -> dict[int, Any]:
    def typed(key: str, value: str) -> Any:
        if key in given.get("bytes_keys", []):
            return bytes.fromhex(value)
        return int(value) if key in given.get("int_keys", []) else value

    return {int(key): typed(key, value) for key, value in given["payload_map"].items()}


def _build(given: Given, qr: QrCodec) -> Out:
    signer, payload = SeedSigner(given["seed"]), _payload(given)
    text, envelope = qr.build(payload, signer), qr.envelope(payload, signer)
    return {
        "public_key": signer.public_key.hex(),
        "kid": signer.kid.hex(),
        "cose": envelope.hex(),
        "cose_len": str(len(envelope)),
        "text": text,
        "text_len": str(len(text)),
        "verdict": "computed",
    }


def _build_url(given: Given, qr: QrCodec) -> Out:
    text = qr.build_url(_payload(given), SeedSigner(given["seed"]), given["prefix"])
    return {"text": text, "text_len": str(len(text)), "verdict": "computed"}


def _verify(given: Given, qr: QrCodec) -> Out:
    def day(text: str | None) -> date | None:
        return date.fromisoformat(text) if text else None

    keys = [
        qr.Key(
            bytes.fromhex(key["kid"]),
            bytes.fromhex(key["public_key"]),
            day(key.get("valid_from")) or date.min,
            day(key.get("valid_to")) or date.max,
            day(key.get("revoked_from")),
        )
        for key in given["key_list"]
    ]
    today = date.fromisoformat(given["today"])
    return {"verdict": qr.verify(given["text"], keys, today, given.get("superseded", ())).status}
