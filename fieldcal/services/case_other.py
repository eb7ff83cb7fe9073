"""Worked cases of the other kinds of instruments: regulation and item choose the adapter of the family."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fieldcal.services import (
    case_compulsory,
    case_dust,
    case_gas,
    case_mass_length,
    case_medical,
    case_optics,
    case_pressure,
    case_sound,
    case_traffic,
)
from fieldcal.services.case_types import Unsupported
from fieldcal.services.procedures import Library

Case = dict[str, Any]
Adapter = Callable[[Case, Library], dict[str, Any]]
# Beginning of the regulation's name -> adapters by the case's `item`.
FAMILIES: dict[str, Mapping[str, Adapter]] = {
    "JJG 52-": case_pressure.GENERAL_ITEMS,
    "JJG 875-": case_pressure.DIGITAL_ITEMS,
    "JJG 927-": case_pressure.TYRE_ITEMS,
    "JJG 99-": case_mass_length.WEIGHT_ITEMS,
    "JJG 4-": case_mass_length.TAPE_ITEMS,
    "JJG 580": case_optics.JJG580,
    "JJG 892": case_optics.JJG892,
    "JJG 657": case_traffic.JJG657,
    "JJG 527": case_traffic.JJG527,
    "JJG 528": case_traffic.JJG528,
    "JJG 693": case_gas.JJG693,
    "JJG 915": case_gas.JJG915,
    "JJG 692": case_medical.JJG692,
    "JJG 270": case_medical.JJG270,
    "JJG 188": case_sound.JJG188,
    "JJG 1164": case_medical.JJG1164,
    "JJG 1162": case_medical.JJG1162,
    "JJG 846": case_dust.JJG846,
    "JJG 680": case_dust.JJG680,
    "SAMR notice 2020 No. 42": case_compulsory.ITEMS,
}


def evaluate(case: Case, library: Library) -> dict[str, Any]:
    """Raises Unsupported where no family knows the regulation, or the family not the item."""
    regulation, item = str(case["regulation"]), str(case["item"])
    for prefix, items in FAMILIES.items():
        if regulation.startswith(prefix):
            if item not in items:
                raise Unsupported(field="item", value=item, accepted=", ".join(items))
            return items[item](case, library)
    raise Unsupported(field="regulation", value=regulation, accepted=", ".join(FAMILIES))
