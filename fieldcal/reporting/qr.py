"""FC1: the signed text in the QR code. base45 (RFC 9285) of a COSE_Sign1 (RFC 9052) over a small CBOR map."""

from __future__ import annotations

import base64
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fieldcal.domain.certificate import CertificateContent
from fieldcal.services.ports import Signer

PREFIX = "FC1:"
LIMIT = 1024  # bytes of the signed envelope
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

# Frozen: a key is never renumbered, an absent one is left out.
VERSION, ORGANISATION, NUMBER, SERIAL, APPLICANT, INSTRUMENT = 1, 2, 3, 4, 5, 6
REGULATION, RESULT, VERIFIED, VALID_TO, HEAD, RECORD = 7, 8, 9, 10, 11, 12

_DIGIT = {char: value for value, char in enumerate(ALPHABET)}
_TYPES: dict[int, type] = {
    VERSION: int, ORGANISATION: str, NUMBER: str, SERIAL: str, APPLICANT: str, INSTRUMENT: str,
    REGULATION: str, RESULT: int, VERIFIED: int, VALID_TO: int, HEAD: bytes, RECORD: bytes,
}  # fmt: skip
_NEEDED = {VERSION, NUMBER, SERIAL, RESULT, VERIFIED}
_TAG, _ALGORITHM, _KID, _EDDSA = 18, 1, 4, -8


class MalformedCode(ValueError):
    """The text is no FC1 text; `code` is stable."""

    code = "malformed-qr"


@dataclass(frozen=True)
class Key:
    """A published verification key; the dates bound the verification date, all inclusive but `revoked_from`."""

    kid: bytes
    public_key: bytes
    valid_from: date
    valid_to: date
    revoked_from: date | None = None

    def covers(self, day: date) -> bool:
        revoked = self.revoked_from is not None and day >= self.revoked_from
        return self.valid_from <= day <= self.valid_to and not revoked


@dataclass(frozen=True)
class Verified:
    """`fields` is filled only where the signature held; keys as in the FC1 map."""

    status: str
    fields: dict[int, Any] = field(default_factory=dict[int, Any])


