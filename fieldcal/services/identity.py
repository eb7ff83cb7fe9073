"""Sign-in, roles and four eyes. The PIN opens the program for a role; it is no cryptographic control."""

from __future__ import annotations

import hashlib
import hmac
import os
from datetime import date

from fieldcal.domain.errors import BadInput, NotAllowed
from fieldcal.domain.events import PersonPut

TECHNICIAN, CHECKER, APPROVER, ADMIN = "technician", "checker", "approver", "admin"
ROLES = (TECHNICIAN, CHECKER, APPROVER, ADMIN)


def seal_pin(pin: str, salt: bytes = b"") -> str:
    """Salted scrypt record of a PIN of 4 to 12 digits."""
    if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 12):
        raise BadInput("bad-pin", field="pin", value="*" * len(pin), accepted="4..12 digits")
    salt = salt or os.urandom(16)
    return f"scrypt${salt.hex()}${_stretch(pin, salt).hex()}"


def _stretch(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)


def knows(person: PersonPut, pin: str) -> bool:
    """True if it is this person's PIN."""
    _, salt, wanted = person.pin.split("$")
    return hmac.compare_digest(_stretch(pin, bytes.fromhex(salt)).hex(), wanted)


def check_pin(person: PersonPut, pin: str) -> None:
    """Raises NotAllowed `wrong-pin`."""
    if not knows(person, pin):
        raise NotAllowed("wrong-pin", field="pin", value=person.name)


def require_role(person: PersonPut, role: str) -> None:
    if role not in person.roles or not person.active:
        raise NotAllowed("wrong-role", field=person.name, value=", ".join(person.roles), accepted=role)


def require_project(person: PersonPut, regulation: str, today: date) -> None:
    """Registered scope and its date (RULE-10): the person must hold the project on the day of verification."""
    if regulation not in person.projects:
        raise NotAllowed("no-project", field=person.name, value=regulation, accepted=", ".join(person.projects))
    if date.fromisoformat(person.valid_to) < today:
        raise NotAllowed("registration-expired", field=person.name, value=person.valid_to, accepted=f">= {today}")


def require_other(person: str, signed: str, role: str) -> None:
    """RULE-11: checker and approver are not the technician."""
    if person == signed:
        raise NotAllowed("same-person", field=role, value=person, accepted="another person than the technician")
