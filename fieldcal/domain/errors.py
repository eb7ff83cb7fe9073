"""Errors of the domain: a stable code and the data a sentence needs; the sentence is the UI's."""

from __future__ import annotations

from typing import Protocol


class Words(Protocol):
    """A text of a procedure, which carries its languages itself."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


class DomainError(Exception):
    """`code` names the sentence; `field`, `value` and `accepted` fill it."""

    code = "domain-error"

    def __init__(self, code: str = "", *, field: str = "", value: object = "", accepted: str | Words = "") -> None:
        self.code = code or type(self).code
        self.words = {} if isinstance(accepted, str) else {"zh": accepted.zh, "en": accepted.en}
        self.accepted = accepted if isinstance(accepted, str) else accepted.en
        self.field, self.value = field, str(value)
        parts = [self.code]
        if field:
            parts.append(f"{field}: {self.value!r}")
        elif self.value:
            parts.append(repr(self.value))
        if self.accepted:
            parts.append(f"accepted: {self.accepted}")
        super().__init__("; ".join(parts))


class BadInput(DomainError):
    code = "bad-input"


class NotAllowed(DomainError):
    code = "not-allowed"


class BadProcedure(DomainError):
    code = "bad-procedure"