def base45_encode(data: bytes) -> str:
    out: list[str] = []
    for at in range(0, len(data) - 1, 2):
        value = data[at] * 256 + data[at + 1]
        out += ALPHABET[value % 45], ALPHABET[value // 45 % 45], ALPHABET[value // 2025]
    if len(data) % 2:
        out += ALPHABET[data[-1] % 45], ALPHABET[data[-1] // 45]
    return "".join(out)


def base45_decode(text: str) -> bytes:
    """Strict: a foreign character, a lone one or an overflowing group raises MalformedCode."""
    try:
        digits = [_DIGIT[char] for char in text]
    except KeyError:
        raise MalformedCode("character outside base45") from None
    out = bytearray()
    for at in range(0, len(digits), 3):
        group = digits[at : at + 3]
        size = len(group) - 1
        value = sum(digit * 45**power for power, digit in enumerate(group))
        if size == 0 or value >= 256**size:
            raise MalformedCode("base45 group out of range")
        out += value.to_bytes(size, "big")
    return bytes(out)


def days(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - date(1970, 1, 1)).days


def payload(content: CertificateContent) -> dict[int, Any]:
    """The FC1 map of a paper; the hash is of the content, as the PDF's own would be circular.

    The paper of a lot has no key of its own: a reader of before would call the code malformed. Its number, the serial
    numbers in short and an instrument that is counted tell what it is.
    """
    fields: dict[int, Any] = {
        VERSION: 1, ORGANISATION: content.institution.get("code", ""), NUMBER: content.number,
        SERIAL: content.serial, APPLICANT: content.client, INSTRUMENT: _instrument(content),
        REGULATION: content.regulation, RESULT: int(content.document in ("certificate", "lot-accepted")),
        VERIFIED: days(date.fromisoformat(content.verified_on)),
        HEAD: bytes.fromhex(content.journal_head)[:16], RECORD: content.digest()[:16],
    }  # fmt: skip
    if content.valid_to:
        fields[VALID_TO] = days(date.fromisoformat(content.valid_to))
    return {key: value for key, value in sorted(fields.items()) if value != "" and value != b""}


def _instrument(content: CertificateContent) -> str:
    return f"{content.instrument} × {content.lot.size}" if content.lot else content.instrument


def envelope(payload: dict[int, Any], signer: Signer) -> bytes:
    """COSE_Sign1, tag 18; raises MalformedCode where it would exceed 1 kB or the map breaks its types."""
    import cbor2

    body = cbor2.dumps(dict(sorted(payload.items())))
    _fields(body)
    protected = cbor2.dumps({_ALGORITHM: _EDDSA, _KID: signer.kid})
    signature = signer.sign(_to_be_signed(protected, body))
    signed = cbor2.dumps(cbor2.CBORTag(_TAG, [protected, {}, body, signature]))
    if len(signed) > LIMIT:
        raise MalformedCode("payload too large")
    return signed


def build(payload: dict[int, Any], signer: Signer) -> str:
    return PREFIX + base45_encode(envelope(payload, signer))


def build_url(payload: dict[int, Any], signer: Signer, prefix: str) -> str:
    """The same envelope behind an address ending in `#`: what follows is not sent to the server."""
    return prefix + base64.urlsafe_b64encode(envelope(payload, signer)).rstrip(b"=").decode()


def verify(text: str, keys: Sequence[Key], today: date, superseded: Collection[str] = ()) -> Verified:
    """Never raises for what stands in `text`; the status says what is wrong with it."""
    try:
        protected, body, signature, kid = _open(_raw(text))
        fields = _fields(body)
    except MalformedCode:
        return Verified("MALFORMED")
    known = [key for key in keys if key.kid == kid]
    if not known:
        return Verified("UNKNOWN_KEY")
    signed = _to_be_signed(protected, body)
    holding = [key for key in known if _holds(key.public_key, signature, signed)]
    if not holding:
        return Verified("BAD_SIGNATURE")
    return Verified(_standing(fields, holding, today, superseded), fields)


def _standing(fields: dict[int, Any], keys: Sequence[Key], today: date, superseded: Collection[str]) -> str:
    verified = date.fromordinal(date(1970, 1, 1).toordinal() + fields[VERIFIED])
    if not any(key.covers(verified) for key in keys):
        return "UNKNOWN_KEY"
    if fields[NUMBER] in superseded:
        return "SUPERSEDED"
    # A notice has no last valid day and so never expires.
    if VALID_TO in fields and days(today) > fields[VALID_TO]:
        return "VALID_BUT_EXPIRED"
    return "VALID"


def _raw(text: str) -> bytes:
    if len(text) > 2 * LIMIT:
        raise MalformedCode("text too long")
    if text.startswith(PREFIX):
        data = base45_decode(text[len(PREFIX) :])
    elif text.startswith("https://") and "#" in text:
        data = _unpadded(text.split("#", 1)[1])
    else:
        raise MalformedCode("unknown prefix")
    if len(data) > LIMIT:
        raise MalformedCode("envelope too large")
    return data


def _unpadded(text: str) -> bytes:
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise MalformedCode("not base64url") from None
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise MalformedCode("not base64url")
    return data


def _strict(data: bytes) -> Any:
    """One CBOR item in its only encoding: re-encoding finds doubled keys, trailing bytes and long lengths."""
    import cbor2

    try:
        value = cbor2.CBORDecoder(io.BytesIO(data)).decode()
        again = cbor2.dumps(value)
    # The decoder turns tags into objects of many kinds, each with errors of its own; none may reach a caller.
    except Exception as error:
        raise MalformedCode(str(error)) from error
    if again != data:
        raise MalformedCode("not in deterministic encoding")
    return value


def _open(data: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    import cbor2

    match _strict(data):
        case cbor2.CBORTag(tag=18, value=[bytes(protected), {**open_part}, bytes(body), bytes(signature)]):
            header = _strict(protected)
        case _:
            raise MalformedCode("no COSE_Sign1")
    if open_part or not isinstance(header, dict) or header.keys() != {_ALGORITHM, _KID}:  # pyright: ignore
        raise MalformedCode("unexpected header")
    if header[_ALGORITHM] != _EDDSA or not isinstance(header[_KID], bytes):
        raise MalformedCode("unexpected algorithm")
    return protected, body, signature, header[_KID]


def _fields(body: bytes) -> dict[int, Any]:
    fields = _strict(body)
    if not isinstance(fields, dict) or not fields.keys() >= _NEEDED or not fields.keys() <= _TYPES.keys():
        raise MalformedCode("wrong keys")
    # bool is an int to isinstance, but not on the wire.
    if any(type(key) is not int or type(value) is not _TYPES[key] for key, value in fields.items()):
        raise MalformedCode("wrong types")
    if fields[VERSION] != 1 or not 0 <= fields[VERIFIED] < 1_000_000:
        raise MalformedCode("wrong version or date")
    return fields


def _to_be_signed(protected: bytes, body: bytes) -> bytes:
    import cbor2

    return cbor2.dumps(["Signature1", protected, b"", body])


def _holds(public_key: bytes, signature: bytes, data: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
