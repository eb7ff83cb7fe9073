"""What every event of the journal is made of."""

from __future__ import annotations

import msgspec


class Event(msgspec.Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """Base of the tagged union. Numbers are decimal strings as typed or sent: "5.00" is not "5.0"."""
