"""Errors of the domain: a stable code and the data a sentence needs; the sentence is the UI's."""

from __future__ import annotations


class DomainError(Exception):
    """`code` names the sentence; `field`, `value` and `accepted` fill it."""

    code = "domain-error"

    def __init__(self, code: str = "", *, field: str = "", value: object = "", accepted: str = "") -> None:
        self.code = code or type(self).code
        self.field, self.value, self.accepted = field, str(value), accepted
        parts = [self.code]
        if field:
            parts.append(f"{field}: {self.value!r}")
        if accepted:
            parts.append(f"accepted: {accepted}")
        super().__init__("; ".join(parts))


class BadInput(DomainError):
    code = "bad-input"


class NotAllowed(DomainError):
    code = "not-allowed"


class BadProcedure(DomainError):
    code = "bad-procedure"
