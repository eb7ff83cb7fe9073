"""What the modules of worked cases share."""

from __future__ import annotations

from fieldcal.domain.errors import DomainError


class Unsupported(DomainError):
    """The case asks for a topic, item or test that no adapter knows; it counts as differing."""

    code = "case-unsupported"
