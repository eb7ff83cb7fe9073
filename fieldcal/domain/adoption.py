"""Grades and adoption: may this file's hash give official paper? (architecture 9)"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from fieldcal.domain.errors import NotAllowed
from fieldcal.domain.events import Confirmed, ProcedureAdopted
from fieldcal.domain.procedure import Procedure


def to_confirm(procedure: Procedure) -> dict[str, str]:
    """Every source key with its grade: A may be confirmed together, B, C and X one by one."""
    return {name: source.grade for name, source in procedure.sources.items()}


def signed_bytes(procedure: str, sha256: str, values: Mapping[str, Confirmed], moved: Mapping[str, str] = {}) -> bytes:
    """What the responsible person's signature covers; `moved` are the cases accepted with another answer."""
    told: dict[str, object] = {"procedure": procedure, "sha256": sha256, "values": values}
    return msgspec.json.encode(told | ({"moved": moved} if moved else {}), order="sorted")


def check(procedure: Procedure, adoption: ProcedureAdopted) -> None:
    """Raises NotAllowed `not-confirmed` naming a value without edition and clause."""
    for name in procedure.sources:
        found = adoption.values.get(name)
        if found is None or not found.edition or not found.clause:
            raise NotAllowed(
                "not-confirmed", field=name, value=procedure.sources[name].clause, accepted="edition, clause"
            )
